import { resolve } from 'node:path';
import type { EngineName } from '../config/build-source.ts';
import { buildImages, type ImageBuild } from '../operations/build-images.ts';
import { isBuildSource } from '../operations/build-source.ts';
import { releasePlatform } from '../operations/resolve-release-images.ts';
import type { ImageBuilder } from '../ports/image-builder.ts';
import type { Run } from '../support/run.ts';
import { openRelease } from './open-release.ts';
import type { SettledRelease } from './release-request.ts';
import { openEngine } from './wire-engines.ts';

/** What `images build` was asked for. */
export interface BuildRequest extends Omit<SettledRelease, 'config'> {
  readonly engine?: EngineName;
  readonly builder?: string;
  readonly rebuild: boolean;
  /** Builds at once. */
  readonly jobs: number;
}

/** Builds the images of every flavor asked for into the cache. */
export async function imagesBuild(
  request: BuildRequest,
  run: Run,
): Promise<{ readonly images: readonly ImageBuild[]; readonly cacheDir: string }> {
  const release = await openRelease({ ...request, locked: false, runActions: true }, run);
  const { plan, root, cacheDir, blobs, builds } = release;
  const opened = new Map<string, Promise<ImageBuilder>>();
  const images = await buildImages(
    {
      references: plan.packages.flatMap(({ resolved }) => resolved.images),
      platform: releasePlatform(plan),
      jobs: request.jobs,
      rebuild: request.rebuild,
      ...(request.engine === undefined ? {} : { engine: request.engine }),
    },
    release.images.filter(isBuildSource),
    {
      blobs,
      records: builds,
      fileAt: (path) => resolve(root, path),
      epochSeconds: plan.timestamp.getTime() / 1000,
      now: () => performance.now(),
      builder: (source, platform, running) => {
        const key = `${release.images.indexOf(source)} ${platform.architecture}`;
        const known = opened.get(key) ?? openEngine(source.config, request, platform, running);
        opened.set(key, known);
        return known;
      },
    },
    run,
  );
  return { images, cacheDir };
}
