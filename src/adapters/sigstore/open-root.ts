import { createHash } from 'node:crypto';
import { TrustedRootError } from '../../attestation/attestation-error.ts';
import { parseTrustedRoot, type TrustedRoot } from '../../attestation/trusted-root.ts';
import type { RefusedSignature, TrustedRootFile } from '../../ports/signature-judge.ts';
import { undecided } from './refusal.ts';

/** Trust material as policy pinned it. A fault here is the operator's: nothing is decided about the signer. */
export function openRoot({
  bytes,
  sha256,
  origin,
}: TrustedRootFile): TrustedRoot | RefusedSignature {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256) {
    return undecided(
      'SIGNATURE_ROOT_DIGEST',
      `the trusted root ${origin} has the SHA-256 ${actual}, pinned is ${sha256}`,
    );
  }
  try {
    return parseTrustedRoot(bytes);
  } catch (error) {
    if (error instanceof TrustedRootError)
      return undecided(error.code, `${origin}: ${error.message}`);
    throw error;
  }
}
