import { matchesPattern } from '../matches-pattern.ts';
import type { ObjectKind, TrustPolicy, TrustRule } from './trust-policy.ts';
import { isInRange, parseVersion } from './version-range.ts';

/** What a rule is looked for by: what the thing says of itself. */
export interface NamedThing {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly version: string | undefined;
}

export type FoundRule =
  | { readonly outcome: 'found'; readonly rule: TrustRule }
  | { readonly outcome: 'none' }
  /** An entry may be meant, and the version cannot be compared: passing on to a laxer one would be wrong. */
  | { readonly outcome: 'unknown'; readonly rule: TrustRule };

/** The first entry of the policy that fits. */
export function findRule({ kind, name, version }: NamedThing, { rules }: TrustPolicy): FoundRule {
  for (const rule of rules) {
    if (!rule.kinds.includes(kind) || !matchesPattern(name, rule.product)) continue;
    if (rule.versions === undefined) return { outcome: 'found', rule };
    const read = version === undefined ? undefined : parseVersion(version);
    if (read === undefined) return { outcome: 'unknown', rule };
    if (isInRange(read, rule.versions)) return { outcome: 'found', rule };
  }
  return { outcome: 'none' };
}
