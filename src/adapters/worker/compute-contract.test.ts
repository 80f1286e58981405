import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { checkedFrame, noiseBytes, unsizedFrame } from '../../../test/support/tar-bytes.ts';
import type { Compute } from '../../archive/compute.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { encodeRawFrame } from '../../archive/raw-frame.ts';
import { workerCompute } from './worker-compute.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const shared = (bytes: Uint8Array): Uint8Array => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};
const text = Buffer.from('some words that come again and again, '.repeat(60_000));

let compute: Compute = inProcessCompute();
afterEach(async () => {
  await compute[Symbol.asyncDispose]();
});

describe.each([
  { name: 'in process', make: inProcessCompute },
  { name: 'on one worker thread', make: () => workerCompute({ workers: 1 }) },
  { name: 'on three worker threads', make: () => workerCompute({ workers: 3 }) },
])('compute $name', ({ make }) => {
  it('hashes whatever the pieces, shared memory and other memory mixed', async () => {
    compute = make();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 5000 }), fc.boolean()), { maxLength: 20 }),
        async (pieces) => {
          const session = compute.hash();
          for (const [bytes, share] of pieces) await session.update(share ? shared(bytes) : bytes);
          expect(await session.digest()).toBe(
            sha256(Buffer.concat(pieces.map(([bytes]) => bytes))),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps order and bytes in more than fits at once, awaited or not', async () => {
    compute = make();
    const bytes = noiseBytes(5 * 2 ** 20 + 7);
    const sessions = [compute.hash(), compute.hash()];
    for (let round = 0; round < 8; round++) {
      for (const session of sessions) void session.update(round % 2 === 0 ? bytes : shared(bytes));
    }
    const expected = sha256(Buffer.concat(Array.from({ length: 8 }, () => bytes)));
    expect(await Promise.all(sessions.map((session) => session.digest()))).toEqual([
      expected,
      expected,
    ]);
  });

  it('has read all memory once settled', async () => {
    compute = make();
    const session = compute.hash();
    const [plain, common] = [Buffer.from('abc'), shared(Buffer.from('def'))];
    void session.update(plain);
    void session.update(common);
    await session.settled();
    plain.fill(0);
    common.fill(0);
    expect(await session.digest()).toBe(sha256(Buffer.from('abcdef')));
  });

  it('serves many sessions at once, each with a little', async () => {
    compute = make();
    const sessions = Array.from({ length: 100 }, () => compute.hash());
    for (let round = 0; round < 3; round++) {
      for (const [index, session] of sessions.entries())
        await session.update(Buffer.from(`${index}/${round};`));
    }
    const digests = await Promise.all(sessions.map((session) => session.digest()));
    expect(digests).toEqual(
      sessions.map((_, index) => sha256(Buffer.from(`${index}/0;${index}/1;${index}/2;`))),
    );
  });

  it('decodes frames of every kind, side by side, in the order they are awaited', async () => {
    compute = make();
    const contents = [text, noiseBytes(300_000), Buffer.alloc(0), Buffer.from('x')];
    const frames = contents.flatMap((content) => [
      checkedFrame(content),
      unsizedFrame(content),
      encodeRawFrame(content),
      shared(checkedFrame(content)),
    ]);
    const decoded = await Promise.all(
      frames.map((frame, index) =>
        compute.decodeFrame(frame, (contents[index >> 2] ?? text).length),
      ),
    );
    for (const [index, content] of decoded.entries())
      expect(Buffer.from(content).equals(contents[index >> 2] ?? text)).toBe(true);
  });

  it('does not change a frame or a result, unless that is given back', async () => {
    compute = make();
    const frame = checkedFrame(text);
    const before = Buffer.from(frame);
    const first = await compute.decodeFrame(frame, text.length);
    const second = await compute.decodeFrame(frame.subarray(0), text.length);
    expect(frame.equals(before)).toBe(true);
    compute.recycle?.(second);
    compute.recycle?.(second);
    compute.recycle?.(Buffer.from('not from here'));
    const others = await Promise.all(
      [1, 2, 3].map((seed) =>
        compute.decodeFrame(checkedFrame(noiseBytes(text.length, seed)), text.length),
      ),
    );
    expect(Buffer.from(first).equals(text)).toBe(true);
    for (const [index, other] of others.entries())
      expect(Buffer.from(other).equals(noiseBytes(text.length, index + 1))).toBe(true);
  });

  const damaged = (from: number, to: number): Buffer => checkedFrame(text).fill(0xff, from, to);
  it.each([
    {
      what: 'a wrong checksum',
      frame: damaged(checkedFrame(text).length - 1, checkedFrame(text).length),
      most: text.length,
      code: 'ZSTD_CHECKSUM',
    },
    {
      what: 'damaged blocks',
      frame: damaged(13, 60),
      most: text.length,
      code: 'ZSTD_DATA_INVALID',
    },
    {
      what: 'no frame',
      frame: Buffer.from('no frame at all'),
      most: 100,
      code: 'ZSTD_DATA_INVALID',
    },
    {
      what: 'a frame cut short',
      frame: checkedFrame(text).subarray(0, -10),
      most: text.length,
      code: 'ZSTD_DATA_INVALID',
    },
    {
      what: 'more content than allowed',
      frame: checkedFrame(text),
      most: text.length - 1,
      code: 'LIMIT_EXPANSION',
    },
  ])('refuses $what with $code and goes on', async ({ frame, most, code }) => {
    compute = make();
    await expect(compute.decodeFrame(frame, most)).rejects.toMatchObject({
      code,
      name: 'ArchiveError',
    });
    expect(
      Buffer.from(await compute.decodeFrame(checkedFrame(text), text.length)).equals(text),
    ).toBe(true);
  });

  it('encodes the same bytes each time, as one frame that others decode', async () => {
    compute = make();
    const [one, ...others] = await Promise.all(
      Array.from({ length: 5 }, () => compute.encodeFrame(text, 3)),
    );
    for (const other of others) expect(Buffer.from(other).equals(one ?? text)).toBe(true);
    expect(zstdDecompressSync(one ?? text).equals(text)).toBe(true);
    expect(one?.length).toBeLessThan(text.length / 100);
    // Of one encoder and level; another version of either would have to be a new name for the rules of writing.
    expect(sha256(one ?? text)).toBe(
      '03f732afd135c334d956ddd7f3e2b6c18c0c99b4c2f8c44e660e4a59ab3aee33',
    );
    expect(await compute.encodeFrame(shared(text), 3)).toEqual(one);
  });

  it('refuses a level that the encoder would not heed', async () => {
    compute = make();
    await expect(compute.encodeFrame(text, 4)).rejects.toThrow(RangeError);
  });

  it('can be disposed of twice, and unused', async () => {
    compute = make();
    await compute[Symbol.asyncDispose]();
  });
});

describe('workerCompute', () => {
  it('keeps a session on one thread and spreads sessions', async () => {
    compute = workerCompute({ workers: 2 });
    const bytes = shared(noiseBytes(4 * 2 ** 20));
    const sessions = [compute.hash(), compute.hash()];
    for (let round = 0; round < 10; round++)
      for (const session of sessions) await session.update(bytes);
    const [one, two] = await Promise.all(sessions.map((session) => session.digest()));
    expect(one).toBe(two);
    expect(compute.parallelism).toBe(2);
  });

  it('lets nobody give more than it works through', async () => {
    compute = workerCompute({ workers: 1 });
    const session = compute.hash();
    const bytes = shared(noiseBytes(4 * 2 ** 20));
    let free = 0;
    let waited = 0;
    for (let round = 0; round < 20; round++) {
      const room = session.update(bytes);
      if (room === undefined) free++;
      else {
        waited++;
        await room;
      }
    }
    expect(free).toBeLessThan(20);
    expect(waited).toBeGreaterThan(0);
    await session.digest();
  });

  it('ends its threads and whatever waits for them', async () => {
    compute = workerCompute({ workers: 2 });
    const session = compute.hash();
    for (let round = 0; round < 30; round++) void session.update(noiseBytes(2 ** 20));
    const waiting = Promise.allSettled([
      session.digest(),
      compute.decodeFrame(checkedFrame(text), text.length),
    ]);
    await compute[Symbol.asyncDispose]();
    const stopped = { status: 'rejected', reason: { code: 'INTERNAL' } };
    expect(await waiting).toMatchObject([stopped, stopped]);
    await expect(compute.decodeFrame(checkedFrame(text), text.length)).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });
});
