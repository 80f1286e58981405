import { createCipheriv, createHash } from 'node:crypto';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import type { ArchiveFile } from '../../src/archive/archive-file.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { writeArchive } from '../../src/archive/write-archive.ts';
import { packPackage } from '../../src/operations/pack-package.ts';
import type { PackedPackage } from '../../src/operations/packed-package.ts';

const run = { signal: new AbortController().signal };

/** Bytes nobody can compress, the same every time. */
export function noise(length: number, seed: number | string = 1): Uint8Array {
  const key = createHash('sha256').update(String(seed)).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** Text that shrinks well, the same every time. */
export function prose(length: number): Uint8Array {
  const out = Buffer.alloc(length);
  for (let at = 0, line = 0; at < length; line++)
    at += out.write(`line ${line} of a text that shrinks well\n`, at);
  return out;
}

/** A whole package that passes verification: small files, several frames of text, content that does not shrink. */
export async function samplePackage(
  name = 'sample',
  {
    noiseBytes = 400_000,
    textBytes = 9 * 2 ** 20,
  }: { readonly noiseBytes?: number; readonly textBytes?: number } = {},
): Promise<PackedPackage> {
  const components = [
    { name: 'text', required: true, files: [{ source: 'text', target: '/opt/text' }] },
    { name: 'noise', required: true, files: [{ source: 'noise', target: '/opt/noise' }] },
    { name: 'small', required: true, files: [{ source: 'small', target: '/opt/small' }] },
    { name: 'least', required: true, files: [{ source: 'least', target: '/opt/least' }] },
  ];
  const files = {
    text: prose(textBytes),
    noise: noise(noiseBytes),
    small: prose(1000),
    least: '',
  };
  return packPackage(
    {
      definition: {
        apiVersion: 'zarf.dev/v1alpha1',
        kind: 'ZarfPackageConfig',
        metadata: { name, version: '1.0.0', architecture: 'amd64' },
        components,
      },
      definitionPath: 'zarf.yaml',
      folder: '.',
      architecture: 'amd64',
      images: [],
      onCreateActions: [],
      localInputs: [],
      payloads: [],
      definitionFiles: ['zarf.yaml'],
      at: () => ({ file: 'zarf.yaml', line: 1, column: 1 }),
    },
    new Map(),
    { timestamp: new Date(0), zarfVersion: 'v0.84.0' },
    { workspace: new MemoryWorkspace(files), blobs: new MemoryBlobStore() },
    run,
  );
}

/** An archive as our writer makes it. */
export async function archiveOf(
  files: readonly ArchiveFile[],
  compression: 'zstd' | 'none' = 'zstd',
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const sink = {
    write: async (given: readonly Uint8Array[]) =>
      void pieces.push(...given.map((piece) => Buffer.from(piece))),
  };
  await writeArchive(
    files,
    sink,
    { compute: inProcessCompute(), compression, wholeDigest: false },
    run,
  );
  return Buffer.concat(pieces);
}
