import { type Digest, hexOf } from '../oci/digest.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of a verification summary. @see SLSA 1.2, verification_summary */
const verificationSummaryType = 'https://slsa.dev/verification_summary/v1';

/** Who verified: this program, judging without a network. The last part grows when its meaning changes. */
const verifierId = 'https://cowabungaai.dev/cowa-release/verifiers/offline/v1';
/** Member of ours in the predicate; names of extensions are URIs. */
const detailsName = 'https://cowabungaai.dev/attestations/verification-details/v1';

/** A verdict as it is signed. */
export interface VerificationSummary {
  /** What was judged: every file, under different names. At least one, at most 1024. */
  readonly subjects: readonly { readonly name: string; readonly digest: Digest }[];
  readonly programVersion: string;
  readonly timeVerified: Date;
  readonly resourceUri: string;
  readonly policy: { readonly uri: string; readonly digest: Digest };
  /** Signed statements that were read. */
  readonly attestations: readonly { readonly uri: string; readonly digest: Digest }[];
  /** Only a pass is one: what could not be proven did not pass. */
  readonly passed: boolean;
  /** What was looked at and good, as properties; none with the prefix `SLSA_`. */
  readonly properties: readonly string[];
  /** What the predicate has no member for: everything that qualifies the verdict, and what else was read. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The in-toto statement of a verdict as JSON text: same verdict at the same time, same bytes.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderVerificationSummary(summary: VerificationSummary): string {
  const { subjects, policy, attestations, passed, properties } = summary;
  const text = JSON.stringify({
    _type: statementType,
    subject: subjects.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
    predicateType: verificationSummaryType,
    predicate: {
      verifier: { id: verifierId, version: { 'cowa-release': summary.programVersion } },
      timeVerified: summary.timeVerified.toISOString(),
      resourceUri: summary.resourceUri,
      policy: { uri: policy.uri, digest: { sha256: hexOf(policy.digest) } },
      ...(attestations.length === 0
        ? {}
        : {
            inputAttestations: attestations.map(({ uri, digest }) => ({
              uri,
              digest: { sha256: hexOf(digest) },
            })),
          }),
      verificationResult: passed ? 'PASSED' : 'FAILED',
      // How the content was built is another question, which verify does not ask.
      verifiedLevels: passed ? ['SLSA_BUILD_LEVEL_UNEVALUATED', ...properties] : ['FAILED'],
      slsaVersion: '1.2',
      [detailsName]: summary.details,
    },
  });
  // What we sign must pass what we read.
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
