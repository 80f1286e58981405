import { describe, expect, it } from 'vitest';
import { lines, sizesOf, soundTar } from '../../test/support/sound-tar.ts';
import { problemCodes, surveyBytes } from '../../test/support/survey-bytes.ts';
import {
  checkedFrame,
  skippableFrame,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { type FrameSizes, renderSeekTable } from './seek-table-write.ts';

describe('zstd that is refused', () => {
  const frame = checkedFrame(soundTar);
  const sizes = sizesOf(frame, soundTar);
  const header = (...bytes: number[]) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes, 1, 0, 0]);
  const withTable = (listed: readonly FrameSizes[]) =>
    Buffer.concat([frame, renderSeekTable(listed)]);
  const checksums = (payload: Buffer): Buffer => {
    payload[payload.length - 5] = 0x80;
    return payload;
  };
  it.each<[string, string, Uint8Array]>([
    ['a window of 2^30', 'ZSTD_WINDOW_LIMIT', header(0x00, (30 - 10) << 3)],
    ['a single segment of more than 2^29', 'ZSTD_WINDOW_LIMIT', header(0xa0, 1, 0, 0, 0x20)],
    ['a dictionary of one byte', 'ZSTD_DICTIONARY', header(0x21, 7, 0)],
    ['a dictionary of four bytes', 'ZSTD_DICTIONARY', header(0x23, 0, 0, 0, 1, 0)],
    ['the reserved bit', 'ZSTD_FRAME_INVALID', header(0x28, 0)],
    ['the unused bit', 'ZSTD_FRAME_INVALID', header(0x30, 0)],
    [
      'a block larger than the window',
      'ZSTD_FRAME_INVALID',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 2, 0x19, 0, 0, 1, 2, 3]),
    ],
    [
      'junk between frames',
      'ZSTD_TRAILING_BYTES',
      Buffer.concat([encodeRawFrame(soundTar), Buffer.from('junk'), frame]),
    ],
    ['three bytes behind the end', 'ZSTD_TRAILING_BYTES', Buffer.concat([frame, Buffer.alloc(3)])],
    ['zeros behind the end', 'ZSTD_TRAILING_BYTES', Buffer.concat([frame, Buffer.alloc(4096)])],
    [
      'a second tar behind the first',
      'TAR_DATA_AFTER_END',
      Buffer.concat([frame, checkedFrame(tarOf(tarFile('b', 'x')))]),
    ],
    [
      'data in a frame behind the end',
      'TAR_DATA_AFTER_END',
      Buffer.concat([frame, encodeRawFrame(Buffer.alloc(512, 1))]),
    ],
    [
      'half a block in a frame behind the end',
      'TAR_TRUNCATED',
      Buffer.concat([frame, encodeRawFrame(Buffer.alloc(100))]),
    ],
    [
      'a skippable frame cut short',
      'ZSTD_TRUNCATED',
      Buffer.concat([frame, skippableFrame(Buffer.alloc(100)).subarray(0, 50)]),
    ],
    [
      'a skippable header cut short',
      'ZSTD_TRUNCATED',
      Buffer.concat([frame, skippableFrame(Buffer.alloc(1)).subarray(0, 6)]),
    ],
    [
      'less content than the header says',
      'ZSTD_CONTENT_SIZE',
      Buffer.concat([
        Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 2, 0, 0]),
        encodeRawFrame(soundTar.subarray(0, 100)).subarray(9),
      ]),
    ],
    [
      'a table with a wrong frame size',
      'ZSTD_SEEK_TABLE',
      withTable([{ ...sizes, size: sizes.size + 1 }]),
    ],
    [
      'a table with a wrong content size',
      'ZSTD_SEEK_TABLE',
      withTable([{ ...sizes, contentSize: sizes.contentSize - 512 }]),
    ],
    ['a table of more frames', 'ZSTD_SEEK_TABLE', withTable([sizes, sizes])],
    ['a table of no frames', 'ZSTD_SEEK_TABLE', withTable([])],
    [
      'a table with a reserved bit',
      'ZSTD_SEEK_TABLE',
      Buffer.concat([
        frame,
        (() => {
          const table = Buffer.from(renderSeekTable([sizes]));
          table[table.length - 5] = 4;
          return table;
        })(),
      ]),
    ],
    [
      'a table that says it has checksums and has none',
      'ZSTD_SEEK_TABLE',
      Buffer.concat([frame, checksums(Buffer.from(renderSeekTable([sizes])))]),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await problemCodes(bytes)).toContain(code);
  });

  it('a compressed frame that decodes to more or less than it says', async () => {
    for (const delta of [1, -1]) {
      const lying = Buffer.from(checkedFrame(Buffer.from(lines)));
      expect(lying[4]).toBe(0x64); // single segment, checksum, two bytes of content size
      lying.writeUInt16LE(lying.readUInt16LE(5) + delta, 5);
      expect((await problemCodes(lying))[0]).toMatch(/^ZSTD_(CONTENT_SIZE|DATA_INVALID)$/);
    }
  });

  it('a bomb, by ratio, wherever it lies', async () => {
    const zeros = Buffer.alloc(80 * 2 ** 20);
    const bomb = tarOf(tarFile('z', zeros));
    const rle = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]),
      ...Array.from({ length: 700 }, (_, at) =>
        Buffer.from([(at === 699 ? 1 : 0) | 2, 0, 0x10, 0]),
      ),
    ]);
    for (const bytes of [checkedFrame(bomb), unsizedFrame(bomb)])
      expect(await problemCodes(bytes)).toContain('LIMIT_EXPANSION');
    // Zeros that are no content end sooner.
    expect(await problemCodes(rle)).toContain('TAR_DATA_AFTER_END');
  });

  it('a bomb inside an entry stays closed', async () => {
    const inner = checkedFrame(tarOf(tarFile('z', Buffer.alloc(80 * 2 ** 20))));
    const { container, entries } = await surveyBytes(
      encodeRawFrame(tarOf(tarFile('inner.tar.zst', inner))),
    );
    expect(container.problems).toEqual([]);
    expect(entries[0]).toMatchObject({ size: inner.length, digest: digestOf(inner) });
  });
});
