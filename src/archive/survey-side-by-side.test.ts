import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedFrame,
  noiseBytes,
  paxHeader,
  paxRecord,
  rawHeader,
  tarFile,
  tarOf,
} from '../../test/support/tar-bytes.ts';
import type { RandomAccess } from './byte-sink.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { inThreadCompute } from './compute-in-thread.ts';
import type { FileSurveys } from './file-surveys.ts';
import type { OpenFiles } from './open-files.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { defaultReadLimits, type ReadLimits } from './read-limits.ts';
import { readSeekTable } from './seek-table-read.ts';
import { renderSeekTable } from './seek-table-write.ts';
import type { Survey } from './survey.ts';
import { surveyArchive } from './survey-archive.ts';
import { surveyFrontToBack } from './survey-front-to-back.ts';
import { surveySection } from './survey-section.ts';
import { surveySideBySide } from './survey-side-by-side.ts';
import type { SectionPlace, SurveyedSection } from './surveyed-tar.ts';
import { tarEnd } from './tar-writer.ts';

const run = { signal: new AbortController().signal };
const compute = inProcessCompute();

/** Surveys of memory, on the calling thread. */
function surveysOf(bytes: Uint8Array, begun: SectionPlace[] = []): FileSurveys {
  const chunks = async function* (start: number, end: number) {
    for (let at = start; at < end; at += 50_000)
      yield bytes.subarray(at, Math.min(at + 50_000, end));
  };
  return {
    parallelism: 2,
    async sections(_files, places, limits, sound, watch) {
      const found: SurveyedSection[] = [];
      for (const [index, place] of places.entries()) {
        watch.signal.throwIfAborted();
        begun.push(place);
        const section = await surveySection(
          chunks(place.start, place.end),
          place.first,
          limits,
          inThreadCompute(),
        );
        watch.onBytes(place.end - place.start);
        if (!sound(section, index)) return undefined;
        found.push(section);
      }
      return found;
    },
    frontToBack: (_files, limits, { wholeDigest }) =>
      surveyFrontToBack({ chunks: chunks(0, bytes.length) }, limits, wholeDigest, compute, run),
  };
}
const files: OpenFiles = {
  spans: [],
  failure: () => new Error('unreadable'),
  unchanged: async () => undefined,
};
const rangesOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
const watchOf = (onBytes: (more: number) => void = () => undefined) => ({
  signal: run.signal,
  onBytes,
});
async function quick(
  bytes: Uint8Array,
  limits: Partial<ReadLimits> = {},
  {
    surveys = surveysOf(bytes),
    opened = files,
    onBytes,
  }: {
    surveys?: FileSurveys;
    opened?: OpenFiles;
    onBytes?: (more: number) => void;
  } = {},
): Promise<Survey | undefined> {
  const all = { ...defaultReadLimits, ...limits };
  const ranges = rangesOf(bytes);
  const table = await readSeekTable(ranges, all);
  if (table === undefined) return undefined;
  return surveySideBySide({ files: opened, ranges, table }, surveys, all, watchOf(onBytes), 1);
}
async function frontToBack(bytes: Uint8Array): Promise<Survey | undefined> {
  const chunks = (async function* () {
    yield bytes;
  })();
  return surveyArchive({ chunks }, defaultReadLimits, { wholeDigest: false }, compute, run).catch(
    () => undefined,
  );
}

/** Frames of these contents, and a table of them. */
function framed(...contents: readonly Uint8Array[]): Buffer {
  const frames = contents.map((content, index) =>
    index % 2 === 0 ? checkedFrame(content) : encodeRawFrame(content),
  );
  const table = renderSeekTable(
    frames.map((frame, index) => ({
      size: frame.length,
      contentSize: contents[index]?.length ?? 0,
    })),
  );
  return Buffer.concat([...frames, table]);
}

/** An archive with bytes between its frames that every reader passes over, and its table lists. */
function interrupted(...contents: readonly Uint8Array[]): Buffer {
  const between = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const frames = contents.flatMap((content) => {
    const frame = checkedFrame(content);
    return [
      { frame, size: frame.length, contentSize: content.length },
      { frame: between, size: between.length, contentSize: 0 },
    ];
  });
  return Buffer.concat([...frames.map(({ frame }) => frame), renderSeekTable(frames)]);
}

/** A component whose tar holds a manifest of this many bytes; cut where nothing looks like a header. */
function componentOf(name: string, bytes: number): readonly [Buffer, Buffer] {
  const file = tarFile(
    `components/${name}.tar`,
    tarOf(
      tarFile(`${name}/manifests/m-0.yaml`, '#'.repeat(bytes)),
      tarFile(`${name}/data/0/x`, noiseBytes(150_000)),
    ),
  );
  return [file.subarray(0, 2000), file.subarray(2000)];
}

/** The archive with 512 bytes of content more for its third frame and less for its fourth, by the table. */
function shifted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const entries = copy.length - 9 - 8 * 8;
  for (const [index, delta] of [
    [2, 512],
    [3, -512],
  ] as const) {
    const at = entries + index * 8 + 4;
    copy.writeUInt32LE(copy.readUInt32LE(at) + delta, at);
  }
  return copy;
}

const first = tarFile('zarf.yaml', 'kind: x\n');
const contents = ['a', 'b', 'c'].map((name, index) =>
  tarFile(name, noiseBytes(150_000 + index, index)),
);
const split = (file: Buffer): readonly [Buffer, Buffer] => [
  file.subarray(0, 512),
  file.subarray(512),
];
const sound = framed(first, ...contents.flatMap(split), tarEnd());

describe('surveySideBySide', () => {
  it('reads little to look into a frame, however large a table says it is', async () => {
    const lengths: number[] = [];
    const size = 2 ** 33;
    const ranges: RandomAccess = {
      size,
      read: async (_offset, length) => {
        lengths.push(length);
        return new Uint8Array(0);
      },
    };
    const table = [
      { size: 100, contentSize: 1024 },
      { size: 2 ** 32 - 1, contentSize: 1024 },
      { size: 2 ** 20, contentSize: 1024 },
    ];
    const tabled = { files, ranges, table };
    const surveys = surveysOf(new Uint8Array(0));
    const seen = surveySideBySide(tabled, surveys, defaultReadLimits, watchOf(), 1);
    await expect(seen).resolves.toBeUndefined();
    expect(lengths).toEqual([2 ** 20]);
  });

  it('gives what a reader from front to back sees', async () => {
    let told = 0;
    const survey = await quick(
      sound,
      {},
      {
        onBytes: (more) => {
          told += more;
        },
      },
    );
    expect(survey).toBeDefined();
    expect(isDeepStrictEqual(survey, await frontToBack(sound))).toBe(true);
    expect(told).toBe(sound.length);
  });

  it('is what surveyArchive does when nothing is wrong, unless the whole is hashed or cannot be cut', async () => {
    const big = framed(
      tarFile('a', noiseBytes(40 * 2 ** 20)).subarray(0, 512),
      ...chunksOf(noiseBytes(40 * 2 ** 20)),
      tarFile('b', 'x'),
      tarFile('c', noiseBytes(40 * 2 ** 20)).subarray(0, 512),
      ...chunksOf(noiseBytes(40 * 2 ** 20)),
      tarEnd(),
    );
    for (const [wholeDigest, sections] of [
      [false, 2],
      [true, 0],
    ] as const) {
      const begun: SectionPlace[] = [];
      const survey = await surveyArchive(
        { chunks: { ...streamOf(big), files, ranges: rangesOf(big) } },
        defaultReadLimits,
        { wholeDigest },
        { ...compute, surveys: surveysOf(big, begun) },
        run,
      );
      expect(survey.container.problems).toEqual([]);
      expect(survey.entries.map((entry) => entry.name)).toEqual(['a', 'b', 'c']);
      expect(begun).toHaveLength(sections);
    }
    expect(
      await quick(sound, {}, { surveys: { ...surveysOf(sound), parallelism: 1 } }),
    ).toBeUndefined();
  });

  it.each<[string, Uint8Array, Partial<ReadLimits>?]>([
    ['no table', sound.subarray(0, -(8 * 8 + 17))],
    ['one frame', framed(tarOf(first, ...contents))],
    [
      'a cut inside what only looks like a header',
      framed(
        tarFile('tar', tarOf(...contents)).subarray(0, 512),
        ...split(tarOf(...contents)).flatMap((part) => split(part)),
        tarEnd(),
      ),
    ],
    [
      'a cut behind a header that belongs to the next entry',
      framed(
        first,
        Buffer.concat([contents[0] ?? first, paxHeader(paxRecord('path', 'other'))]),
        rawHeader('x', '0'),
        ...split(contents[1] ?? first),
        tarEnd(),
      ),
    ],
    ['a table whose contents are shifted', shifted(sound)],
    [
      'an end in the middle',
      framed(first, ...contents.flatMap(split), tarEnd(), contents[2] ?? first, tarEnd()),
    ],
    [
      'half an end where the cut is',
      framed(
        ...split(Buffer.concat([contents[0] ?? first, Buffer.alloc(512)])),
        ...split(contents[1] ?? first),
        tarEnd(),
      ),
    ],
    ['a duplicate in another section', framed(first, ...contents.flatMap(split), first, tarEnd())],
    [
      'names of another case in another section',
      framed(first, ...contents.flatMap(split), tarFile('ZARF.yaml', 'x'), tarEnd()),
    ],
    ['a link', framed(first, rawHeader('l', '2', 0, 'x'), ...contents.flatMap(split), tarEnd())],
    ['no end', framed(first, ...contents.flatMap(split))],
    ['too many entries together', sound, { maxEntries: 3 }],
    ['too many frames together', sound, { maxFrames: 6 }],
    [
      'too much text to keep together',
      framed(first, ...contents.flatMap(split), tarFile('last.yaml', 'kind: y\n'), tarEnd()),
      { maxRetainedBytes: 10 },
    ],
    [
      'too much in components to keep together',
      framed(first, ...componentOf('a', 8000), ...componentOf('b', 8000), tarEnd()),
      { maxRetainedBytes: 40_000 },
    ],
    ['bytes between its frames', interrupted(first, ...contents.flatMap(split), tarEnd())],
    [
      'more expansion than allowed, in no section alone',
      framed(
        first,
        ...['u', 'v', 'w', 'x', 'y'].flatMap((name) =>
          split(tarFile(name, Buffer.alloc(14 * 2 ** 20))),
        ),
        tarEnd(),
      ),
      { maxExpansion: 2 },
    ],
  ])(
    'leaves an archive with %s to the reading from front to back',
    async (_name, bytes, limits) => {
      expect(await quick(bytes, limits)).toBeUndefined();
    },
  );

  it('keeps of components what fits together', async () => {
    const bytes = framed(first, ...componentOf('a', 8000), ...componentOf('b', 8000), tarEnd());
    const survey = await quick(bytes, { maxRetainedBytes: 80_000 });
    expect(survey?.entries.flatMap(({ nested }) => [...(nested?.files.keys() ?? [])])).toEqual([
      'a/manifests/m-0.yaml',
      'b/manifests/m-0.yaml',
    ]);
  });

  it('never sees anything else than the reading from front to back, whatever is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sound.length * 8 - 1 }), async (bit) => {
        const bytes = Buffer.from(sound);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const survey = await quick(bytes);
        if (survey !== undefined)
          expect(isDeepStrictEqual(survey, await frontToBack(bytes))).toBe(true);
      }),
      { numRuns: 150, examples: [[8 * (sound.length - 20)], [8 * 100]] },
    );
  });

  it('passes on what the files say of having changed, and an abort', async () => {
    const changed = { ...files, unchanged: () => Promise.reject(new Error('it grew')) };
    await expect(quick(sound, {}, { opened: changed })).rejects.toThrow('it grew');
    const surveys = surveysOf(sound);
    const stopped: FileSurveys = {
      ...surveys,
      sections: (opened, places, limits, isSound, { onBytes }) =>
        surveys.sections(opened, places, limits, isSound, {
          onBytes,
          signal: AbortSignal.abort(new Error('enough')),
        }),
    };
    await expect(quick(sound, {}, { surveys: stopped })).rejects.toThrow('enough');
  });
});

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / 2 ** 23) }, (_, index) =>
    bytes.subarray(index * 2 ** 23, (index + 1) * 2 ** 23),
  );
}
