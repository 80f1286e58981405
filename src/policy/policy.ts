import type { EvidenceArea } from '../checks/check.ts';

/** Thresholds in force, resolved: what `decide` and the budget check use. */
export interface Policy {
  /** Path or variable it came from, and the digest of its bytes; undefined for the built-in one. */
  readonly origin: { readonly location: string; readonly digest: string } | undefined;
  /** Evidence that must be looked at for a pass. */
  readonly required: readonly EvidenceArea[];
  readonly budgets: readonly SizeBudget[];
}

export interface SizeBudget {
  readonly kind: 'image' | 'package' | 'bundle';
  /** Exact name, or with `*` for any run of characters. */
  readonly pattern: string;
  readonly minBytes?: number;
  readonly maxBytes?: number;
}

/** What holds where nobody gave a policy. */
export const builtInPolicy: Policy = {
  origin: undefined,
  required: ['container', 'checksums', 'oci', 'definition', 'signature'],
  budgets: [],
};
