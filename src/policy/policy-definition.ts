import type { CheckId, EvidenceArea, Severity } from '../checks/check.ts';
import type { FailOn, Waiver } from './policy.ts';
import type { SbomPolicyDefinition } from './sbom/parse-sbom-policy.ts';

/** `policy.yaml` as its schema describes it. */
export interface PolicyDefinition {
  readonly apiVersion: 'cowa-release/policy/v1';
  readonly uri?: string;
  /** Which evidence must be looked at for a pass. Default: container, checksums, oci, definition, signature. */
  readonly required?: readonly EvidenceArea[];
  readonly failOn?: readonly FailOn[];
  readonly severity?: Readonly<Record<string, Severity>>;
  readonly thresholds?: {
    readonly warnings?: number;
    readonly notes?: number;
    readonly undecided?: number;
  };
  readonly budgets?: readonly {
    readonly kind: 'image' | 'package' | 'bundle';
    /** Exact name, or with `*` for any run of characters. */
    readonly name: string;
    /** `512MiB`, `2GB`, or bytes. */
    readonly min?: string | number;
    readonly max?: string | number;
  }[];
  readonly sbom?: SbomPolicyDefinition;
  readonly provenance?: {
    /** Default: false. */
    readonly required?: boolean;
    /** URIs; default: any builder. */
    readonly builders?: readonly string[];
    /** The definitions have to be those of the commit that provenance names. Default: false. */
    readonly unchanged?: boolean;
  };
  readonly payloads?: {
    /** Default: refuse. */
    readonly pickled?: 'refuse' | 'allow';
  };
  readonly waivers?: readonly (Waiver & { readonly check: CheckId })[];
}
