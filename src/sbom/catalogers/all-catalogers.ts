import { apkCataloger } from './apk.ts';
import { goCataloger } from './binaries.ts';
import type { Cataloger } from './cataloger.ts';
import { distroCataloger } from './distro.ts';
import { dpkgCataloger } from './dpkg.ts';
import { modelCataloger } from './models.ts';
import { nativeCataloger } from './native.ts';
import { npmCataloger } from './npm.ts';
import { pythonCataloger } from './python.ts';
import { rpmCataloger } from './rpm.ts';
import { uncoveredCataloger } from './uncovered.ts';

/** Every cataloger there is; the first that wants a file has it. */
export const allCatalogers: readonly Cataloger[] = [
  dpkgCataloger,
  apkCataloger,
  rpmCataloger,
  pythonCataloger,
  npmCataloger,
  goCataloger,
  nativeCataloger,
  modelCataloger,
  distroCataloger,
  uncoveredCataloger,
];

/** Grows when the facts of a layer change their form or their meaning: cached ones of another number are not used. */
export const catalogersVersion = 3;
