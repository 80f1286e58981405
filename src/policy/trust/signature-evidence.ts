import type { ChainCertificate, StampedBy } from '../../attestation/certificate-chain.ts';
import type { Validity } from './trust-policy.ts';

/** A signature that was found, and what its judge made of it. */
export interface SignatureEvidence {
  /** Where: a file beside the archive or in it, with a line where a file holds several. */
  readonly location: string;
  readonly form: 'zarf-bundle' | 'zarf-legacy' | 'uds-bundle' | 'detached' | 'statement';
  /** What it covers, in words. */
  readonly covers: string;
  readonly result: EvidenceResult;
}

export type EvidenceResult =
  | {
      readonly outcome: 'valid';
      /** Every signer of the policy under whom it holds; at least one. */
      readonly by: readonly HeldUnder[];
      readonly warnings: readonly string[];
      /** Says so where other programs would not make or not verify a signature of this algorithm. */
      readonly unusualAlgorithm?: string;
    }
  | { readonly outcome: 'invalid' | 'undecided'; readonly code: string; readonly reason: string };

export interface HeldUnder {
  /** Name in the policy. */
  readonly signer: string;
  /** `key:<SPKI SHA-256>` or `identity:<issuer> <SAN>`. */
  readonly party: string;
  /** Verified, UTC, ISO 8601. */
  readonly stampedTimes: readonly string[];
  /** Who vouches for these times, oldest first; where a certificate signed. */
  readonly stampedBy?: readonly StampedBy[];
  /** Of the certificate, where one signed. */
  readonly certificateEnds?: string;
  /** The certificate that signed, whose chain to the trusted root held. */
  readonly certificate?: SigningCertificate;
}

/** What a certificate that was judged says. Times are UTC, ISO 8601. */
export interface SigningCertificate {
  /** Who vouched for the identity. */
  readonly issuer: string;
  /** The identity. */
  readonly san: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** As it was verified, from the leaf to the root; undefined: which of several held cannot be told. */
  readonly chain?: readonly ChainCertificate[];
}

/** A signature that counts for a role. */
export interface CountedSignature extends HeldUnder {
  readonly location: string;
  readonly role: string;
  /** When signatures of this signer count, as the policy says. */
  readonly validity?: Validity;
}
