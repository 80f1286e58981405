import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedFrame, FrameRecorder, FrameStore } from '../../archive/frame-store.ts';
import { FrameCacheError } from '../../ports/storage-error.ts';
import type { Run } from '../../support/run.ts';
import { systemCode, writeFailure } from './fs-errors.ts';
import { makeFolder } from './make-folder.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { touch } from './touch.ts';
import { writeFully } from './write-fully.ts';

/** Record: sizes of frame and content (8 bytes each, big-endian), SHA-256 of the frame, the frame. */
const recordHead = 48;
const maxFrameBytes = 2 ** 26;

/** Compressed frames on disk, one file for each key. */
export class FsFrameStore implements FrameStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(key: string, run: Run): Promise<AsyncIterable<EncodedFrame> | undefined> {
    const path = this.#pathOf(key);
    try {
      const handle = await open(path, 'r');
      await touch(path);
      return readFrames(handle, path, run);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw writeFailure(this.#folder, error);
    }
  }

  async record(key: string, _run: Run): Promise<FrameRecorder> {
    const path = this.#pathOf(key);
    const folder = join(path, '..');
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.partial`;
    try {
      await makeFolder(folder);
      await removeLeftovers(folder, /\.(\d+)\.[0-9a-f]{8}\.partial$/);
      return new FsFrameRecorder(await open(temporary, 'wx', 0o644), temporary, path);
    } catch (error) {
      throw writeFailure(this.#folder, error);
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }
}

async function* readFrames(
  handle: FileHandle,
  path: string,
  run: Run,
): AsyncGenerator<EncodedFrame> {
  try {
    yield* storedFrames(handle, path, run);
  } catch (error) {
    if (error instanceof FrameCacheError) await rm(path, { force: true });
    throw error;
  }
}

/**
 * The frames of a file, each compared with the hash before it; the handle is closed in the end.
 * @throws FrameCacheError FRAME_CACHE_DAMAGED
 */
export async function* storedFrames(
  handle: FileHandle,
  path: string,
  run: Run,
): AsyncGenerator<EncodedFrame> {
  try {
    const head = Buffer.alloc(recordHead);
    for (let frames = 0; ; frames += 1) {
      run.signal.throwIfAborted();
      const { bytesRead } = await handle.read(head, 0, recordHead);
      // Nothing is kept without a frame.
      if (bytesRead === 0 && frames > 0) return;
      const size = Number(head.readBigUInt64BE(0));
      if (bytesRead < recordHead || size > maxFrameBytes) throw damaged(path);
      const bytes = Buffer.allocUnsafeSlow(size);
      const read = await handle.read(bytes, 0, size);
      const expected = head.subarray(16, 48);
      if (read.bytesRead !== size || !createHash('sha256').update(bytes).digest().equals(expected))
        throw damaged(path);
      yield { bytes, contentSize: Number(head.readBigUInt64BE(8)) };
    }
  } finally {
    await handle.close();
  }
}

function damaged(path: string): FrameCacheError {
  return new FrameCacheError(
    'FRAME_CACHE_DAMAGED',
    `the cached frames in ${path} were damaged and are removed`,
  );
}

class FsFrameRecorder implements FrameRecorder {
  readonly #handle: FileHandle;
  readonly #temporary: string;
  readonly #path: string;
  #open = true;

  constructor(handle: FileHandle, temporary: string, path: string) {
    this.#handle = handle;
    this.#temporary = temporary;
    this.#path = path;
  }

  async add(frame: EncodedFrame): Promise<void> {
    const head = Buffer.alloc(recordHead);
    head.writeBigUInt64BE(BigInt(frame.bytes.length), 0);
    head.writeBigUInt64BE(BigInt(frame.contentSize), 8);
    createHash('sha256').update(frame.bytes).digest().copy(head, 16);
    await writeFully(this.#handle, head);
    await writeFully(this.#handle, frame.bytes);
  }

  async commit(): Promise<void> {
    await this.#handle.datasync();
    await this.#close();
    await rename(this.#temporary, this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    await this.#close();
    await rm(this.#temporary, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}
