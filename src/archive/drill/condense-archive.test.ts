import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { tarOf as tarBytes, tarFile } from '../../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../../adapters/memory/archive-source.ts';
import { inThreadCompute } from '../compute-in-thread.ts';
import { defaultReadLimits } from '../read-limits.ts';
import { surveyArchive } from '../survey-archive.ts';
import { condenseArchive, restored } from './condense-archive.ts';

const run = { signal: new AbortController().signal };
const compute = inThreadCompute();
const weights = Buffer.alloc(300_000, 'weights');

async function opened(bytes: Uint8Array, fromPlaces: boolean) {
  const archive = await new MemoryArchiveSource({ x: bytes }, { chunkBytes: 5000 }).open('x');
  const chunks = archive.chunks(run);
  return fromPlaces ? chunks : { [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator]() };
}

const survey = async (bytes: Uint8Array) =>
  surveyArchive(
    { chunks: await opened(bytes, true) },
    defaultReadLimits,
    { wholeDigest: true },
    compute,
    run,
  );

describe('condenseArchive', () => {
  it.each([
    [
      'an archive with a seek table',
      aPackage().with('components/big.tar', weights).archive().bytes,
    ],
    ['a plain tar', tarBytes(tarFile('a.json', '{}'), tarFile('b', weights), tarFile('c', 'c'))],
  ])('%s is seen as before, large contents put back', async (_name, bytes) => {
    const before = await survey(bytes);
    for (const fromPlaces of [true, false]) {
      const chunks = await opened(bytes, fromPlaces);
      const small = await condenseArchive(chunks, before, defaultReadLimits, compute, 100_000);
      expect(small.names.size).toBe(1);
      expect(small.leftOut).toBeGreaterThan(299_000);
      const { entries, container } = restored(await survey(small.bytes), small);
      expect(entries).toEqual(before.entries);
      expect(container.tarSize).toBeGreaterThan(300_000);
      expect(container).toMatchObject({
        compression: before.container.compression,
        seekTable: before.container.seekTable,
        problems: [],
      });
      expect(container.digest).not.toBe(before.container.digest);
    }
  });

  it('stands for nothing whose size is said in another header, too', async () => {
    const bytes = tarBytes(tarFile('long'.repeat(40), weights), tarFile('c', 'c'));
    const chunks = await opened(bytes, true);
    const small = await condenseArchive(
      chunks,
      await survey(bytes),
      defaultReadLimits,
      compute,
      1000,
    );
    expect(small.names.size).toBe(0);
    expect(Buffer.from(small.bytes)).toEqual(bytes);
  });
});
