import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { allChecks } from '../checks/all-checks.ts';
import type { DossierInputs } from '../operations/dossier-inputs.ts';
import { gatherDossier } from '../operations/gather-dossier.ts';
import {
  type DossierFile,
  dossierFileNames,
  renderDossier,
  reportStatementName,
  signDossier,
} from '../operations/render-dossier.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { Dossier } from '../report/dossier/dossier.ts';
import type { Run } from '../support/run.ts';
import { OutputTargetError, settleFolder, settleTargets } from './output-target.ts';
import { outputFolder } from './wire.ts';

/**
 * Makes sure, before anything long begins, that a report may go into a folder: outside of what is judged, and over no
 * input, nor unsigned over one that somebody signed.
 * @returns the folder a link means
 * @throws OutputTargetError
 */
export async function settleDossier(
  target: { readonly flag: string; readonly path: string },
  locations: readonly string[],
  inputs: readonly string[],
  willBeSigned: boolean,
): Promise<string> {
  const { path, exists } = await settleFolder(target, [...locations, ...inputs]);
  if (exists)
    await settleTargets(
      dossierFileNames.map((name) => ({ flag: target.flag, path: join(path, name) })),
      inputs,
    );
  if (exists && !willBeSigned && (await readdir(path)).includes(reportStatementName))
    throw new OutputTargetError(
      'OUTPUT_SIGNED_REPORT',
      `${target.path} holds a report that somebody signed (${reportStatementName}): one without a signature would take its place`,
      { suggestions: ['Choose another folder', 'Sign the new one, too'] },
    );
  return path;
}

/** Gathers a report, and writes it in every format, each file whole or not at all; signed where somebody signs. */
export async function writeDossier(
  folder: string,
  inputs: Omit<DossierInputs, 'checks'>,
  signing: SignOncePorts | undefined,
  run: Run,
): Promise<{ readonly dossier: Dossier; readonly files: readonly DossierFile[] }> {
  const { programVersion, result } = inputs;
  const checks = allChecks();
  const dossier = gatherDossier({ ...inputs, checks });
  const signed = signing !== undefined;
  const rendered = renderDossier(dossier, result, { checks, programVersion, signed });
  const files =
    signing === undefined
      ? rendered
      : [...rendered, await signDossier(dossier, rendered, signing, run)];
  const output = await outputFolder(folder);
  // What an earlier run left must not stand beside a report it is not about, its statement least of all.
  for (const name of dossierFileNames)
    if (name === reportStatementName || !files.some((file) => file.name === name))
      await output.remove(name);
  for (const { name, bytes } of files) {
    await using file = await output.create(name);
    await file.write([bytes]);
    await file.commit();
  }
  return { dossier, files };
}
