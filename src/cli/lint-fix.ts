import { realpath } from 'node:fs/promises';
import { mendDefinitions } from '../operations/mend-definitions.ts';
import type { LintReport } from '../report/lint-report.ts';
import type { Run } from '../support/run.ts';
import { unifiedDiff } from '../support/unified-diff.ts';
import { judgeDefinitions, type LintRunRequest } from './lint-run.ts';
import { workspaceIn } from './wire.ts';
import { writeWhole } from './write-reports.ts';

/** One fix may make room for another; more rounds than this would go in a circle. */
const maxRounds = 5;

/**
 * Mends what can be mended safely, each file whole or not at all, and says what was done.
 * @returns lines for standard error
 */
export async function fixDefinitions(request: LintRunRequest, run: Run): Promise<string> {
  const workspace = await workspaceIn('.');
  const files = new Set<string>();
  let mended = 0;
  let refused: readonly string[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const done = await mendDefinitions(await judgeDefinitions(request, run), workspace);
    refused = done.refused;
    if (done.files.length === 0) break;
    for (const { path, after } of done.files) {
      // A link stays a link: what it leads to is changed.
      await writeWhole(await realpath(path), after);
      files.add(path);
    }
    mended += done.mended;
  }
  return [
    files.size === 0
      ? 'nothing to mend'
      : `mended ${mended} ${mended === 1 ? 'finding' : 'findings'} in ${[...files].sort().join(', ')}`,
    ...refused.map((reason) => `not mended: ${reason}`),
    '',
  ].join('\n');
}

/** What mending would change, as a unified diff; nothing is written. */
export async function previewFixes(
  request: LintRunRequest,
  run: Run,
): Promise<{ readonly report: LintReport; readonly diff: string }> {
  const report = await judgeDefinitions(request, run);
  const { files } = await mendDefinitions(report, await workspaceIn('.'));
  const diffs = files.map(({ path, before, after }) => unifiedDiff(path, before, after));
  return { report, diff: diffs.join('') };
}
