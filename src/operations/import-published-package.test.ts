import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { ArtifactSource, PublishedArtifact } from '../ports/artifact-source.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { JudgedSignature, SignatureJudge } from '../ports/signature-judge.ts';
import type { ProgressEvent } from '../support/run.ts';
import { importPublishedPackage, type WantedPackage } from './import-published-package.ts';

const run = { signal: new AbortController().signal };
const key = { origin: 'release.pub', pem: 'pem', fingerprint: 'f00' };

interface Content {
  readonly files?: Readonly<Record<string, string>>;
  readonly architecture?: string;
  readonly flavor?: string;
}

/** A published package whose contents count how often they are opened. */
function published(opened: string[], { files = {}, architecture = 'amd64', flavor }: Content = {}) {
  const contents: Record<string, string> = {
    'components/a.tar': 'a tar',
    'images/index.json': '{}',
  };
  const checksums = `${Object.entries(contents)
    .map(([path, text]) => `${hexOf(digestOf(text))} ${path}`)
    .sort()
    .join('\n')}\n`;
  const definition = `kind: ZarfPackageConfig
metadata:
  name: other
  version: 1.0.0
  aggregateChecksum: ${hexOf(digestOf(checksums))}
build:
  architecture: ${architecture}
  timestamp: Thu, 01 Jan 2026 00:00:00 +0000
  version: v0.84.0
${flavor === undefined ? '' : `  flavor: ${flavor}\n`}components:
- name: a
`;
  const all = { 'zarf.yaml': definition, 'checksums.txt': checksums, ...contents, ...files };
  const blob = (name: string, text: string): BlobSource => ({
    digest: digestOf(text),
    size: Buffer.byteLength(text),
    async *open() {
      opened.push(name);
      yield Buffer.from(text);
    },
  });
  const bytes = Buffer.from('the manifest, as published');
  const artifact: PublishedArtifact = {
    manifest: { bytes, digest: digestOf(bytes) },
    config: { ...blob('config', '{"kind":"x"}'), mediaType: mediaTypes.zarfConfig },
    files: Object.entries(all).map(([path, text]) => ({ path, blob: blob(path, text) })),
  };
  return artifact;
}

function sourceOf(artifact: PublishedArtifact | undefined, name = 'registry'): ArtifactSource {
  return { name, fetchArtifact: async () => artifact };
}

function judgeSaying(result: JudgedSignature): SignatureJudge {
  return {
    judgeBlob: async () => result,
    judgeDetached: async () => result,
    judgeStatement: async () => ({ outcome: 'undecided', code: 'X', reason: 'not asked' }),
  };
}

async function importing(
  artifact: PublishedArtifact | undefined,
  options: Partial<WantedPackage> & { readonly signature?: JudgedSignature } = {},
  blobs = new MemoryBlobStore(),
) {
  const { signature, ...wanted } = options;
  return importPublishedPackage(
    'ghcr.io/org/other:1.0.0',
    {
      artifacts: [sourceOf(undefined, 'first'), sourceOf(artifact)],
      blobs,
      ...(signature === undefined ? {} : { signatures: judgeSaying(signature) }),
    },
    { architecture: 'amd64', ...wanted },
    run,
  );
}

describe('importPublishedPackage', () => {
  it('pulls every file and keeps the manifest as published', async () => {
    const opened: string[] = [];
    const artifact = published(opened, {
      flavor: 'upstream',
      files: { 'zarf.bundle.sig': 'signed' },
    });
    const packed = await importing(artifact);
    expect(packed.fileName).toBe('zarf-package-other-amd64-1.0.0-upstream.tar.zst');
    expect(packed.signed).toBe(true);
    expect(packed.registryManifest?.bytes).toEqual(artifact.manifest.bytes);
    expect(packed.registryManifest?.digest).toBe(artifact.manifest.digest);
    expect(packed.registryManifest?.config.mediaType).toBe(mediaTypes.zarfConfig);
    expect(packed.files.map(({ path }) => path)).toEqual(artifact.files.map(({ path }) => path));
    expect(opened.toSorted()).toEqual([...artifact.files.map(({ path }) => path), 'config'].sort());
    const before = opened.length;
    for (const { blob } of packed.files) {
      const bytes = Buffer.concat(await Array.fromAsync(blob.open(run)));
      expect(digestOf(bytes)).toBe(blob.digest);
    }
    expect(await Array.fromAsync(packed.registryManifest?.config.open(run) ?? [])).toHaveLength(1);
    expect(opened).toHaveLength(before);
  });

  it('says that nobody checked a signature', async () => {
    const notes: string[] = [];
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind === 'note') notes.push(event.message);
    };
    const ports = { artifacts: [sourceOf(published([]))], blobs: new MemoryBlobStore() };
    await importPublishedPackage('o/p:1', ports, { architecture: 'amd64' }, { ...run, onProgress });
    expect(notes).toEqual([expect.stringContaining('without a signature that was checked')]);
  });

  it('fetches nothing that the store holds', async () => {
    const blobs = new MemoryBlobStore();
    const opened: string[] = [];
    await importing(published([]), {}, blobs);
    await importing(published(opened), {}, blobs);
    expect(opened).toEqual([]);
  });

  it('does not fetch contents of a package whose files do not fit', async () => {
    const opened: string[] = [];
    const artifact = published(opened, { files: { 'components/a.tar': 'b tar' } });
    await expect(importing(artifact)).rejects.toMatchObject({ code: 'MEMBER_FILE_MISMATCH' });
    expect(opened.toSorted()).toEqual(['checksums.txt', 'zarf.yaml']);
  });

  it('takes a package signed by the wanted key', async () => {
    const artifact = published([], { files: { 'zarf.bundle.sig': 'signed' } });
    const signature: JudgedSignature = {
      outcome: 'valid',
      signer: 'key',
      party: 'key:f00',
      stampedTimes: [],
      warnings: [],
    };
    expect((await importing(artifact, { key, signature })).signed).toBe(true);
  });

  const invalid: JudgedSignature = { outcome: 'invalid', code: 'X', reason: 'another key' };
  const unsigned = published([]);
  const signed = published([], { files: { 'zarf.bundle.sig': 'signed' } });
  it.each([
    ['that no source holds', 'MEMBER_NOT_FOUND', undefined, {}],
    ['with a file nobody lists', 'MEMBER_FILE_UNLISTED', published([], { files: { x: '' } }), {}],
    [
      'of another architecture',
      'MEMBER_ARCHITECTURE',
      published([], { architecture: 'arm64' }),
      {},
    ],
    ['without the wanted signature', 'MEMBER_SIGNATURE', unsigned, { key, signature: invalid }],
    ['with a wrong signature', 'MEMBER_SIGNATURE', signed, { key, signature: invalid }],
    ['whose signature nobody can check', 'MEMBER_SIGNATURE', signed, { key }],
  ])('refuses a package %s: %s', async (_name, code, artifact, options) => {
    await expect(importing(artifact, options)).rejects.toMatchObject({ code });
  });

  it('refuses content other than the manifest announced', async () => {
    const artifact = published([]);
    const files = artifact.files.map((file) =>
      file.path === 'images/index.json'
        ? {
            ...file,
            blob: {
              ...file.blob,
              open: async function* () {
                yield Buffer.from('[]');
              },
            },
          }
        : file,
    );
    await expect(importing({ ...artifact, files })).rejects.toMatchObject({
      code: 'OCI_DIGEST_MISMATCH',
    });
  });

  it('refuses a document too large to be one', async () => {
    const artifact = published([]);
    const files = artifact.files.map(({ path, blob }) => ({
      path,
      blob: { ...blob, size: 2 ** 30 },
    }));
    await expect(importing({ ...artifact, files })).rejects.toMatchObject({ code: 'MEMBER_ENTRY' });
  });
});
