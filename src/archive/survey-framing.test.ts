import { isDeepStrictEqual } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { lines, sizesOf, soundTar } from '../../test/support/sound-tar.ts';
import { problemCodes, surveyBytes } from '../../test/support/survey-bytes.ts';
import {
  checkedFrame,
  noiseBytes,
  skippableFrame,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { renderSeekTable } from './seek-table-write.ts';

describe('one content, however it is framed', () => {
  const half = 1000;
  const parts = [soundTar.subarray(0, half), soundTar.subarray(half)] as const;
  const table = renderSeekTable([
    sizesOf(encodeRawFrame(parts[0]), parts[0]),
    sizesOf(checkedFrame(parts[1]), parts[1]),
  ]);
  const longWindow = zstdCompressSync(soundTar, {
    params: {
      [constants.ZSTD_c_windowLog]: 27,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 0,
    },
  });
  it.each<
    [string, Uint8Array, { frames: number; skippable?: number; table?: string; hidden?: true }]
  >([
    ['one frame', checkedFrame(soundTar), { frames: 1 }],
    ['one frame of unknown size', unsizedFrame(soundTar), { frames: 1 }],
    ['a window of 128 MiB', longWindow, { frames: 1 }],
    [
      'a frame for each kilobyte',
      Buffer.concat(
        Array.from({ length: Math.ceil(soundTar.length / 1024) }, (_, at) =>
          checkedFrame(soundTar.subarray(at * 1024, at * 1024 + 1024)),
        ),
      ),
      { frames: Math.ceil(soundTar.length / 1024) },
    ],
    [
      'frames cut inside a header',
      Buffer.concat([
        checkedFrame(soundTar.subarray(0, 100)),
        unsizedFrame(soundTar.subarray(100)),
      ]),
      { frames: 2 },
    ],
    [
      'empty frames',
      Buffer.concat([
        checkedFrame(new Uint8Array(0)),
        encodeRawFrame(soundTar),
        encodeRawFrame(new Uint8Array(0)),
        unsizedFrame(new Uint8Array(0)),
      ]),
      { frames: 4 },
    ],
    [
      'skippable frames first, between and last',
      Buffer.concat([
        skippableFrame(Buffer.from('a')),
        checkedFrame(parts[0]),
        skippableFrame(Buffer.alloc(2 ** 20), 0x184d2a5f),
        checkedFrame(parts[1]),
        skippableFrame(Buffer.alloc(0)),
      ]),
      { frames: 2, skippable: 3, hidden: true },
    ],
    [
      'a seek table',
      Buffer.concat([encodeRawFrame(parts[0]), checkedFrame(parts[1]), table]),
      { frames: 2, skippable: 1, table: 'agrees' },
    ],
    [
      'a seek table that is not last',
      Buffer.concat([
        encodeRawFrame(parts[0]),
        checkedFrame(parts[1]),
        table,
        skippableFrame(Buffer.alloc(1)),
      ]),
      { frames: 2, skippable: 2, hidden: true },
    ],
  ])('gives the same entries: %s', async (_name, bytes, seen) => {
    const plain = await surveyBytes(soundTar);
    const framed = await surveyBytes(bytes);
    expect(framed.container.problems.map(({ code }) => code)).toEqual(
      seen.hidden === undefined ? [] : ['ZSTD_HIDDEN_BYTES'],
    );
    expect(isDeepStrictEqual(framed.entries, plain.entries)).toBe(true);
    expect(framed.container).toMatchObject({
      compression: 'zstd',
      size: bytes.length,
      tarSize: soundTar.length,
      digest: digestOf(bytes),
      endBlocks: 2,
      frames: seen.frames,
      skippableFrames: seen.skippable ?? 0,
      seekTable: seen.table ?? 'absent',
    });
  });

  it('reads a frame that is too large to hold', async () => {
    const big = tarOf(tarFile('big', noiseBytes(18 * 2 ** 20)), tarFile('text', lines.repeat(10)));
    const plain = await surveyBytes(big);
    for (const bytes of [
      checkedFrame(big),
      unsizedFrame(big),
      Buffer.concat([
        unsizedFrame(big.subarray(0, 17 * 2 ** 20)),
        checkedFrame(big.subarray(17 * 2 ** 20)),
      ]),
    ]) {
      const framed = await surveyBytes(bytes);
      expect(framed.container.problems).toEqual([]);
      expect(isDeepStrictEqual(framed.entries, plain.entries)).toBe(true);
    }
    const damaged = Buffer.from(checkedFrame(big));
    damaged[9_000_000] = (damaged[9_000_000] ?? 0) ^ 1;
    expect(await problemCodes(damaged)).toContain('ZSTD_CHECKSUM');
    expect(await problemCodes(checkedFrame(big).subarray(0, -1))).toEqual(['ZSTD_TRUNCATED']);
    expect(await problemCodes(Buffer.concat([unsizedFrame(big), Buffer.from('junk')]))).toEqual([
      'ZSTD_TRAILING_BYTES',
    ]);
  });
});
