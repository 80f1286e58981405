import { createPublicKey } from 'node:crypto';
import { KeyFileError, SignatureBundleError } from '../attestation/attestation-error.ts';
import { parsePublicKey } from '../attestation/public-key.ts';
import { parseSignatureBundle } from '../attestation/signature-bundle.ts';
import { sha256Of, verifyMessageSignature } from '../attestation/verify-key-signature.ts';
import type { PackageFacts } from './facts.ts';

/** Whether the signature a package carries fits a key that its bundle names. */
export type EmbeddedSignature =
  | { readonly outcome: 'valid'; readonly fingerprint: string }
  | { readonly outcome: 'invalid' | 'undecided'; readonly reason: string };

/** True when the package says it is signed, or carries a signature. */
export function isSigned({ definition, signatureFile }: PackageFacts): boolean {
  return signatureFile !== undefined || definition?.definition?.build?.signed === true;
}

/**
 * Verifies a package's own signature by the key that the bundle around it names. This proves that
 * the two fit, as a deployment will ask; it proves nothing of who signed, since the key came along.
 */
export function verifyEmbedded(facts: PackageFacts, pem: string): EmbeddedSignature {
  const { signatureFile, files } = facts;
  if (signatureFile === undefined) return { outcome: 'invalid', reason: 'it carries no signature' };
  const own = verifyFile(signatureFile, facts, pem);
  // Older programs read the old form, and only that.
  const isBoth = signatureFile !== 'zarf.yaml.sig' && files.has('zarf.yaml.sig');
  return isBoth && own.outcome === 'valid' ? verifyFile('zarf.yaml.sig', facts, pem) : own;
}

function verifyFile(
  signatureFile: string,
  { definitionBytes, files }: PackageFacts,
  pem: string,
): EmbeddedSignature {
  const signature = files.get(signatureFile)?.content;
  if (signature === undefined || definitionBytes === undefined)
    return { outcome: 'undecided', reason: `${signatureFile} or zarf.yaml could not be read` };
  let fingerprint: string;
  let accepted: boolean;
  let spki: string;
  try {
    ({ fingerprint, accepted, pem: spki } = parsePublicKey(pem));
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    return { outcome: 'invalid', reason: `the key in the bundle cannot be used: ${error.message}` };
  }
  if (!accepted)
    return {
      outcome: 'undecided',
      reason: 'the key in the bundle is of a kind that is not verified here',
    };
  const raw =
    signatureFile === 'zarf.bundle.sig'
      ? fromBundle(signature, definitionBytes)
      : fromBase64(signature);
  if (typeof raw === 'string') return { outcome: 'invalid', reason: raw };
  const fits = verifyMessageSignature(createPublicKey(spki), definitionBytes, raw);
  return fits
    ? { outcome: 'valid', fingerprint }
    : {
        outcome: 'invalid',
        reason: `${signatureFile} was not made over this zarf.yaml with the key ${fingerprint}`,
      };
}

/** Signature bytes, or why there are none. */
function fromBundle(bytes: Uint8Array, signed: Uint8Array): Uint8Array | string {
  try {
    const { material, content } = parseSignatureBundle(bytes);
    if (material.kind !== 'publicKey')
      return `zarf.bundle.sig was made with a certificate (${material.kind}), the bundle names a key`;
    if (content.kind !== 'messageSignature')
      return 'zarf.bundle.sig holds a statement, not a signature over zarf.yaml';
    if (content.digest?.algorithm !== 'SHA2_256')
      return `zarf.bundle.sig is over ${content.digest?.algorithm ?? 'no digest'}; deploying programs verify SHA-256`;
    return Buffer.from(sha256Of(signed)).equals(content.digest.bytes)
      ? content.signature
      : 'zarf.bundle.sig is about another zarf.yaml';
  } catch (error) {
    if (error instanceof SignatureBundleError) return error.message;
    throw error;
  }
}

function fromBase64(bytes: Uint8Array): Uint8Array | string {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\r?\n$/, '');
  const der = Buffer.from(text, 'base64');
  return der.length > 0 && der.toString('base64') === text
    ? der
    : 'zarf.yaml.sig is not standard base64';
}
