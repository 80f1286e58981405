import type { ListedPackage } from '../../sbom/packaged-sbom.ts';
import { compareVersions } from '../../sbom/versions/compare-versions.ts';
import { matchesPattern } from '../matches-pattern.ts';
import type { ForbiddenPackage } from './sbom-policy.ts';

/**
 * Whether a rule speaks of a package.
 * @returns undefined where the version decides and cannot be compared
 */
export function isForbidden(
  { name, type, version }: Pick<ListedPackage, 'name' | 'type' | 'version'>,
  rule: ForbiddenPackage,
): boolean | undefined {
  if (rule.type !== undefined && rule.type !== type) return false;
  if (!matchesPattern(name, rule.name)) return false;
  if (rule.versions === undefined && rule.below === undefined) return true;
  const spellings = [version, ...withoutEpoch(type, version)];
  if (
    rule.versions?.some((pattern) => spellings.some((each) => matchesPattern(each, pattern))) ===
    true
  )
    return true;
  if (rule.below === undefined) return version === '' ? undefined : false;
  const order = compareVersions(type, version, rule.below);
  return order === undefined ? undefined : order < 0;
}

/** People name versions as the upstream does, whom Debian's and rpm's epochs do not concern. */
function withoutEpoch(type: string, version: string): readonly string[] {
  const [, rest] = /^\d+:(.+)$/.exec(version) ?? [];
  return rest !== undefined && ['deb', 'rpm'].includes(type) ? [rest] : [];
}
