import { describe, expect, it } from 'vitest';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { encodeRawFrame } from '../../src/archive/raw-frame.ts';
import { defaultReadLimits, type ReadLimits } from '../../src/archive/read-limits.ts';
import { surveyArchive } from '../../src/archive/survey-archive.ts';
import {
  checkedFrame,
  noiseBytes,
  padded,
  patchedHeader,
  paxHeader,
  paxRecord,
  rawHeader,
  tarOf,
} from '../support/tar-bytes.ts';
import { block, zstdFrame } from '../support/zstd-parts.ts';

const none = Buffer.alloc(0);

/** What a survey says, and what it took. */
async function surveyed(chunks: Iterable<Uint8Array>, limits: Partial<ReadLimits> = {}) {
  async function* given(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const { container } = await surveyArchive(
    { chunks: given() },
    { ...defaultReadLimits, ...limits },
    { wholeDigest: true },
    inProcessCompute(),
    { signal: new AbortController().signal },
  );
  return {
    codes: container.problems.map(({ code }) => code),
    seconds: (performance.now() - started) / 1000,
    grownMiB: (process.memoryUsage.rss() - before) / 2 ** 20,
  };
}

/** A frame whose blocks each say 128 KiB in four bytes: a terabyte in 32 MiB. */
function* repeatedBytes(gibibytes: number): Generator<Uint8Array> {
  yield Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const many = Buffer.concat(
    Array.from({ length: 8192 }, () => block(1, 2 ** 17, Buffer.from([0]), false)),
  );
  for (let count = 0; count < gibibytes; count++) yield many;
  yield block(0, 0, none, true);
}

const header = (size: string): Buffer => patchedHeader(rawHeader('big', '0'), { 124: size });

describe('bombs end within the limits', () => {
  it.each<[string, string, () => Iterable<Uint8Array>, Partial<ReadLimits>]>([
    ['a terabyte of zeros', 'TAR_DATA_AFTER_END', () => repeatedBytes(1024), {}],
    [
      'a terabyte of one byte inside an entry',
      'LIMIT_EXPANSION',
      function* () {
        yield checkedFrame(header('77777777777\0'));
        yield* repeatedBytes(1024);
      },
      {},
    ],
    [
      'a small frame for every 64 KiB of zeros',
      'LIMIT_EXPANSION',
      function* () {
        yield checkedFrame(header('77777777777\0'));
        const small = zstdFrame(
          { sizeBytes: 4, checksum: false },
          [block(1, 2 ** 17, Buffer.from([0]), true)],
          Buffer.alloc(2 ** 17),
        );
        for (let count = 0; count < 100_000; count++) yield small;
      },
      {},
    ],
    [
      'entries without end',
      'LIMIT_ENTRIES',
      function* () {
        for (let from = 0; from < 60_000; from += 5000)
          yield encodeRawFrame(
            Buffer.concat(
              Array.from({ length: 5000 }, (_, index) => rawHeader(`e${from + index}`, '0')),
            ),
          );
      },
      { maxEntries: 30_000 },
    ],
    [
      'extended headers without end',
      'LIMIT_ENTRIES',
      function* () {
        const many = Buffer.concat(
          Array.from({ length: 2000 }, () => paxHeader(paxRecord('comment', 'x'), 'g')),
        );
        for (let count = 0; count < 20; count++) yield encodeRawFrame(many);
      },
      { maxEntries: 30_000 },
    ],
    [
      'frames without end',
      'LIMIT_FRAMES',
      function* () {
        const many = Buffer.concat(Array.from({ length: 1000 }, () => encodeRawFrame(none)));
        for (let count = 0; count < 100; count++) yield many;
      },
      { maxFrames: 50_000 },
    ],
    [
      'an entry of eight exabytes by its header',
      'TAR_HEADER_INVALID',
      () => [
        tarOf(
          patchedHeader(rawHeader('a', '0'), {
            124: Buffer.from([0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
          }),
        ),
      ],
      {},
    ],
    [
      'an entry of eight petabytes by PAX',
      'LIMIT_ENTRY_BYTES',
      () => [tarOf(paxHeader(paxRecord('size', '9007199254740991')), rawHeader('a', '0'))],
      {},
    ],
    [
      'an entry above the limit',
      'LIMIT_ENTRY_BYTES',
      () => [tarOf(header('00000010000\0'), Buffer.alloc(4096))],
      { maxEntryBytes: 4095 },
    ],
    [
      'a PAX header of a gigabyte',
      'TAR_PAX_INVALID',
      () => [tarOf(patchedHeader(rawHeader('x', 'x'), { 124: '10000000000\0' }))],
      {},
    ],
    [
      'a long name of a gigabyte',
      'LIMIT_NAME_BYTES',
      () => [tarOf(patchedHeader(rawHeader('x', 'L'), { 124: '10000000000\0' }))],
      {},
    ],
    [
      'a PAX header of a hundred thousand records',
      'TAR_HEADER_INVALID',
      () => [
        tarOf(
          paxHeader(
            Array.from({ length: 90_000 }, (_, index) => paxRecord(`k${index}`, '')).join(''),
          ),
          rawHeader('a', '0'),
        ),
      ],
      {},
    ],
    [
      'a window of a terabyte',
      'ZSTD_WINDOW_LIMIT',
      () => [
        zstdFrame({ window: 0xf0, sizeBytes: 0, checksum: false }, [block(0, 0, none, true)], none),
      ],
      {},
    ],
    [
      'a frame that says it holds an exabyte',
      'ZSTD_WINDOW_LIMIT',
      () => [
        zstdFrame(
          { sizeBytes: 8, checksum: false, contentSize: 2 ** 60 },
          [block(0, 0, none, true)],
          none,
        ),
      ],
      {},
    ],
    [
      'a frame that says it holds an exabyte, with a small window',
      'ZSTD_CONTENT_SIZE',
      () => [
        zstdFrame(
          { window: 0x38, sizeBytes: 8, checksum: false, contentSize: 2 ** 60 },
          [block(0, 512, rawHeader('a', '0'), true)],
          none,
        ),
      ],
      {},
    ],
    [
      'a skippable frame of four gigabytes that is not there',
      'ZSTD_TRUNCATED',
      () => [checkedFrame(tarOf(rawHeader('a', '0'))), Buffer.from('502a4d18ffffffff', 'hex')],
      {},
    ],
  ])('%s: %s', async (_name, code, chunks, limits) => {
    const { codes, seconds, grownMiB } = await surveyed(chunks(), limits);
    expect(codes).toContain(code);
    // Seconds, not minutes, also on a busy machine; and not by filling the memory.
    expect(seconds).toBeLessThan(90);
    expect(grownMiB).toBeLessThan(400);
  });

  it('the largest window allowed takes no memory that is not used', async () => {
    const content = noiseBytes(17 * 2 ** 20);
    const tar = tarOf(
      patchedHeader(rawHeader('a', '0'), {
        124: `${content.length.toString(8).padStart(11, '0')}\0`,
      }),
      padded(content),
    );
    const blocks = Array.from({ length: Math.ceil(tar.length / 2 ** 17) }, (_, index) => {
      const piece = tar.subarray(index * 2 ** 17, (index + 1) * 2 ** 17);
      return block(0, piece.length, piece, (index + 1) * 2 ** 17 >= tar.length);
    });
    // 2^29: what readers stop at.
    const frame = zstdFrame({ window: 0x98, sizeBytes: 0, checksum: false }, blocks, tar);
    const { codes, grownMiB } = await surveyed([frame]);
    expect(codes).toEqual([]);
    expect(grownMiB).toBeLessThan(400);
  });

  it('a large frame of stored blocks is not kept in memory', async () => {
    const size = 400 * 2 ** 20;
    const head = patchedHeader(rawHeader('a', '0'), {
      124: `${size.toString(8).padStart(11, '0')}\0`,
    });
    function* stored(): Generator<Uint8Array> {
      yield Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
      yield block(0, head.length, head, false);
      for (let done = 0; done < size; done += 2 ** 17)
        yield block(0, 2 ** 17, Buffer.alloc(2 ** 17, 'x'), false);
      yield block(0, 1024, Buffer.alloc(1024), true);
    }
    const { codes, grownMiB } = await surveyed(stored());
    expect(codes).toEqual([]);
    expect(grownMiB).toBeLessThan(250);
  });
});
