import { posix } from 'node:path';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { ComponentEntry } from '../zarf/component-tar.ts';
import { parseHelmIgnore } from '../zarf/helm-ignore.ts';
import { chartLimits } from '../zarf/helm-package.ts';
import { collectTree } from './collect-tree.ts';

/**
 * Files of a chart's folder that packing takes, what its `.helmignore` names left out; paths below the folder.
 * @throws PackError PACK_CHART_INVALID for a pattern Helm refuses, PACK_INPUT_MISSING, PACK_INPUT_KIND for links
 */
export async function chartTree(
  folder: string,
  workspace: Workspace,
  run: Run,
): Promise<readonly ComponentEntry[]> {
  const ignoreFile = posix.join(folder, '.helmignore');
  const rules =
    (await workspace.stat(ignoreFile))?.kind === 'file'
      ? Buffer.from(await workspace.read(ignoreFile, chartLimits.maxFileBytes)).toString('utf8')
      : '';
  const ignore = parseHelmIgnore(rules, ignoreFile);
  const tree = await collectTree(folder, { as: '.', ignore, refuseLinks: true }, workspace, run);
  return tree
    .filter(({ type }) => type === 'file')
    .map((entry) => ({ ...entry, path: posix.normalize(entry.path) }));
}
