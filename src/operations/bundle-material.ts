import { describePublicKey, keyOfSpki } from '../attestation/public-key.ts';
import type { BundleMaterial } from '../attestation/render-signature-bundle.ts';
import { InternalError } from '../errors/families.ts';
import type { Signer, WitnessedContent } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';

/** What a bundle says of who signed: the hint of a key, or a certificate with what proves it and the time. */
export async function bundleMaterial(
  signer: Signer,
  signed: WitnessedContent,
  signature: Uint8Array,
  run: Run,
): Promise<BundleMaterial> {
  const { kind, spki } = signer.material;
  if (kind === 'key') {
    return { signer: { kind: 'publicKey', hint: describePublicKey(keyOfSpki(spki)).hint } };
  }
  if (signer.evidenceFor === undefined)
    throw new InternalError('a signer by certificate has no certificate');
  const { certificate, ...evidence } = await signer.evidenceFor(signed, signature, run);
  return { signer: { kind: 'certificate', der: certificate }, ...evidence };
}
