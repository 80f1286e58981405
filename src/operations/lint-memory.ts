import { posix } from 'node:path';
import type { LintJob } from './lint-jobs.ts';
import type { LookedAtPackage } from './lint-package.ts';

/** Packages that were looked at, by job, with the paths that were asked for meanwhile. */
export type LintMemory = Map<
  string,
  { readonly looked: LookedAtPackage; readonly touched: ReadonlySet<string> }
>;

/**
 * Forgets the packages that asked for a file that changed, or for the folder it lies in. Where a release
 * definition changed everything is forgotten: it says how packages are made.
 */
export function forgetChanged(memory: LintMemory, changed: ReadonlySet<string>): void {
  if ([...changed].some((path) => posix.basename(path) === 'cowa-release.yaml')) {
    memory.clear();
    return;
  }
  for (const [key, { touched }] of memory) if (concerns(changed, touched)) memory.delete(key);
}

/**
 * The changed files, and everything that packages were made of which asked for one of them: a value that
 * changed breaks a template that did not, and a file that is gone breaks the definition that names it.
 */
export function concernedBy(
  changed: ReadonlySet<string>,
  jobs: readonly Pick<LintJob, 'key' | 'file'>[],
  memory: LintMemory,
): ReadonlySet<string> {
  const concerned = new Set(changed);
  for (const { key, file } of jobs) {
    const touched = memory.get(key)?.touched;
    if (touched === undefined || !concerns(changed, touched)) continue;
    concerned.add(file);
    for (const path of touched) concerned.add(path);
  }
  return concerned;
}

function concerns(changed: ReadonlySet<string>, touched: ReadonlySet<string>): boolean {
  return [...changed].some((path) => touched.has(path) || touched.has(posix.dirname(path)));
}
