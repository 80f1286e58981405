import type { CheckId, EvidenceArea, Severity } from '../checks/check.ts';
import type { ProvenanceDemands } from '../checks/provenance-facts.ts';
import type { SbomPolicy } from './sbom/sbom-policy.ts';

/** Thresholds in force, resolved: what `decide` and the budget check use. */
export interface Policy {
  /** Path or variable it came from, and the digest of its bytes; undefined for the built-in one. */
  readonly origin: { readonly location: string; readonly digest: string } | undefined;
  /** Name of the policy in signed verdicts; undefined: it is named by its digest. */
  readonly uri?: string;
  /** Evidence that must be looked at for a pass. */
  readonly required: readonly EvidenceArea[];
  readonly budgets: readonly SizeBudget[];
  /** Undefined: nothing is demanded of SBOMs. */
  readonly sbom?: SbomPolicy;
  /** Undefined: no provenance is demanded, and any builder will do. */
  readonly provenance?: ProvenanceDemands;
  /** Payloads may hold pickled Python objects, when a release is made. */
  readonly pickledPayloads?: true;
  /** Checks whose failures weigh otherwise than by default. */
  readonly severities: readonly { readonly check: CheckId; readonly severity: Severity }[];
  readonly waivers: readonly Waiver[];
  /** How many findings of a kind are borne; undefined: any number. */
  readonly thresholds: {
    readonly warnings?: number;
    readonly notes?: number;
    readonly undecided?: number;
  };
  /** What keeps an archive from passing; errors always do. */
  readonly failOn: readonly FailOn[];
}

/** `undecided`: all evidence is required, whatever `required` says. */
export type FailOn = Severity | 'undecided';

export interface SizeBudget {
  readonly kind: 'image' | 'package' | 'bundle';
  /** Exact name, or with `*` for any run of characters. */
  readonly pattern: string;
  readonly minBytes?: number;
  readonly maxBytes?: number;
}

/** A dated exception: failures it names are told, and do not count. */
export interface Waiver {
  readonly check: CheckId;
  /** Name of what the finding is about: exact, or with `*` for any run of characters. */
  readonly subject: string;
  /** Only findings with this code. */
  readonly code?: string;
  /** Only things with this digest. */
  readonly digest?: string;
  readonly owner: string;
  readonly reason: string;
  /** Last day it holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string;
}

/** What holds where nobody gave a policy. */
export const builtInPolicy: Policy = {
  origin: undefined,
  required: ['container', 'checksums', 'oci', 'definition', 'signature'],
  budgets: [],
  severities: [],
  waivers: [],
  thresholds: {},
  failOn: ['error'],
};
