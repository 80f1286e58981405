import { lintDefinitions } from '../operations/lint-definitions.ts';
import type { LintReport } from '../report/lint-report.ts';
import type { Run } from '../support/run.ts';
import { workspaceIn } from './wire.ts';

/** Judges the definitions below a folder. */
export async function lintFromFlags(
  { path, programVersion }: { readonly path: string; readonly programVersion: string },
  run: Run,
): Promise<LintReport> {
  const workspace = await workspaceIn(path);
  return lintDefinitions({ path: '.', programVersion }, { workspace }, run);
}
