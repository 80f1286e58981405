import { appendFile, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mutator } from '../../../test/support/mutations.ts';
import { seeded } from '../../../test/support/seeded.ts';
import {
  checkedFrame,
  noiseBytes,
  skippableFrame,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../../test/support/tar-bytes.ts';
import { tarVariants } from '../../../test/support/tar-variants.ts';
import type { Compute } from '../../archive/compute.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { encodeRawFrame } from '../../archive/raw-frame.ts';
import { defaultReadLimits, type ReadLimits } from '../../archive/read-limits.ts';
import { renderSeekTable } from '../../archive/seek-table-write.ts';
import type { Survey } from '../../archive/survey.ts';
import { surveyArchive } from '../../archive/survey-archive.ts';
import { surveyFrontToBack } from '../../archive/survey-front-to-back.ts';
import { tarHeader } from '../../archive/tar-writer.ts';
import type { OpenArchive } from '../../ports/archive-source.ts';
import { FsArchiveSource } from '../fs/archive-source.ts';
import { SurveyThreads } from './survey-threads.ts';
import { workerCompute } from './worker-compute.ts';

const run = { signal: new AbortController().signal };
const watch = { signal: run.signal, onBytes: () => undefined };
const threads = new SurveyThreads(2);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-threads-'));
});
afterAll(async () => {
  await threads.end();
  await rm(folder, { recursive: true, force: true });
});

/** Frames of these contents, stored and compressed in turns, and a table of them. */
function framed(...contents: readonly Uint8Array[]): Buffer {
  const frames = contents.map((content, index) =>
    index % 2 === 0 ? checkedFrame(content) : encodeRawFrame(content),
  );
  const sizes = frames.map((frame, index) => ({
    size: frame.length,
    contentSize: contents[index]?.length ?? 0,
  }));
  return Buffer.concat([...frames, renderSeekTable(sizes)]);
}

const large = tarFile('blobs/large', noiseBytes(3_000_001));
const text = tarFile('text', Buffer.from('a line of it\n'.repeat(200_000)));
const plain = tarOf(tarFile('zarf.yaml', 'kind: x\n'), large, text);
const own = framed(
  tarFile('zarf.yaml', 'kind: x\n'),
  large.subarray(0, 512),
  large.subarray(512),
  text,
  Buffer.alloc(1024),
);
/** Frames whose ends lie anywhere: what is kept of the component must not depend on it. */
const component = (() => {
  const tar = tarOf(
    tarFile('zarf.yaml', 'kind: x\n'),
    tarFile('components/main.tar', tarOf(tarFile('main/manifests/a.yaml', 'kind: Pod\n'))),
  );
  return framed(tar.subarray(0, 1636), tar.subarray(1636, 1700), tar.subarray(1700));
})();
const damaged = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

const variants = tarVariants(60, 7);
/** Small, for many changes of it. */
const small = [tarFile('zarf.yaml', 'kind: x\n'), tarFile('blobs/a', noiseBytes(100_000))];
const numbers = seeded(11);
const mutators = [framed(...small, Buffer.alloc(1024)), unsizedFrame(tarOf(...small))].map(
  (bytes) => new Mutator(bytes),
);
const inputs: readonly (readonly [string, Buffer, Partial<ReadLimits>?])[] = [
  ['an archive of ours', own],
  ['one frame', checkedFrame(plain)],
  ['one frame of unknown size', unsizedFrame(plain)],
  ['a plain tar', plain],
  ['a component, cut inside its first header', component],
  ['a frame, a hidden one and another', Buffer.concat([skippableFrame(noiseBytes(9)), own])],
  ['bytes behind the last frame', Buffer.concat([own, Buffer.from('behind')])],
  ['a frame cut short', own.subarray(0, 2_000_000)],
  ['one frame cut short', unsizedFrame(plain).subarray(0, 2_000_000)],
  ['a content that was changed', damaged(own, 2_000_000)],
  ['a table that says something else', damaged(own, own.length - 12)],
  ['more expansion than allowed', unsizedFrame(Buffer.alloc(70 * 2 ** 20)), { maxExpansion: 2 }],
  ['more frames than allowed', own, { maxFrames: 3 }],
  ['more entries than allowed', own, { maxEntries: 2 }],
  ['a larger entry than allowed', own, { maxEntryBytes: 2_000_000 }],
  ...variants.flatMap(({ name, bytes }) => [
    [`${name}, plain`, bytes] as const,
    [`${name}, in a frame`, checkedFrame(bytes)] as const,
    [
      `${name}, in two`,
      Buffer.concat([bytes.subarray(0, 700), bytes.subarray(700)].map(unsizedFrame)),
    ] as const,
  ]),
  ...Array.from({ length: 80 }, (_, index) => {
    const { name, bytes } = (mutators[index % 2] ?? mutators[0])?.mutate(numbers) ?? {
      name: '',
      bytes: own,
    };
    return [`mutation ${index}: ${name}`, bytes] as const;
  }),
];

describe('threads', () => {
  it('keep what a component deploys, however its frames are cut', async () => {
    const path = join(folder, 'component');
    await writeFile(path, component);
    await using archive = await new FsArchiveSource().open(path);
    const how = { wholeDigest: false, decodeApart: true };
    const { files = none } = archive.chunks(run);
    const survey = await threads.frontToBack(files, defaultReadLimits, how, watch);
    expect([...(survey.entries[1]?.nested?.files.keys() ?? [])]).toEqual(['main/manifests/a.yaml']);
  });

  it('see what one thread sees, whatever the bytes are', async () => {
    for (const [index, [name, bytes, limits]] of inputs.entries()) {
      const path = join(folder, `input-${index}`);
      await writeFile(path, bytes);
      await using archive = await new FsArchiveSource().open(path);
      const all = { ...defaultReadLimits, ...limits };
      const { files } = archive.chunks(run);
      for (const wholeDigest of [false, true]) {
        const seen = await outcomeOf(
          surveyFrontToBack(
            { chunks: archive.chunks(run) },
            all,
            wholeDigest,
            inProcessCompute(),
            run,
          ),
        );
        if (typeof seen !== 'string' && seen.container.compression === 'none' && index % 3 > 0)
          continue;
        for (const decodeApart of [false, true]) {
          // A plain tar has no frames to decode; who asks knows.
          if (decodeApart && typeof seen !== 'string' && seen.container.compression === 'none')
            continue;
          if (decodeApart && typeof seen === 'string') continue;
          const how = { wholeDigest, decodeApart };
          const found = await outcomeOf(threads.frontToBack(files ?? none, all, how, watch));
          expect(isDeepStrictEqual(found, seen), `${name} ${JSON.stringify(how)}`).toBe(true);
        }
      }
      await rm(path);
    }
  });
});

const none = { spans: [], failure: () => new Error('none'), unchanged: async () => undefined };

/** What came of it, the code where it was refused. */
async function outcomeOf(surveying: Promise<Survey>): Promise<Survey | string> {
  return surveying.catch((error: unknown) =>
    error instanceof Error && 'code' in error ? `${error.code}: ${error.message}` : String(error),
  );
}

/** Large enough for threads: the second half is read by another one. */
const twoLarge = framed(
  tarFile('zarf.yaml', 'kind: x\n'),
  ...['a', 'b', 'c', 'd'].flatMap((name, index) => {
    const file = tarFile(name, noiseBytes(8 * 2 ** 20 - 512, index));
    return [file.subarray(0, 512), file.subarray(512)];
  }),
  Buffer.alloc(1024),
);

describe.each([
  { how: 'side by side', bytes: twoLarge, wholeDigest: false },
  { how: 'with the digest of the whole', bytes: twoLarge, wholeDigest: true },
  { how: 'decoded apart', bytes: checkedFrame(noiseBytes(40 * 2 ** 20)), wholeDigest: false },
])('a file that is read $how', ({ bytes, wholeDigest }) => {
  it.each([
    { what: 'grew', act: (path: string) => appendFile(path, 'more') },
    { what: 'shrank', act: (path: string) => truncate(path, 20 * 2 ** 20) },
    { what: 'was written to', act: (path: string) => utimes(path, 1, 1) },
  ])('and $what meanwhile is no ground for a verdict', async ({ what, act }) => {
    const path = join(folder, 'changing');
    await writeFile(path, bytes);
    await using compute = workerCompute({ workers: 2 });
    await using archive = await new FsArchiveSource().open(path);
    await act(path);
    const survey = surveyArchive(
      { chunks: archive.chunks(run) },
      defaultReadLimits,
      { wholeDigest },
      compute,
      run,
    );
    // Noise is no tar: that ends the reading before the end is missed.
    if (bytes !== twoLarge && what !== 'shrank') await expect(survey).resolves.toBeDefined();
    else
      await expect(survey).rejects.toMatchObject({
        code: 'ARCHIVE_CHANGED',
        message: expect.stringContaining(what),
      });
  });
});

describe('a file that takes seconds', () => {
  let path = '';
  beforeAll(async () => {
    path = join(folder, 'slow');
    // A content that is a hole: it takes no room, and has to be hashed all the same.
    await writeFile(path, tarHeader({ type: 'file', name: 'hole', mode: 0o644, size: 2 ** 32 }));
    await truncate(path, 2 ** 32 + 1536);
  });
  const surveyOf = (
    compute: Compute,
    archive: OpenArchive,
    wholeDigest: boolean,
    signal = run.signal,
  ) =>
    surveyArchive(
      { chunks: archive.chunks({ signal }) },
      defaultReadLimits,
      { wholeDigest },
      compute,
      { signal },
    );

  it.each([false, true])(
    'is left at once when nobody wants it any more, digest %s',
    async (digest) => {
      const compute = workerCompute({ workers: 2 });
      await using archive = await new FsArchiveSource().open(path);
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('enough')), 400);
      await expect(surveyOf(compute, archive, digest, controller.signal)).rejects.toThrow('enough');
      // The threads that were stopped read on for others.
      const { surveys } = compute;
      await writeFile(join(folder, 'next'), own);
      await using next = await new FsArchiveSource().open(join(folder, 'next'));
      const { files = none } = next.chunks(run);
      const how = { wholeDigest: digest, decodeApart: true };
      const seen = await surveys?.frontToBack(files, defaultReadLimits, how, watch);
      expect(seen?.container.problems).toEqual([]);
      await compute[Symbol.asyncDispose]();
    },
  );

  it.each([false, true])('is not judged where its threads end, digest %s', async (digest) => {
    const compute = workerCompute({ workers: 2 });
    await using archive = await new FsArchiveSource().open(path);
    setTimeout(() => void compute[Symbol.asyncDispose](), 400);
    await expect(surveyOf(compute, archive, digest)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(surveyOf(compute, archive, digest)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
