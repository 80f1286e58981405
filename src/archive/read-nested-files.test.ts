import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noiseBytes, rawHeader, tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import { ArchiveError } from './archive-error.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { defaultReadLimits } from './read-limits.ts';
import { type NestingArchive, readNestedFiles, readPackedFiles } from './read-nested-files.ts';
import { writeArchive } from './write-archive.ts';

const run = { signal: new AbortController().signal };
const compute = inProcessCompute();
const weights = noiseBytes(12 * 2 ** 20);
const nested = tarOf(
  rawHeader('main', '5'),
  tarFile('main/data/weights', weights),
  tarFile('main/manifests/a.yaml', 'a: 1'),
  tarFile('main/manifests/./b.yaml', 'b: 2'),
  tarFile('main/other.txt', 'x'),
);
const entries: readonly (readonly [string, Uint8Array])[] = [
  ['images/blobs/sha256/big', noiseBytes(9 * 2 ** 20, 2)],
  ['components/main.tar', nested],
  ['components/other.tar', tarOf(tarFile('other/manifests/a.yaml', 'other'))],
  ['last.txt', Buffer.from('end')],
];
const filter = {
  isTar: (path: string) => path === 'components/main.tar',
  wants: (path: string) => path.includes('/manifests/'),
};

async function written(compression: 'zstd' | 'none'): Promise<Buffer> {
  const files = entries.map(([name, bytes]) => ({
    name,
    mode: 0o644,
    size: bytes.length,
    digest: digestOf(bytes),
    async *open() {
      yield bytes;
    },
  }));
  const pieces: Buffer[] = [];
  await writeArchive(
    files,
    { write: async (given) => void pieces.push(...given.map((piece) => Buffer.from(piece))) },
    { compute, wholeDigest: false, compression },
    run,
  );
  return Buffer.concat(pieces);
}

function archive(
  bytes: Buffer,
  options: { readonly ranges: boolean },
): NestingArchive & { total: () => number } {
  let total = 0;
  const count = (piece: Buffer): Buffer => {
    total += piece.length;
    return piece;
  };
  return {
    total: () => total,
    ranges: options.ranges
      ? {
          size: bytes.length,
          read: async (offset, length) => count(bytes.subarray(offset, offset + length)),
        }
      : undefined,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 100_000)
        yield count(bytes.subarray(at, at + 100_000));
    },
  };
}

const texts = (found: Awaited<ReturnType<typeof readNestedFiles>>) =>
  [...found].map(([tar, { files, tooLarge, fault }]) => [
    tar,
    [...files].map(([path, bytes]) => `${path} ${Buffer.from(bytes)}`),
    tooLarge,
    fault,
  ]);
const expected = [
  [
    'components/main.tar',
    ['main/manifests/a.yaml a: 1', 'main/manifests/b.yaml b: 2'],
    [],
    undefined,
  ],
];

describe('readNestedFiles', () => {
  it.each([
    ['an archive with a seek table', 'zstd', true],
    ['a plain tar', 'none', true],
    ['a stream', 'zstd', false],
    ['a plain stream', 'none', false],
  ] as const)('takes small files out of %s', async (_name, compression, ranges) => {
    const bytes = await written(compression);
    const given = archive(bytes, { ranges });
    expect(texts(await readNestedFiles(given, filter, defaultReadLimits, compute, run))).toEqual(
      expected,
    );
    // The image is passed over; of the weights only frames that a header shares with them are read.
    if (ranges) expect(given.total()).toBeLessThan(bytes.length - 8 * 2 ** 20);
  });

  it('takes them out of one frame without a table', async () => {
    const bytes = zstdCompressSync(
      tarOf(...entries.map(([name, content]) => tarFile(name, content))),
    );
    expect(
      texts(
        await readNestedFiles(
          archive(bytes, { ranges: true }),
          filter,
          defaultReadLimits,
          compute,
          run,
        ),
      ),
    ).toEqual(expected);
  });

  it('keeps no file over a limit, and no more than a limit in all', async () => {
    const given = archive(await written('none'), { ranges: true });
    const one = await readNestedFiles(
      given,
      filter,
      { ...defaultReadLimits, maxRetainedEntryBytes: 3 },
      compute,
      run,
    );
    expect(one.get('components/main.tar')?.tooLarge).toEqual([
      'main/manifests/a.yaml',
      'main/manifests/b.yaml',
    ]);
    const all = await readNestedFiles(
      given,
      filter,
      { ...defaultReadLimits, maxRetainedBytes: 5 },
      compute,
      run,
    );
    expect(all.get('components/main.tar')).toMatchObject({ tooLarge: ['main/manifests/b.yaml'] });
  });

  it('says what is wrong with a nested tar and goes on behind it', async () => {
    const bytes = tarOf(
      tarFile('components/main.tar', nested.subarray(0, 3 * 512)),
      tarFile('components/other.tar', tarOf(tarFile('o/manifests/a', 'x'))),
    );
    const found = await readNestedFiles(
      archive(bytes, { ranges: true }),
      { ...filter, isTar: () => true },
      defaultReadLimits,
      compute,
      run,
    );
    expect(found.get('components/main.tar')?.fault).toMatch(/ends inside|end/);
    expect(found.get('components/other.tar')?.files.size).toBe(1);
  });

  it('does not read a nested tar beyond its own end', async () => {
    // Two blocks of the next entry would otherwise pass for its content.
    const bytes = tarOf(
      tarFile('components/main.tar', tarFile('main/manifests/a', 'x').subarray(0, 512)),
      tarFile('main/manifests/b', 'y'),
    );
    const found = await readNestedFiles(
      archive(bytes, { ranges: true }),
      filter,
      defaultReadLimits,
      compute,
      run,
    );
    expect(found.get('components/main.tar')?.files.size).toBe(0);
  });

  it('keeps of all tars together no more than a limit', async () => {
    const given = archive(await written('none'), { ranges: true });
    const both = { ...filter, isTar: (path: string) => path.startsWith('components/') };
    const limits = { ...defaultReadLimits, maxRetainedBytes: 12 };
    const found = await readNestedFiles(given, both, limits, compute, run);
    expect(texts(found).map(([, files, tooLarge]) => [files, tooLarge])).toEqual([
      [['main/manifests/a.yaml a: 1', 'main/manifests/b.yaml b: 2'], []],
      [[], ['other/manifests/a.yaml']],
    ]);
  });

  it('takes entries that are wanted themselves, and names those that are too large', async () => {
    const given = archive(await written('none'), { ranges: true });
    const wanted = { ...filter, isTar: () => false, isFile: (path: string) => path === 'last.txt' };
    const read = (maxRetainedEntryBytes: number) =>
      readNestedFiles(given, wanted, { ...defaultReadLimits, maxRetainedEntryBytes }, compute, run);
    expect(texts(await read(3))).toEqual([['last.txt', ['last.txt end'], [], undefined]]);
    expect(texts(await read(2))).toEqual([['last.txt', [], ['last.txt'], undefined]]);
  });

  it('refuses a stream that ends in a content that is passed over', async () => {
    const whole = tarOf(...entries.map(([name, content]) => tarFile(name, content)));
    const given = archive(whole.subarray(0, 2 ** 20), { ranges: false });
    await expect(
      readNestedFiles(given, filter, defaultReadLimits, compute, run),
    ).rejects.toMatchObject({ code: 'TAR_TRUNCATED', message: 'the tar ends inside a content' });
  });

  it('stops when the run is aborted', async () => {
    const stopped = { signal: AbortSignal.abort(new Error('stopped')) };
    await expect(
      readNestedFiles(
        archive(await written('none'), { ranges: true }),
        filter,
        defaultReadLimits,
        compute,
        stopped,
      ),
    ).rejects.toThrow('stopped');
  });
});

describe('readPackedFiles', () => {
  const packed = tarOf(tarFile('c/Chart.yaml', 'name: c'), tarFile('c/README.md', 'x'));
  const wants = (path: string) => path.endsWith('.yaml');

  it.each([
    ['a packed chart', gzipSync(packed)],
    ['a plain one', packed],
  ])('reads %s', async (_name, bytes) => {
    expect([
      ...(await readPackedFiles(bytes, wants, defaultReadLimits, compute)).files.keys(),
    ]).toEqual(['c/Chart.yaml']);
  });

  it('refuses damaged gzip, and gzip that grows beyond measure', async () => {
    await expect(
      readPackedFiles(gzipSync(packed).subarray(0, 60), wants, defaultReadLimits, compute),
    ).rejects.toThrow(ArchiveError);
    const bomb = gzipSync(tarOf(tarFile('z', Buffer.alloc(80 * 2 ** 20))));
    await expect(readPackedFiles(bomb, wants, defaultReadLimits, compute)).rejects.toMatchObject({
      code: 'LIMIT_EXPANSION',
    });
  });

  it('says what is no tar', async () => {
    expect(
      (await readPackedFiles(noiseBytes(2048), wants, defaultReadLimits, compute)).fault,
    ).toBeDefined();
  });
});
