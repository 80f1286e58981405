import { packageChecks, releaseChecks } from '../lint/catalog.gen.ts';
import type { Examples } from '../lint/lint-check.ts';
import { catalog } from './catalog.gen.ts';
import type { Check } from './check.ts';
import { policyChecks } from './policy-checks.ts';
import { folderChecks } from './release-folder.ts';

/** A check as people look it up. */
export interface DescribedCheck
  extends Pick<Check, 'id' | 'title' | 'area' | 'severity' | 'help' | 'codes'> {
  /** What it looks at: one archive, a folder of them with its release statement, what the policy says of either, or what would be deployed. */
  readonly scope: 'archive' | 'folder' | 'policy' | 'definitions';
  /** What keeps the rule and what breaks it. */
  readonly examples?: Examples;
}

/** Every check of this program, by id. */
export function allChecks(): readonly DescribedCheck[] {
  const described = (
    scope: DescribedCheck['scope'],
    { id, title, area, severity, help, codes, examples }: Omit<DescribedCheck, 'scope'>,
  ): DescribedCheck => ({
    id,
    title,
    area,
    severity,
    scope,
    help,
    ...(codes === undefined ? {} : { codes }),
    ...(examples === undefined ? {} : { examples }),
  });
  return [
    ...catalog.map((check) => described('archive', check)),
    ...folderChecks.map((check) => described('folder', check)),
    ...policyChecks.map((check) => described('policy', check)),
    ...[...packageChecks, ...releaseChecks].map((check) =>
      described('definitions', { ...check, area: 'deployment' }),
    ),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}
