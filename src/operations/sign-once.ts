import { SignedContentError, SignerFailure } from '../attestation/attestation-error.ts';
import { describePublicKey, keyOfSpki } from '../attestation/public-key.ts';
import { sha256Of } from '../attestation/verify-key-signature.ts';
import type { Digest } from '../oci/digest.ts';
import type { SignatureCache } from '../ports/signature-cache.ts';
import {
  onlyKey,
  type SignatureJudge,
  type TrustedKey,
  type TrustedRootFile,
} from '../ports/signature-judge.ts';
import type { Signer } from '../ports/signer.ts';
import type { TimestampAuthority } from '../ports/timestamp-authority.ts';
import type { Run } from '../support/run.ts';
import { signBlobBundle } from './sign-blob.ts';

export interface SignOncePorts {
  readonly signer: Signer;
  /** Judges what the signer makes, as made by this signer and nobody else. */
  readonly judge: SignatureJudge;
  /** Who stamps the release statement made by key, and whose stamps are believed. Archives are never stamped. */
  readonly timestamps?: StatementTimestamps;
  /** Where signatures of earlier runs are kept; without it every run signs anew. */
  readonly cache?: SignatureCache;
}

/** A timestamp authority with what its stamps are judged by. */
export interface StatementTimestamps {
  readonly authority: TimestampAuthority;
  readonly root: TrustedRootFile;
}

/** What is to be signed. */
export interface SignedContent {
  readonly digest: Digest;
  open(): Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * Who signs, as verification wants it: the public half of a key. For an identity, whose keys come and go, the
 * fingerprint is that of issuer and subject.
 */
export function trustedKeyOf(signer: Signer, origin: string): TrustedKey {
  const { pem, fingerprint } = describePublicKey(keyOfSpki(signer.material.spki));
  const { material } = signer;
  if (material.kind === 'key') return { origin, pem, fingerprint };
  const { issuer, san } = material;
  const party = sha256Of(Buffer.from(JSON.stringify([issuer, san])));
  return { origin: `${san} of ${issuer}`, pem, fingerprint: Buffer.from(party).toString('hex') };
}

/**
 * A signature bundle over content: a valid one of the same key from the cache, or a new one, which is
 * then kept. An unchanged file so keeps its signature, and with it every digest that depends on it.
 * @throws SigningError SIGN_KEY_ALGORITHM, SIGN_CROSS_PROTOCOL
 * @throws SignedContentError SIGN_CONTENT_CHANGED: the content is not of that digest, or the signer is broken; nothing is kept
 */
export async function signOnce(
  content: SignedContent,
  { signer, judge, cache }: SignOncePorts,
  run: Run,
): Promise<Uint8Array> {
  const key = trustedKeyOf(signer, 'the signing key');
  const artifact = { kind: 'digest', digest: content.digest } as const;
  const earlier = await cache?.find(key.fingerprint, content.digest);
  if (earlier !== undefined) {
    const judged = await judge.judgeBlob(earlier, artifact, onlyKey(key), run);
    // A stamped one would send Zarf to the network: only plain signatures are taken over.
    if (judged.outcome === 'valid' && judged.warnings.length === 0) return earlier;
  }
  const made = await sign(content, signer, run);
  const checked = await judge.judgeBlob(made, artifact, onlyKey(key), run);
  if (checked.outcome !== 'valid') throw notBelieved(signer, content.digest, checked);
  await cache?.keep(key.fingerprint, content.digest, made);
  return made;
}

async function sign(content: SignedContent, signer: Signer, run: Run): Promise<Buffer> {
  try {
    return Buffer.from(await signBlobBundle(content.open(), signer, run, content.digest));
  } catch (error) {
    // Of a stream only the signature was compared: it cannot tell other content from a broken signer.
    if (!(error instanceof SignerFailure)) throw error;
    throw otherContent(content.digest, error.message, error);
  }
}

/** What a key signed was verified already, so that only the content can be another; a certificate is judged here. */
function notBelieved(
  { material }: Signer,
  digest: Digest,
  { code, reason }: { readonly code: string; readonly reason: string },
): SignedContentError | SignerFailure {
  if (material.kind === 'key') return otherContent(digest, reason);
  return new SignerFailure(
    'SIGN_SELF_CHECK',
    `the signature of ${material.san} of ${material.issuer} does not hold by the given trusted root; nothing was written: ${reason} (${code})`,
    { suggestions: ['Check that --trusted-root describes the services that were asked'] },
  );
}

function otherContent(digest: Digest, reason: string, cause?: unknown): SignedContentError {
  return new SignedContentError(
    'SIGN_CONTENT_CHANGED',
    `what was read for signing is not ${digest}: ${reason}`,
    { cause, suggestions: ['Something writes to the file: find out what, then run again'] },
  );
}
