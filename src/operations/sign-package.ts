import { createPublicKey } from 'node:crypto';
import { describePublicKey } from '../attestation/public-key.ts';
import { digestOf } from '../oci/digest.ts';
import { InternalError } from '../errors/families.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { BundleVerifier, TrustedKey } from '../ports/bundle-verifier.ts';
import type { SignatureCache } from '../ports/signature-cache.ts';
import type { Signer } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';
import { signBlobBundle } from './sign-blob.ts';

const definitionName = 'zarf.yaml';
const signatureNames: readonly string[] = ['zarf.bundle.sig', 'zarf.yaml.sig'];

export interface SignPackagePorts {
  readonly signer: Signer;
  readonly verifier: BundleVerifier;
  /** Where signatures of earlier runs are kept; without it every run signs anew. */
  readonly cache?: SignatureCache;
  /** The bytes of `zarf.yaml` with `build.signed` and what else a signed package says of itself. */
  readonly markSigned: (definition: Uint8Array) => Uint8Array;
}

/**
 * Signs a package: marks its definition as signed and adds `zarf.bundle.sig` over those exact bytes.
 * Any earlier signature is replaced. A signature of the same key over the same bytes is reused, so
 * that an unchanged package keeps its bytes.
 * @throws SignerFailure SIGN_SELF_CHECK
 * @throws SigningError SIGN_KEY_ALGORITHM
 */
export async function signPackage(packed: PackedPackage, ports: SignPackagePorts, run: Run): Promise<PackedPackage> {
  const definition = packed.files.find((file) => file.path === definitionName);
  if (definition === undefined) throw new InternalError('a packed package has no zarf.yaml');
  const unsigned = Buffer.concat(await Array.fromAsync(definition.blob.open(run)));
  const signed = ports.markSigned(unsigned);
  const signature = await signOrReuse(signed, ports, run);
  const kept = packed.files.filter((file) => file.path !== definitionName && !signatureNames.includes(file.path));
  const files: readonly PackedFile[] = [
    { ...definition, blob: inMemory(signed) },
    ...kept,
    { path: 'zarf.bundle.sig', mode: 0o600, blob: inMemory(signature) },
  ];
  const { registryManifest: _unsignedManifest, ...rest } = packed;
  return { ...rest, files, signed: true };
}

/** A valid signature from the cache, or a new one, which is then kept. */
async function signOrReuse(message: Uint8Array, { signer, verifier, cache }: SignPackagePorts, run: Run): Promise<Uint8Array> {
  const publicKey = createPublicKey({ key: Buffer.from(signer.material.spki), format: 'der', type: 'spki' });
  const { pem, fingerprint } = describePublicKey(publicKey);
  const key: TrustedKey = { origin: 'the signing key', pem, fingerprint };
  const digest = digestOf(message);
  const earlier = await cache?.find(fingerprint, digest);
  if (earlier !== undefined) {
    const judged = await verifier.verifyBlob(earlier, { kind: 'bytes', bytes: message }, key, run);
    // A stamped one would send Zarf to the network: only plain signatures are taken over.
    if (judged.outcome === 'valid' && judged.warnings.length === 0) return earlier;
  }
  const made = Buffer.from(await signBlobBundle(message, signer, run));
  await cache?.keep(fingerprint, digest, made);
  return made;
}

function inMemory(bytes: Uint8Array): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}
