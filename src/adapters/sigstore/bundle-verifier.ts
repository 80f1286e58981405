import { createPublicKey, type KeyObject } from 'node:crypto';
import { SignatureBundleError } from '../../attestation/attestation-error.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import { parseSignatureBundle, type SignatureBundle } from '../../attestation/signature-bundle.ts';
import {
  sha256Of,
  verifyDigestSignature,
  verifyMessageSignature,
} from '../../attestation/verify-key-signature.ts';
import { hexOf } from '../../oci/digest.ts';
import type {
  BundleVerifier,
  SignatureOutcome,
  SignedArtifact,
  StatementOutcome,
  TrustedKey,
} from '../../ports/bundle-verifier.ts';
import type { Run } from '../../support/run.ts';

interface Refusal {
  readonly outcome: 'invalid' | 'undecided';
  readonly code: string;
  readonly reason: string;
}

/** Judges Sigstore bundles with node:crypto alone, after our own strict reading; no network, no clock. */
export class KeyBundleVerifier implements BundleVerifier {
  verifyBlob(
    bytes: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    _run: Run,
  ): Promise<SignatureOutcome> {
    return Promise.resolve(judgeBlob(bytes, artifact, key));
  }

  verifyDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    _run: Run,
  ): Promise<SignatureOutcome> {
    return Promise.resolve(judgeDetached(signature, artifact, key));
  }

  verifyStatement(bytes: Uint8Array, key: TrustedKey, _run: Run): Promise<StatementOutcome> {
    return Promise.resolve(judgeStatement(bytes, key));
  }
}

function judgeBlob(bytes: Uint8Array, artifact: SignedArtifact, key: TrustedKey): SignatureOutcome {
  const opened = openUnderKey(bytes, key);
  if ('outcome' in opened) return opened;
  const { bundle, publicKey } = opened;
  if (bundle.content.kind !== 'messageSignature') {
    return invalid(
      'SIGNATURE_CONTENT',
      'the bundle holds a statement in an envelope where a signature over the file is expected',
    );
  }
  const { digest, signature } = bundle.content;
  // Every reader that our archives meet hashes with SHA-256 under a key, whatever the bundle declares.
  if (digest.algorithm !== 'SHA2_256') {
    return invalid(
      'SIGNATURE_DIGEST_ALGORITHM',
      `the bundle declares ${digest.algorithm}; cosign, Zarf and UDS verify with SHA-256 only`,
    );
  }
  const actual = digestBytes(artifact);
  if (!actual.equals(digest.bytes)) {
    return invalid(
      'SIGNATURE_DIGEST',
      `the bundle is about a file with SHA-256 ${hex(digest.bytes)}, this one has ${hex(actual)}`,
    );
  }
  return judgeSignature(publicKey, artifact, signature, key, notesOf(bundle));
}

function judgeDetached(
  signature: Uint8Array,
  artifact: SignedArtifact,
  key: TrustedKey,
): SignatureOutcome {
  const publicKey = openKey(key);
  if ('outcome' in publicKey) return publicKey;
  const text = Buffer.from(signature)
    .toString('latin1')
    .replace(/\r?\n$/, '');
  const der = Buffer.from(text, 'base64');
  if (der.byteLength === 0 || der.toString('base64') !== text) {
    return invalid('SIGNATURE_BASE64', 'the detached signature is not standard base64');
  }
  return judgeSignature(publicKey, artifact, der, key, []);
}

function judgeStatement(bytes: Uint8Array, key: TrustedKey): StatementOutcome {
  const opened = openUnderKey(bytes, key);
  if ('outcome' in opened) return opened;
  const { bundle, publicKey } = opened;
  if (bundle.content.kind !== 'dsseEnvelope') {
    return invalid(
      'SIGNATURE_CONTENT',
      'the bundle holds a signature over a file where a statement in an envelope is expected',
    );
  }
  const { envelope } = bundle.content;
  if (envelope.payloadType !== inTotoPayloadType) {
    return invalid(
      'SIGNATURE_PAYLOAD_TYPE',
      `the payload type is '${envelope.payloadType.slice(0, 100)}', expected ${inTotoPayloadType}`,
    );
  }
  if (envelope.keyid !== '') {
    return invalid(
      'SIGNATURE_KEYID',
      'the envelope names a keyid, which cosign refuses; it must be empty',
    );
  }
  const message = encodePreAuthentication(envelope.payloadType, envelope.payload);
  if (!verifyMessageSignature(publicKey, message, envelope.signature)) return mismatch(key);
  return {
    outcome: 'valid',
    fingerprint: key.fingerprint,
    payloadType: envelope.payloadType,
    payload: envelope.payload,
  };
}

/** Form, key and kind of material, in this order and all before any signature is looked at. */
function openUnderKey(
  bytes: Uint8Array,
  key: TrustedKey,
): { readonly bundle: SignatureBundle; readonly publicKey: KeyObject } | InvalidOutcome {
  let bundle: SignatureBundle;
  try {
    bundle = parseSignatureBundle(bytes);
  } catch (error) {
    if (error instanceof SignatureBundleError) return invalid(error.code, error.message);
    throw error;
  }
  if (bundle.material.kind !== 'publicKey') {
    return invalid(
      'SIGNATURE_MATERIAL_KIND',
      `a key is trusted here, and the bundle was made with a certificate (${bundle.material.kind})`,
    );
  }
  const publicKey = openKey(key);
  return 'outcome' in publicKey ? publicKey : { bundle, publicKey };
}

function openKey(key: TrustedKey): KeyObject | InvalidOutcome {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: key.pem, format: 'pem' });
  } catch {
    return invalid('SIGNATURE_KEY_UNREADABLE', `the trusted key of ${key.origin} cannot be read`);
  }
  const facts = describePublicKey(publicKey);
  if (facts.fingerprint !== key.fingerprint) {
    return invalid(
      'SIGNATURE_KEY_FINGERPRINT',
      `the trusted key of ${key.origin} has the fingerprint ${facts.fingerprint}, not ${key.fingerprint}`,
    );
  }
  if (!facts.accepted) {
    const size = facts.bits === undefined ? '' : ` with ${facts.bits} bits`;
    return invalid(
      'SIGNATURE_KEY_ALGORITHM',
      `signatures of a ${facts.kind} key${size} are not verified by cosign, Zarf and UDS, and not here`,
    );
  }
  return publicKey;
}

function judgeSignature(
  publicKey: KeyObject,
  artifact: SignedArtifact,
  signature: Uint8Array,
  key: TrustedKey,
  warnings: readonly string[],
): SignatureOutcome {
  const good =
    artifact.kind === 'bytes'
      ? verifyMessageSignature(publicKey, artifact.bytes, signature)
      : verifyDigestSignature(publicKey, digestBytes(artifact), signature);
  return good ? { outcome: 'valid', fingerprint: key.fingerprint, warnings } : mismatch(key);
}

function notesOf(bundle: SignatureBundle): readonly string[] {
  const notes: string[] = [];
  if (bundle.timestamps.length > 0) {
    notes.push(
      'the bundle carries a timestamp, which was not judged; Zarf and UDS look for its authority on the network',
    );
  }
  if (bundle.logEntries > 0)
    notes.push('the bundle carries a transparency log entry, which was not judged');
  return notes;
}

function digestBytes(artifact: SignedArtifact): Buffer {
  return artifact.kind === 'bytes'
    ? Buffer.from(sha256Of(artifact.bytes))
    : Buffer.from(hexOf(artifact.digest), 'hex');
}

type InvalidOutcome = Refusal & { readonly outcome: 'invalid' };

function invalid(code: string, reason: string): InvalidOutcome {
  return { outcome: 'invalid', code, reason };
}

function mismatch(key: TrustedKey): InvalidOutcome {
  return invalid(
    'SIGNATURE_MISMATCH',
    `the signature was not made over these bytes with the key of ${key.origin} (${key.fingerprint})`,
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
