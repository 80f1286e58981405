import { createPublicKey } from 'node:crypto';
import type { ArchiveFacts } from '../checks/facts.ts';
import { EnvironmentError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import type { SignatureCache } from '../ports/signature-cache.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { Signer } from '../ports/signer.ts';
import type { DetachedSignature } from './find-signatures.ts';
import type { SignOncePorts } from './sign-once.ts';

/** Something was to be signed that the archive holds no signature over: what was made is other content. */
export class ReplayMiss extends EnvironmentError<'REPRODUCE_OTHER_CONTENT'> {}

/**
 * Signs nothing and hands out the signatures an archive carries, over the very bytes they were made for. What is
 * made again so gets the same signatures exactly when it is the same content.
 * @param key whose signatures they are; each is verified with it before it is used
 */
export function replayedSignatures(
  facts: ArchiveFacts,
  detached: readonly DetachedSignature[],
  key: TrustedKey,
  judge: SignatureJudge,
): SignOncePorts {
  const known = new Map<Digest, Uint8Array>();
  for (const { files } of facts.packages) {
    const signed = files.get('zarf.yaml')?.digest;
    const signature = files.get('zarf.bundle.sig')?.content;
    if (signed !== undefined && signature !== undefined) known.set(signed, signature);
  }
  const { digest } = facts.container;
  const [beside] = detached;
  if (digest !== undefined && beside !== undefined) known.set(digest, beside.bytes);
  const cache: SignatureCache = {
    find: async (_fingerprint, signed) => known.get(signed),
    keep: async () => undefined,
  };
  return { signer: silentSigner(key), judge, cache };
}

function silentSigner({ pem }: TrustedKey): Signer {
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  return {
    // What it would sign with is never asked: it signs nothing.
    material: { kind: 'key', spki, algorithm: 'ecdsa-p256-sha256' },
    sign: () =>
      Promise.reject(
        new ReplayMiss(
          'REPRODUCE_OTHER_CONTENT',
          'what was made again is other content than what was signed',
        ),
      ),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
