import type { FileHandle } from 'node:fs/promises';
import type { HashSession } from '../../archive/compute.ts';
import { writeFully } from './write-fully.ts';

/** Smaller than it could be: see `writeFully` for what large blocks cost. */
const bufferBytes = 2 ** 18;
/** Buffers kept for later files. */
const mostFree = 12;
/** Larger shared memory is written and hashed where it lies. */
const directBytes = 2 ** 20;
/** Files lie in whole pages; some processors copy far slower between places equally far into a page. */
const skewBytes = 512;

/**
 * Writes and hashes a stream of pieces, as small as networks give them, in large ones: one buffer is
 * filled while the other is on its way to the disk and under the hash. A piece may be used again once
 * `add` resolved.
 */
export class GatheredWrites implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #hash: HashSession;
  readonly #free: Uint8Array[];
  #filling: Uint8Array;
  #filled = 0;
  #other: Uint8Array;
  #underway: Promise<unknown> = Promise.resolve();

  /** @param free buffers that other files are done with; taken from and given back to */
  constructor(handle: FileHandle, hash: HashSession, free: Uint8Array[]) {
    this.#handle = handle;
    this.#hash = hash;
    this.#free = free;
    this.#filling = free.pop() ?? fresh();
    this.#other = free.pop() ?? fresh();
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (bytes.length >= directBytes && bytes.buffer instanceof SharedArrayBuffer) {
      await this.end();
      await this.#send(bytes);
      return;
    }
    for (let rest = bytes; rest.length > 0; ) {
      const part = rest.subarray(0, bufferBytes - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === bufferBytes) await this.#swap();
    }
  }

  /** Resolves when every byte is written and hashed. */
  async end(): Promise<void> {
    if (this.#filled > 0) await this.#swap();
    await this.#underway;
  }

  /** Waits for what is under way, however it ends, and gives the buffers back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#underway.catch(() => undefined);
    if (this.#free.length < mostFree) this.#free.push(this.#filling, this.#other);
  }

  async #swap(): Promise<void> {
    await this.#underway;
    const full = this.#filling;
    this.#underway = this.#send(full.subarray(0, this.#filled));
    this.#underway.catch(() => undefined); // awaited at the next swap, or at the end
    this.#filling = this.#other;
    this.#other = full;
    this.#filled = 0;
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const hashed = (async () => {
      await this.#hash.update(bytes);
      await this.#hash.settled();
    })();
    const [written, read] = await Promise.allSettled([writeFully(this.#handle, bytes), hashed]);
    if (written.status === 'rejected') throw written.reason;
    if (read.status === 'rejected') throw read.reason;
  }
}

/** Shared: worker threads hash it where it lies. */
function fresh(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(skewBytes + bufferBytes), skewBytes);
}
