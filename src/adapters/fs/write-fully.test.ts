import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { OutputError } from '../../ports/storage-error.ts';
import { writeFailure } from './fs-errors.ts';
import { writeFully } from './write-fully.ts';

/** A file that takes at most so many bytes at once, and so many in all. */
class NarrowFile {
  readonly taken: number[] = [];
  readonly #atOnce: number;
  readonly #room: number;

  constructor(atOnce: number, room: number) {
    this.#atOnce = atOnce;
    this.#room = room;
  }

  async write(
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): Promise<{ bytesWritten: number }> {
    const bytesWritten = Math.min(this.#atOnce, length, this.#room - this.taken.length);
    if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    this.taken.push(...bytes.subarray(offset, offset + bytesWritten));
    return { bytesWritten };
  }
}

const handleOf = (file: NarrowFile) => file as unknown as Pick<FileHandle, 'write'>;

describe('writeFully', () => {
  it('goes on after a short write', async () => {
    const file = new NarrowFile(3, 100);
    await writeFully(handleOf(file), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(file.taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('hands the system no more than 256 KiB at once', async () => {
    const asked: number[] = [];
    const handle = {
      async write(_bytes: Uint8Array, _offset: number, length: number) {
        asked.push(length);
        return { bytesWritten: length };
      },
    };
    await writeFully(handle as unknown as Pick<FileHandle, 'write'>, new Uint8Array(2 ** 19 + 3));
    expect(asked).toEqual([2 ** 18, 2 ** 18, 3]);
  });

  it('fails where the disk is full in the middle of the last bytes', async () => {
    const file = new NarrowFile(100, 5);
    await expect(writeFully(handleOf(file), Buffer.alloc(8))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
  });
});

describe('writeFailure', () => {
  it.each([
    { system: 'ENOSPC', code: 'DISK_FULL' },
    { system: 'EDQUOT', code: 'DISK_FULL' },
    { system: 'EFBIG', code: 'DISK_FULL' },
    { system: 'EROFS', code: 'OUTPUT_NOT_WRITABLE' },
    { system: 'EACCES', code: 'OUTPUT_NOT_WRITABLE' },
    { system: 'ENOTDIR', code: 'OUTPUT_NOT_WRITABLE' },
  ])('says $code for $system, with what to do', ({ system, code }) => {
    const failure = writeFailure('/there/file', Object.assign(new Error(system), { code: system }));
    expect(failure).toBeInstanceOf(OutputError);
    expect(failure).toMatchObject({
      code,
      exitCode: 4,
      message: expect.stringContaining('/there/file'),
    });
    expect(failure instanceof OutputError && failure.suggestions.length > 0).toBe(true);
  });

  it('leaves other errors as they are', () => {
    const error = new Error('other');
    expect(writeFailure('x', error)).toBe(error);
  });
});
