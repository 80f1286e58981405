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
  if (rule.versions?.some((pattern) => matchesPattern(version, pattern)) === true) return true;
  if (rule.below === undefined) return version === '' ? undefined : false;
  const order = compareVersions(type, version, rule.below);
  return order === undefined ? undefined : order < 0;
}
