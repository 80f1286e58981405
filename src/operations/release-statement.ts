import { createPublicKey } from 'node:crypto';
import { SignerFailure, StatementError } from '../attestation/attestation-error.ts';
import {
  encodePreAuthentication,
  inTotoPayloadType,
  renderStatementBundle,
} from '../attestation/dsse.ts';
import { describePublicKey } from '../attestation/public-key.ts';
import {
  parseReleaseStatement,
  type Release,
  renderReleaseStatement,
} from '../attestation/release-statement.ts';
import { verifyMessageSignature } from '../attestation/verify-key-signature.ts';
import type { BundleVerifier, StatementOutcome, TrustedKey } from '../ports/bundle-verifier.ts';
import type { Signer } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';

/** File name of the release statement in every `dist/<flavor>/`. */
export const releaseStatementName = 'release.intoto.jsonl';

/**
 * Signs the statement over a release: one line, a v0.3 bundle with a DSSE envelope, verified before it is returned.
 * @throws StatementError when the release could not be read back
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function signReleaseStatement(
  release: Release,
  signer: Signer,
  run: Run,
): Promise<string> {
  const payload = Buffer.from(renderReleaseStatement(release));
  const message = encodePreAuthentication(inTotoPayloadType, payload);
  const signature = await signer.sign(message, run);
  const publicKey = createPublicKey({
    key: Buffer.from(signer.material.spki),
    format: 'der',
    type: 'spki',
  });
  if (!verifyMessageSignature(publicKey, message, signature)) {
    throw new SignerFailure(
      'SIGN_SELF_CHECK',
      'the signer returned a signature over the release statement that its public key does not verify',
    );
  }
  return `${renderStatementBundle(payload, signature, describePublicKey(publicKey).hint)}\n`;
}

export type ReleaseOutcome =
  | { readonly outcome: 'valid'; readonly fingerprint: string; readonly release: Release }
  | Exclude<StatementOutcome, { outcome: 'valid' }>;

/** Verifies a release statement and reads it from the verified bytes. A bad statement is an outcome, not an exception. */
export async function readReleaseStatement(
  bytes: Uint8Array,
  key: TrustedKey,
  verifier: BundleVerifier,
  run: Run,
): Promise<ReleaseOutcome> {
  const judged = await verifier.verifyStatement(bytes, key, run);
  if (judged.outcome !== 'valid') return judged;
  try {
    return {
      outcome: 'valid',
      fingerprint: judged.fingerprint,
      release: parseReleaseStatement(judged.payload),
    };
  } catch (error) {
    if (error instanceof StatementError)
      return { outcome: 'invalid', code: error.code, reason: error.message };
    throw error;
  }
}
