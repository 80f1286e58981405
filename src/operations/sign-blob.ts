import { SignerFailure, SigningError } from '../attestation/attestation-error.ts';
import { looksLikePreAuthentication } from '../attestation/dsse.ts';
import { describePublicKey, keyOfSpki } from '../attestation/public-key.ts';
import { renderSignatureBundle } from '../attestation/render-signature-bundle.ts';
import { sha256Of, verifyDigestSignature } from '../attestation/verify-key-signature.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { Signer } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';
import { bundleMaterial } from './bundle-material.ts';

/**
 * Signs a file and returns the signature bundle (v0.3, JSON text) that cosign, Zarf and UDS accept.
 * It was verified with the signer's public key, independently of the signer, before it is returned; whom a
 * certificate names, and what log and timestamps prove, is judged by the caller. A signature by key carries
 * neither log entry nor timestamp: the programs that deploy would look for them on the network.
 * A stream is read once; a signer without `signStream` gets it whole.
 * @param knownDigest of the message, where it is known: a stream is then not hashed again, and one of another digest fails
 * @throws SigningError SIGN_CROSS_PROTOCOL, SIGN_KEY_ALGORITHM
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function signBlobBundle(
  message: Uint8Array | AsyncIterable<Uint8Array>,
  signer: Signer,
  run: Run,
  knownDigest?: Digest,
): Promise<string> {
  const publicKey = keyOfSpki(signer.material.spki);
  const facts = describePublicKey(publicKey);
  if (!facts.accepted) {
    throw new SigningError(
      'SIGN_KEY_ALGORITHM',
      `cosign, Zarf and UDS do not verify signatures of a ${facts.kind} key`,
      {
        suggestions: ['cowa-release keys generate --out cosign --type ecdsa-p256'],
      },
    );
  }
  const { signature, digest } = await makeSignature(message, signer, run, knownDigest);
  if (!verifyDigestSignature(publicKey, digest, signature)) {
    throw new SignerFailure(
      'SIGN_SELF_CHECK',
      `the signer of ${facts.fingerprint} returned a signature that its public key does not verify`,
      {
        suggestions: [
          'Check that the signer uses ECDSA P-256 or RSA PKCS#1 v1.5, both with SHA-256',
        ],
      },
    );
  }
  const material = await bundleMaterial(signer, { kind: 'blob', digest }, signature, run);
  return renderSignatureBundle(material, { kind: 'blob', digest, signature });
}

async function makeSignature(
  message: Uint8Array | AsyncIterable<Uint8Array>,
  signer: Signer,
  run: Run,
  knownDigest: Digest | undefined,
): Promise<{ readonly signature: Uint8Array; readonly digest: Uint8Array }> {
  if (!(message instanceof Uint8Array) && signer.signStream !== undefined) {
    const known = knownDigest === undefined ? undefined : Buffer.from(hexOf(knownDigest), 'hex');
    return signer.signStream(refuseStatements(message), run, known);
  }
  const bytes =
    message instanceof Uint8Array
      ? message
      : // Copied: the memory of a chunk may be used again for the next one.
        Buffer.concat(await Array.fromAsync(message, (chunk) => Buffer.from(chunk)));
  if (looksLikePreAuthentication(bytes)) throw crossProtocol();
  return { signature: await signer.sign(bytes, run), digest: sha256Of(bytes) };
}

/** Passes a stream on, unless it begins as the signing input of a statement does. */
async function* refuseStatements(message: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const chunk of message) {
    if (head.byteLength < 7) {
      head = Buffer.concat([head, chunk.subarray(0, 7 - head.byteLength)]);
      if (looksLikePreAuthentication(head)) throw crossProtocol();
    }
    yield chunk;
  }
}

function crossProtocol(): SigningError {
  return new SigningError(
    'SIGN_CROSS_PROTOCOL',
    "the file begins with 'DSSEv1 ': a signature over it could be passed off as a signature over a statement",
    { suggestions: ['Sign the archive itself: cowa-release sign <archive>'] },
  );
}
