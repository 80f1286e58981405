import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { tarOf as tarBytes, tarFile } from '../../../test/support/tar-bytes.ts';
import { inProcessCompute } from '../compute-in-process.ts';
import { defaultReadLimits } from '../read-limits.ts';
import { readTarHeader } from '../tar-header.ts';
import { renamedHeader } from './changed-header.ts';
import { mapArchive, tarOf } from './map-archive.ts';
import { storedFrames } from './stored-frames.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const map = (bytes: Uint8Array) => mapArchive(once(bytes), defaultReadLimits, inProcessCompute());
const decoded = async (bytes: AsyncIterable<Uint8Array>) =>
  Buffer.concat(
    await Array.fromAsync(tarOf(bytes, true, defaultReadLimits, inProcessCompute()), (piece) =>
      Buffer.from(piece),
    ),
  );

describe('mapArchive', () => {
  it('says where every entry and its content lies', async () => {
    const { bytes } = aPackage().archive();
    const tar = await decoded(once(bytes));
    const { entries, entriesEnd, compressed, size } = await map(bytes);
    expect([compressed, size]).toEqual([true, bytes.length]);
    expect(entries.map(({ name }) => name)).toContain('zarf.yaml');
    for (const { content, size: length, bytes: kept, end, start, name } of entries) {
      expect(tar.subarray(content, content + length)).toEqual(kept);
      expect(Buffer.from(readTarHeader(tar.subarray(content - 512, content)).name).toString()).toBe(
        name,
      );
      expect([start % 512, end % 512]).toEqual([0, 0]);
    }
    expect(entriesEnd).toBe(entries.at(-1)?.end);
    expect(tar.subarray(entriesEnd).every((byte) => byte === 0)).toBe(true);
  });

  it('reads plain tars, and refuses what is none', async () => {
    const tar = tarBytes(tarFile('zarf.yaml', 'a'));
    expect(await map(tar)).toMatchObject({
      compressed: false,
      size: tar.length,
      seekTable: undefined,
    });
    await expect(map(tar.subarray(0, 600))).rejects.toMatchObject({ code: 'TAR_TRUNCATED' });
    await expect(map(Buffer.from('hello'))).rejects.toMatchObject({ code: 'ARCHIVE_UNRECOGNISED' });
  });
});

describe('storedFrames', () => {
  it('are frames that decode to what went in, also where it fills more than one', async () => {
    const content = Buffer.alloc(8 * 2 ** 20 + 5, 'tar');
    expect((await decoded(storedFrames(once(content)))).equals(content)).toBe(true);
  });
});

describe('renamedHeader', () => {
  it('is a header readers take, with the other name and all else as it was', () => {
    const header = tarBytes(tarFile('zarf.yaml', 'content')).subarray(0, 512);
    const before = readTarHeader(header);
    const after = readTarHeader(renamedHeader(header, '../x'));
    expect({ ...after, name: Buffer.from(after.name).toString() }).toEqual({
      ...before,
      name: '../x',
    });
    expect(() => renamedHeader(header, 'x'.repeat(101))).toThrow(RangeError);
  });
});
