import { maxFrameContentBytes, rawFrameBytes } from './raw-frame.ts';

/** Buffers that wait to be used again; more are left to the garbage collector. */
const mostFree = 12;
/** Files lie in whole pages; some processors copy far slower between places equally far into a page. */
const skewBytes = 512;

/**
 * Memory for frames under way: fresh memory for every frame would cost more than the copying. Shared,
 * so that worker threads hash it where it lies.
 */
export class FrameMemory {
  readonly #free: Uint8Array[] = [];

  /** At least that many bytes, with anything in them. */
  take(bytes: number): Uint8Array {
    const index = this.#free.findIndex((each) => each.length >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    if (found !== undefined) return found;
    const size = Math.max(
      bytes,
      bytes > maxFrameContentBytes / 2 ? rawFrameBytes(maxFrameContentBytes) : 0,
    );
    return new Uint8Array(new SharedArrayBuffer(skewBytes + size), skewBytes);
  }

  /** Takes memory back that came from here and that nobody looks at any more. */
  giveBack(memory: Uint8Array): void {
    if (this.#free.length < mostFree) this.#free.push(memory);
  }
}
