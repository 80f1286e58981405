import { posix } from 'node:path';
import type { LintMemory } from './lint-definitions.ts';

/**
 * Forgets the packages that asked for a file that changed, or for the folder it lies in. Where a release
 * definition changed everything is forgotten: it says how packages are made.
 */
export function forgetChanged(memory: LintMemory, changed: ReadonlySet<string>): void {
  if ([...changed].some((path) => posix.basename(path) === 'cowa-release.yaml')) {
    memory.clear();
    return;
  }
  for (const [key, { touched }] of memory) {
    const concerns = [...changed].some(
      (path) => touched.has(path) || touched.has(posix.dirname(path)),
    );
    if (concerns) memory.delete(key);
  }
}
