import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { type TarHeader, tarEnd, tarHeader, tarPaddingBytes } from '../archive/tar-writer.ts';
import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { StoredBlob } from '../ports/blob-store.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { ProgressEvent } from '../support/run.ts';
import { importPackageArchive } from './import-package-archive.ts';

const signal = new AbortController().signal;
const layer = 'a layer';
const blobPath = `images/blobs/sha256/${hexOf(digestOf(layer))}`;
const contents: Readonly<Record<string, string>> = {
  'components/a.tar': 'a tar',
  [blobPath]: layer,
  'zarf.bundle.sig': '{}',
};
const sums = ['components/a.tar', blobPath].map(
  (path) => `${hexOf(digestOf(contents[path] ?? ''))} ${path}`,
);
const checksums = `${sums.sort().join('\n')}\n`;
const definition = `kind: ZarfPackageConfig
metadata:
  name: other
  version: 1.0.0
  aggregateChecksum: ${hexOf(digestOf(checksums))}
build:
  architecture: amd64
  timestamp: Thu, 01 Jan 2026 00:00:00 +0000
  version: v0.84.0
components:
- name: a
`;

function entry(name: string, content = '', type: TarHeader['type'] = 'file'): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    tarHeader({
      type,
      name,
      mode: 0o640,
      size: bytes.length,
      ...(type === 'symlink' ? { linkTarget: 'zarf.yaml' } : {}),
    }),
    bytes,
    Buffer.alloc(tarPaddingBytes(bytes.length)),
  ]);
}

/** In the order Zarf writes: checksums first, definition last. */
function tarOf(files: Readonly<Record<string, string>>, ...more: readonly Uint8Array[]): Buffer {
  const all = { 'checksums.txt': checksums, ...files, 'zarf.yaml': definition };
  const parts = Object.entries(all).map(([name, content]) => entry(name, content));
  return Buffer.concat([entry('components', '', 'directory'), ...parts, ...more, tarEnd()]);
}

interface Judged {
  readonly format?: VerifyReport['archive']['format'];
  readonly root?: Digest;
  readonly verdict?: Partial<Verdict>;
}

function reportOf(judged: Judged): VerifyReport {
  return {
    schema: 'cowa-release/verify-report/v1',
    program: { name: 'cowa-release', version: '0' },
    archive: {
      name: 'other.tar.zst',
      format: judged.format ?? 'zarf-package',
      compression: 'zstd',
      size: 1,
      tarSize: 1,
      entries: 1,
      frames: 1,
      root: { kind: 'package', digest: judged.root ?? digestOf(definition) },
    },
    trust: { insecure: [] },
    packages: [],
    signature: { outcome: 'unsigned' },
    findings: [],
    verdict: {
      outcome: 'pass',
      exitCode: 0,
      headline: 'headline',
      counts: { pass: 1, fail: 0, warning: 0, note: 0, waived: 0, undecided: 0, notApplicable: 0 },
      failOn: ['error'],
      missingEvidence: [],
      notLookedAt: [],
      weakenedBy: [],
      ...judged.verdict,
    },
  };
}

class CountingBlobStore extends MemoryBlobStore {
  puts = 0;
  override put(...parameters: Parameters<MemoryBlobStore['put']>): Promise<StoredBlob> {
    this.puts += 1;
    return super.put(...parameters);
  }
}

async function importing(
  tar: Uint8Array,
  judged: Judged = {},
  blobs: MemoryBlobStore = new MemoryBlobStore(),
) {
  const events: ProgressEvent[] = [];
  const source = new MemoryArchiveSource({ 'in/other.tar.zst': zstdCompressSync(tar) });
  const packed = await importPackageArchive(
    'in/other.tar.zst',
    { source, blobs, verify: async () => reportOf(judged) },
    { signal, onProgress: (event) => events.push(event) },
  );
  return { packed, blobs, notes: events.filter(({ kind }) => kind === 'note') };
}

describe('importPackageArchive', () => {
  it('takes every file as it is, with its mode, and the name of the archive', async () => {
    const { packed, notes } = await importing(tarOf(contents));
    expect(packed.fileName).toBe('other.tar.zst');
    expect(packed.signed).toBe(true);
    expect(packed.definition.metadata.name).toBe('other');
    expect(packed.registryManifest).toBeUndefined();
    expect(notes).toEqual([]);
    const expected = { 'checksums.txt': checksums, ...contents, 'zarf.yaml': definition };
    const actual: Record<string, string> = {};
    for (const { path, blob, mode } of packed.files) {
      const bytes = Buffer.concat(await Array.fromAsync(blob.open({ signal })));
      expect({ mode, digest: blob.digest, size: blob.size }).toEqual({
        mode: 0o640,
        digest: digestOf(bytes),
        size: bytes.length,
      });
      actual[path] = bytes.toString();
    }
    expect(actual).toEqual(expected);
  });

  it('does not write again what the store holds', async () => {
    const blobs = new CountingBlobStore();
    await importing(tarOf(contents), {}, blobs);
    const first = blobs.puts;
    const { packed } = await importing(tarOf(contents), {}, blobs);
    expect(packed.files).toHaveLength(5);
    // The two documents and the signature, which nothing announces.
    expect([first, blobs.puts - first]).toEqual([5, 3]);
  });

  it('reads a plain tar', async () => {
    const source = new MemoryArchiveSource({ 'p.tar': tarOf({ ...contents }) });
    const ports = { source, blobs: new MemoryBlobStore(), verify: async () => reportOf({}) };
    expect((await importPackageArchive('p.tar', ports, { signal })).fileName).toBe('p.tar');
  });

  it('takes an unsigned package and says so', async () => {
    const { notes, packed } = await importing(
      tarOf({ 'components/a.tar': 'a tar', [blobPath]: layer }),
      { verdict: { outcome: 'incomplete', exitCode: 5, missingEvidence: ['signature'] } },
    );
    expect(packed.signed).toBe(false);
    expect(notes).toEqual([
      { kind: 'note', message: expect.stringContaining('without a signature that was checked') },
    ]);
  });

  const failed = { outcome: 'fail', exitCode: 1 } as const;
  const unseen = {
    outcome: 'incomplete',
    exitCode: 5,
    missingEvidence: ['oci', 'signature'],
  } as const;
  const full = tarOf(contents);
  it.each<[string, string, Uint8Array, Judged]>([
    ['that fails verification', 'MEMBER_REFUSED', full, { verdict: failed }],
    ['that could not be looked at', 'MEMBER_REFUSED', full, { verdict: unseen }],
    ['that is a bundle', 'MEMBER_NOT_A_PACKAGE', full, { format: 'uds-legacy' }],
    ['that is nothing known', 'MEMBER_NOT_A_PACKAGE', full, { format: 'unknown' }],
    ['that changed meanwhile', 'MEMBER_CHANGED', full, { root: digestOf('another') }],
    ['with a link', 'MEMBER_ENTRY', tarOf(contents, entry('l', '', 'symlink')), {}],
    ['with one name twice', 'MEMBER_ENTRY', tarOf(contents, entry('./checksums.txt', '\n')), {}],
    ['cut short', 'TAR_TRUNCATED', full.subarray(0, 3000), {}],
    [
      'with a file altered meanwhile',
      'MEMBER_FILE_MISMATCH',
      tarOf({ ...contents, 'components/a.tar': 'b tar' }),
      {},
    ],
  ])('refuses an archive %s: %s', async (_name, code, tar, judged) => {
    await expect(importing(tar, judged)).rejects.toMatchObject({ code });
  });

  it('refuses other content under the name of a blob it holds', async () => {
    const blobs = new MemoryBlobStore();
    await importing(tarOf(contents), {}, blobs);
    await expect(
      importing(tarOf({ ...contents, [blobPath]: 'b layer' }), {}, blobs),
    ).rejects.toMatchObject({ code: 'MEMBER_FILE_MISMATCH' });
  });

  it('refuses standard input, which has no name', async () => {
    const source = new MemoryArchiveSource({ '-': full });
    const ports = { source, blobs: new MemoryBlobStore(), verify: async () => reportOf({}) };
    await expect(importPackageArchive('-', ports, { signal })).rejects.toMatchObject({
      code: 'MEMBER_NAME_UNKNOWN',
    });
  });
});
