import { catalog } from './catalog.gen.ts';
import type { Check } from './check.ts';
import { folderChecks } from './release-folder.ts';

/** A check as people look it up. */
export interface DescribedCheck extends Pick<Check, 'id' | 'title' | 'area' | 'severity' | 'help'> {
  /** What it looks at: one archive, or a folder of them with its release statement. */
  readonly scope: 'archive' | 'folder';
}

/** Every check of this program, by id. */
export function allChecks(): readonly DescribedCheck[] {
  const described = (
    scope: DescribedCheck['scope'],
    { id, title, area, severity, help }: Omit<DescribedCheck, 'scope'>,
  ): DescribedCheck => ({ id, title, area, severity, scope, help });
  return [
    ...catalog.map((check) => described('archive', check)),
    ...folderChecks.map((check) => described('folder', check)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}
