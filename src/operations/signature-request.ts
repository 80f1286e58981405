import type { Release } from '../attestation/release-statement.ts';
import type { FoundApproval } from '../policy/trust/approval-evidence.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { CountedSignature } from '../policy/trust/signature-evidence.ts';
import type { TrustRule } from '../policy/trust/trust-policy.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import type { DetachedSignature } from './find-signatures.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Whom to believe, and what lies with an archive. */
export interface SignatureRequest {
  readonly key?: TrustedKey;
  /** More than a key: a policy. */
  readonly trust?: TrustInputs;
  readonly allowUnsigned: boolean;
  /** Detached signatures over the whole archive; bytes alone are those of `<archive>.sigstore.json`. */
  readonly detached?: Uint8Array | readonly DetachedSignature[];
  readonly release?: VerifiedRelease;
  /** Why a release statement beside it is not believed. */
  readonly doubt?: string;
  /** Statements that lie with the archive, judged. */
  readonly attestations?: readonly StatementEvidence[];
  /** Approvals of the archive by itself that lie beside it. */
  readonly approvals?: readonly FoundApproval[];
}

/** A release statement that is believed. */
export interface VerifiedRelease {
  readonly location: string;
  /** Of a key, or who signed. */
  readonly fingerprint: string;
  readonly release: Release;
  /** The entry of the policy it was judged by. */
  readonly rule?: TrustRule;
  readonly stampedTimes?: readonly string[];
  /** Signatures over it that counted. */
  readonly by?: readonly CountedSignature[];
}
