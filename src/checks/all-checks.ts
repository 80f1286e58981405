import { catalog } from './catalog.gen.ts';
import type { Check } from './check.ts';
import { policyChecks } from './policy-checks.ts';
import { folderChecks } from './release-folder.ts';

/** A check as people look it up. */
export interface DescribedCheck extends Pick<Check, 'id' | 'title' | 'area' | 'severity' | 'help'> {
  /** What it looks at: one archive, a folder of them with its release statement, or what the policy says of either. */
  readonly scope: 'archive' | 'folder' | 'policy';
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
    ...policyChecks.map((check) => described('policy', check)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}
