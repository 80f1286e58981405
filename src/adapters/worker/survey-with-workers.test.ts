import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkedFrame,
  noiseBytes,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../../test/support/tar-bytes.ts';
import type { ArchiveFile } from '../../archive/archive-file.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { defaultReadLimits } from '../../archive/read-limits.ts';
import { surveyArchive } from '../../archive/survey-archive.ts';
import { writeArchive } from '../../archive/write-archive.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { FsArchiveSource } from '../fs/archive-source.ts';
import { workerCompute } from './worker-compute.ts';

const run = { signal: new AbortController().signal };
const contents: readonly (readonly [string, Uint8Array])[] = [
  ['zarf.yaml', Buffer.from('kind: ZarfPackageConfig\n')],
  ['noise/1', noiseBytes(37 * 2 ** 20 + 1, 1)],
  ['text/1', Buffer.from('all work and no play\n'.repeat(900_000))],
  ['noise/2', noiseBytes(20 * 2 ** 20 + 511, 2)],
  ['noise/3', noiseBytes(3_000_000, 3)],
  ['text/2', Buffer.from('makes a dull archive\n'.repeat(600_000))],
  ...Array.from(
    { length: 40 },
    (_, index) => [`small/${index}`, noiseBytes(20_000 + index, index)] as const,
  ),
];
const digests: readonly Digest[] = contents.map(([, bytes]) => digestOf(bytes));

let folder = '';
const archives: Record<string, Uint8Array> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-workers-'));
  const files: ArchiveFile[] = contents.map(([name, bytes], index) => ({
    name,
    mode: 0o644,
    size: bytes.length,
    digest: digests[index] ?? digestOf(''),
    async *open() {
      for (let at = 0; at < bytes.length; at += 700_001) yield bytes.subarray(at, at + 700_001);
    },
  }));
  // Written with threads too: the same bytes as without.
  await using threads = workerCompute({ workers: 2 });
  const [ours, again] = await Promise.all(
    [threads, inProcessCompute()].map(async (compute) => {
      const pieces: Buffer[] = [];
      await writeArchive(
        files,
        { write: async (given) => void pieces.push(...given.map((piece) => Buffer.from(piece))) },
        { compute, wholeDigest: false },
        run,
      );
      return Buffer.concat(pieces);
    }),
  );
  expect(ours?.equals(again ?? Buffer.alloc(0))).toBe(true);
  const tar = tarOf(...contents.map(([name, bytes]) => tarFile(name, bytes)));
  Object.assign(archives, {
    ours,
    'one frame': checkedFrame(tar),
    'one frame of unknown size': unsizedFrame(tar),
    'a plain tar': tar,
  });
  for (const [name, bytes] of Object.entries(archives)) await writeFile(join(folder, name), bytes);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe.each(['ours', 'one frame', 'one frame of unknown size', 'a plain tar'])(
  'a survey of %s with worker threads',
  (name) => {
    it.each([
      { how: 'of a file', stdin: false, wholeDigest: true },
      { how: 'of a file, without the digest of the whole', stdin: false, wholeDigest: false },
      { how: 'of standard input', stdin: true, wholeDigest: true },
    ])('$how hashes every byte, memory given back or not', async ({ stdin, wholeDigest }) => {
      await using threads = workerCompute({ workers: 2 });
      const path = join(folder, name);
      const source = new FsArchiveSource({ stdin: () => createReadStream(path) });
      await using archive = await source.open(stdin ? '-' : path);
      const survey = await surveyArchive(
        { chunks: archive.chunks(run) },
        defaultReadLimits,
        { wholeDigest },
        threads,
        run,
      );
      expect(survey.container.problems).toEqual([]);
      expect(survey.entries.map((entry) => entry.digest)).toEqual(digests);
      expect(survey.container.digest).toBe(
        wholeDigest ? digestOf(archives[name] ?? '') : undefined,
      );
      if (stdin || wholeDigest) return;
      const plain = await surveyArchive(
        { chunks: archive.chunks(run) },
        defaultReadLimits,
        { wholeDigest },
        inProcessCompute(),
        run,
      );
      expect(isDeepStrictEqual(plain, survey)).toBe(true);
    });
  },
);

it('ends with what stops it, not with a hanging thread', async () => {
  const controller = new AbortController();
  const threads = workerCompute({ workers: 2 });
  await using archive = await new FsArchiveSource().open(join(folder, 'ours'));
  const aborted = { signal: controller.signal };
  const chunks = archive.chunks(aborted);
  const stopping = surveyArchive(
    { chunks, onBytes: (read) => read > 2 ** 24 && controller.abort(new Error('enough')) },
    defaultReadLimits,
    { wholeDigest: true },
    threads,
    aborted,
  );
  await expect(stopping).rejects.toThrow('enough');
  await threads[Symbol.asyncDispose]();
});
