import { SignatureBundleError } from '../../attestation/attestation-error.ts';
import { parseSignatureBundle, type SignatureBundle } from '../../attestation/signature-bundle.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  SignatureJudge,
  SignedArtifact,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import type { Run } from '../../support/run.ts';
import { judgeByCertificate } from './judge-by-certificate.ts';
import { type BesideKey, judgeByKey, type KeySigner, mismatch } from './judge-by-key.ts';
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

  async judgeDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    run.signal.throwIfAborted();
    return judgeDetached(signature, artifact, signers);
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
  const content = contentOf(bundle);
  if (bundle.material.kind === 'publicKey') {
    const keys = signers.filter(isKey);
    if (keys.length === 0) {
      return invalid(
        'SIGNATURE_MATERIAL_KIND',
        'certificates of named identities are trusted here, and the bundle was made with a key',
      );
    }
    return isRefusal(content) ? content : judgeByKeys(content, bundle, keys);
  }
  // Kind before everything else: a key in policy is never satisfied by anybody's certificate.
  const identities = signers.filter((signer) => signer.kind === 'identity');
  if (identities.length === 0) {
    return invalid(
      'SIGNATURE_MATERIAL_KIND',
      `a key is trusted here, and the bundle was made with a certificate (${bundle.material.kind})`,
    );
  }
  return isRefusal(content) ? content : judgeByCertificate(bundle, content, identities);
}

async function judgeDetached(
  signature: Uint8Array,
  artifact: SignedArtifact,
  signers: readonly TrustedSigner[],
): Promise<JudgedSignature> {
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
  const content = { signed: signedBy(artifact), signature: der, bare: true };
  return judgeByKeys(content, { timestamps: [], logEntries: [] }, keys);
}

/** The first key that made it; otherwise the refusal that says most. */
async function judgeByKeys(
  content: JudgedContent,
  beside: BesideKey,
  signers: readonly KeySigner[],
): Promise<JudgedSignature> {
  let telling: RefusedSignature | undefined;
  for (const signer of signers) {
    const judged = await judgeByKey(content, beside, signer);
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

function isKey(signer: TrustedSigner): signer is KeySigner {
  return signer.kind === 'key';
}
