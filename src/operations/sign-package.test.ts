import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { samplePackage } from '../../test/support/sample-package.ts';
import { MemorySignatureCache } from '../adapters/memory/signature-cache.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { InternalError } from '../errors/families.ts';
import { digestOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import type { PackedPackage } from './packed-package.ts';
import { trustedKeyOf } from './sign-once.ts';
import { signPackage } from './sign-package.ts';

const run = { signal: new AbortController().signal };
const signer = new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const judge = new SigstoreJudge();
const ports = { signer, judge, markSigned };

async function bytesAt(packed: PackedPackage, path: string): Promise<Buffer> {
  const file = packed.files.find((each) => each.path === path);
  return Buffer.concat(file === undefined ? [] : await Array.fromAsync(file.blob.open(run)));
}

describe('signPackage', () => {
  it('marks the definition, signs those bytes, and leaves every other file as it is', async () => {
    const packed = await samplePackage();
    const signed = await signPackage(packed, ports, run);
    const definition = await bytesAt(signed, 'zarf.yaml');
    expect(definition.equals(markSigned(await bytesAt(packed, 'zarf.yaml')))).toBe(true);
    const signature = await bytesAt(signed, 'zarf.bundle.sig');
    const key = trustedKeyOf(signer, 'key');
    expect(
      await judge.judgeBlob(signature, { kind: 'bytes', bytes: definition }, onlyKey(key), run),
    ).toMatchObject({ outcome: 'valid', warnings: [] });
    const others = ({ files }: PackedPackage) =>
      files
        .filter(({ path }) => path !== 'zarf.yaml' && path !== 'zarf.bundle.sig')
        .map(({ path, mode, blob }) => `${path} ${mode} ${blob.digest}`)
        .sort();
    expect(others(signed)).toEqual(others(packed));
    expect(signed.signed).toBe(true);
    expect(signed.definition.build).toMatchObject({
      signed: true,
      provenanceFiles: ['checksums.txt', 'zarf.bundle.sig'],
    });
  });

  it('puts one signature in the place of all earlier ones, of either form', async () => {
    const packed = await samplePackage();
    const old = ['zarf.yaml.sig', 'zarf.bundle.sig'].map((path) => ({
      path,
      mode: 0o644,
      blob: heldContent(Buffer.from('old')),
    }));
    const signed = await signPackage({ ...packed, files: [...packed.files, ...old] }, ports, run);
    const names = signed.files.map(({ path }) => path).filter((path) => path.endsWith('.sig'));
    expect(names).toEqual(['zarf.bundle.sig']);
    expect((await bytesAt(signed, 'zarf.bundle.sig')).toString()).not.toBe('old');
  });

  it('forgets the manifest under which the unsigned package was published', async () => {
    const packed = await samplePackage();
    const config = { ...heldContent(Buffer.from('{}')), mediaType: 'x' };
    const registryManifest = { bytes: Buffer.from('{}'), digest: digestOf('{}'), config };
    const signed = await signPackage({ ...packed, registryManifest }, ports, run);
    expect(signed.registryManifest).toBeUndefined();
  });

  it('keeps its bytes when it is signed again with one cache', async () => {
    const packed = await samplePackage();
    const cache = new MemorySignatureCache();
    const first = await signPackage(packed, { ...ports, cache }, run);
    const second = await signPackage(first, { ...ports, cache }, run);
    const digests = ({ files }: PackedPackage) =>
      files.map(({ path, blob }) => `${path} ${blob.digest}`).sort();
    expect(digests(second)).toEqual(digests(first));
  });

  it('calls a package without a definition a bug', async () => {
    const packed = await samplePackage();
    const files = packed.files.filter(({ path }) => path !== 'zarf.yaml');
    await expect(signPackage({ ...packed, files }, ports, run)).rejects.toThrow(InternalError);
  });
});
