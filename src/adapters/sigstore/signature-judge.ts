import { SignatureBundleError } from '../../attestation/attestation-error.ts';
import { parseSignatureBundle, type SignatureBundle } from '../../attestation/signature-bundle.ts';
import type { SignedArtifact } from '../../ports/bundle-verifier.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  SignatureJudge,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import type { Run } from '../../support/run.ts';
import { judgeByKey, type KeySigner, mismatch } from './judge-by-key.ts';
import {
  contentOfBlob,
  contentOfStatement,
  type JudgedContent,
  signedBy,
} from './judged-content.ts';
import { invalid, isRefusal } from './refusal.ts';

/**
 * Judges Sigstore bundles against everybody policy allows: our own strict reading first, then the kind
 * of material, then algorithm, digest and signature. No network, no clock.
 */
export class SigstoreJudge implements SignatureJudge {
  judgeBlob(
    bytes: Uint8Array,
    artifact: SignedArtifact,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    return judgeBundle(bytes, (bundle) => contentOfBlob(bundle.content, artifact), signers, run);
  }

  judgeStatement(
    bytes: Uint8Array,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    return judgeBundle(bytes, (bundle) => contentOfStatement(bundle.content), signers, run);
  }

  judgeDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    run.signal.throwIfAborted();
    return Promise.resolve(judgeDetached(signature, artifact, signers));
  }
}

async function judgeBundle(
  bytes: Uint8Array,
  contentOf: (bundle: SignatureBundle) => JudgedContent | RefusedSignature,
  signers: readonly TrustedSigner[],
  run: Run,
): Promise<JudgedSignature> {
  run.signal.throwIfAborted();
  const bundle = openBundle(bytes);
  if (isRefusal(bundle)) return bundle;
  const keys = signers.filter(isKey);
  if (bundle.material.kind !== 'publicKey') {
    return invalid(
      'SIGNATURE_MATERIAL_KIND',
      `a key is trusted here, and the bundle was made with a certificate (${bundle.material.kind})`,
    );
  }
  if (keys.length === 0) {
    return invalid(
      'SIGNATURE_MATERIAL_KIND',
      'certificates of named identities are trusted here, and the bundle was made with a key',
    );
  }
  const content = contentOf(bundle);
  if (isRefusal(content)) return content;
  const judged = judgeByKeys(content, keys);
  if (judged.outcome !== 'valid') return judged;
  return { ...judged, warnings: [...notesOf(bundle), ...judged.warnings] };
}

function judgeDetached(
  signature: Uint8Array,
  artifact: SignedArtifact,
  signers: readonly TrustedSigner[],
): JudgedSignature {
  const keys = signers.filter(isKey);
  if (keys.length === 0) {
    return invalid(
      'SIGNATURE_MATERIAL_KIND',
      'certificates of named identities are trusted here, and a detached signature is always by key',
    );
  }
  const text = Buffer.from(signature)
    .toString('latin1')
    .replace(/\r?\n$/, '');
  const der = Buffer.from(text, 'base64');
  if (der.byteLength === 0 || der.toString('base64') !== text)
    return invalid('SIGNATURE_BASE64', 'the detached signature is not standard base64');
  return judgeByKeys({ signed: signedBy(artifact), signature: der, bare: true }, keys);
}

/** The first key that made it; otherwise the refusal that says most. */
function judgeByKeys(content: JudgedContent, signers: readonly KeySigner[]): JudgedSignature {
  let telling: RefusedSignature | undefined;
  for (const signer of signers) {
    const judged = judgeByKey(content, signer);
    if (judged.outcome === 'valid') return judged;
    if (judged.code !== 'SIGNATURE_MISMATCH') telling ??= judged;
  }
  return telling ?? mismatch(signers);
}

/** Form before everything: what another reader could read differently is refused. */
function openBundle(bytes: Uint8Array): SignatureBundle | RefusedSignature {
  try {
    return parseSignatureBundle(bytes);
  } catch (error) {
    if (error instanceof SignatureBundleError) return invalid(error.code, error.message);
    throw error;
  }
}

function notesOf(bundle: SignatureBundle): readonly string[] {
  const notes: string[] = [];
  if (bundle.timestamps.length > 0) {
    notes.push(
      'the bundle carries a timestamp, which was not judged; Zarf and UDS look for its authority on the network',
    );
  }
  if (bundle.logEntries.length > 0)
    notes.push('the bundle carries a transparency log entry, which was not judged');
  return notes;
}

function isKey(signer: TrustedSigner): signer is KeySigner {
  return signer.kind === 'key';
}
