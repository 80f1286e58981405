import { generateKeyPairSync } from 'node:crypto';
import { MemorySignatureCache } from '../../src/adapters/memory/signature-cache.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import { KeySigner } from '../../src/adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import type { SignatureAlgorithm } from '../../src/attestation/signature-algorithm.ts';
import { packageArchiveOrder, toArchiveFile } from '../../src/operations/archive-order.ts';
import { packBundle } from '../../src/operations/pack-bundle.ts';
import type { PackedPackage } from '../../src/operations/packed-package.ts';
import { signBlobBundle } from '../../src/operations/sign-blob.ts';
import { signPackage } from '../../src/operations/sign-package.ts';
import { markSigned } from '../../src/zarf/mark-signed.ts';
import { archiveOf, samplePackage } from './sample-package.ts';

const run = { signal: new AbortController().signal };

/** An archive in memory, and the key it is signed with, if it is. */
export interface KnownArchive {
  readonly name: string;
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly keyPem?: string;
  /** What the key signs with, where that is none of what deploying programs take. */
  readonly algorithm?: SignatureAlgorithm;
  /** Files that lie beside it: a detached signature. */
  readonly beside?: Readonly<Record<string, Uint8Array>>;
}

/**
 * Archives as our own programs write them: a package and a bundle, signed and not, packed and plain.
 * Content of more than 128 KiB lies in frames of its own.
 */
export async function ownArchives(
  size: { readonly noiseBytes: number; readonly textBytes: number } = {
    noiseBytes: 140_000,
    textBytes: 300_000,
  },
): Promise<readonly KnownArchive[]> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const keyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const unsigned = await samplePackage('sample', size);
  const signed = await signPackage(
    unsigned,
    {
      signer: new KeySigner(privateKey),
      judge: new SigstoreJudge(),
      cache: new MemorySignatureCache(),
      markSigned,
    },
    run,
  );
  const packageName = 'zarf-package-sample-amd64-1.0.0.tar';
  const bundleName = 'uds-bundle-sample-amd64-1.0.0.tar.zst';
  const signedBundle = await bundleOf(signed, { publicKey: keyPem });
  const files = (packed: PackedPackage) => packageArchiveOrder(packed.files);
  return [
    {
      name: 'own package',
      fileName: `${packageName}.zst`,
      bytes: await archiveOf(files(unsigned)),
    },
    {
      name: 'own signed package',
      fileName: `${packageName}.zst`,
      bytes: await archiveOf(files(signed)),
      keyPem,
    },
    {
      name: 'own signed package, plain',
      fileName: packageName,
      bytes: await archiveOf(files(signed), 'none'),
      keyPem,
    },
    { name: 'own bundle', fileName: bundleName, bytes: await bundleOf(unsigned) },
    {
      name: 'own signed bundle',
      fileName: bundleName,
      bytes: signedBundle,
      keyPem,
      beside: {
        [`${bundleName}.sigstore.json`]: Buffer.from(
          await signBlobBundle(signedBundle, new KeySigner(privateKey), run),
        ),
      },
    },
  ];
}

async function bundleOf(
  packed: PackedPackage,
  more: { readonly publicKey?: string } = {},
): Promise<Buffer> {
  const made = await packBundle(
    {
      definition: {
        kind: 'UDSBundle',
        metadata: { name: 'sample', version: '1.0.0' },
        packages: [{ name: 'sample', path: '..', ref: '1.0.0', ...more }],
      },
      definitionPath: 'uds-bundle.yaml',
      members: new Map([['sample', packed]]),
      architecture: 'amd64',
      timestamp: new Date(0),
      udsVersion: 'v0.35.1',
    },
    { workspace: new MemoryWorkspace({}) },
    run,
  );
  return archiveOf(made.files.map(toArchiveFile));
}
