import type { ChunkSource } from '../../archive/chunk-source.ts';
import { freeNow } from '../../archive/compute-in-thread.ts';
import type { SharedWatch } from './shared-watch.ts';

/** Memory of a ring; it can be sent to other threads. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  /** How many. */
  readonly count: number;
}

/** What a writer says of a chunk: at most six numbers. */
export type Mark = readonly number[];

const slotBytes = 2 ** 20;
/** Files lie in whole pages; some processors copy far slower between places equally far into a page. */
const skewBytes = 512;
const slotStride = slotBytes + 4096;
const markNumbers = 6;
/** A waiting thread looks this often whether it was told to stop. */
const waitMs = 200;
/** Of the slots, so many of a hundred stay with the writer: who reads holds chunks while it waits for further ones. */
const writerShare = 40;

// Places in the control memory, in 32-bit numbers; behind them three for each slot.
const writtenAt = 0;
const freedAt = 1;
const endAt = 2;
const leftAt = 3;
const orderAt = 4;

/** Memory for one ring. @param count slots of a megabyte */
export function ringMemory(count: number): RingMemory {
  return {
    control: new SharedArrayBuffer(4 * marksAt(count) + 8 * (count + 1) * markNumbers),
    slots: new SharedArrayBuffer(skewBytes + count * slotStride),
    count,
  };
}

/** Where the marks begin, which want an even place. */
function marksAt(count: number): number {
  return orderAt + 3 * count + (count % 2);
}

class Ring {
  protected readonly numbers: Int32Array;
  protected readonly marks: Float64Array;
  protected readonly watch: SharedWatch;
  protected readonly count: number;
  protected readonly lengthsAt: number;
  protected readonly takenAt: number;
  readonly #slots: SharedArrayBuffer;

  constructor({ control, slots, count }: RingMemory, watch: SharedWatch) {
    this.numbers = new Int32Array(control, 0, marksAt(count));
    this.marks = new Float64Array(control, 4 * marksAt(count));
    this.count = count;
    this.lengthsAt = orderAt + count;
    this.takenAt = orderAt + 2 * count;
    this.#slots = slots;
    this.watch = watch;
  }

  protected slot(index: number): Uint8Array {
    return new Uint8Array(this.#slots, skewBytes + index * slotStride, slotBytes);
  }

  protected indexOf(chunk: Uint8Array): number | undefined {
    return chunk.buffer === this.#slots
      ? Math.floor((chunk.byteOffset - skewBytes) / slotStride)
      : undefined;
  }

  protected at(place: number): number {
    return Atomics.load(this.numbers, place);
  }

  /** Blocks this thread until the number at the place is another one, for a while at most. */
  protected wait(place: number, value: number): void {
    this.watch.throwIfStopped();
    Atomics.wait(this.numbers, place, value, waitMs);
    this.watch.throwIfStopped();
  }

  protected raise(place: number): void {
    Atomics.add(this.numbers, place, 1);
    Atomics.notify(this.numbers, place);
  }
}

/** The side of a ring that chunks come from. Blocks its thread while there is no room. */
export class RingWriter extends Ring {
  /** Memory for the next chunk, a megabyte; undefined when nobody reads any more. @throws Stopped */
  take(): Uint8Array | undefined {
    for (;;) {
      if (this.at(leftAt) === 1) return undefined;
      const freed = this.at(freedAt);
      for (let index = 0; index < this.count; index++) {
        if (this.at(this.takenAt + index) === 0) return this.slot(index);
      }
      this.wait(freedAt, freed);
    }
  }

  /** Hands on the first bytes of what `take` gave. */
  put(memory: Uint8Array, length: number, mark: Mark = []): void {
    const index = this.indexOf(memory) ?? 0;
    const written = this.at(writtenAt);
    Atomics.store(this.numbers, this.takenAt + index, 1);
    Atomics.store(this.numbers, this.lengthsAt + index, length);
    this.#mark(index, mark);
    Atomics.store(this.numbers, orderAt + (written % this.count), index);
    this.raise(writtenAt);
  }

  /** Nothing follows. */
  end(mark: Mark = []): void {
    this.#mark(this.count, mark);
    Atomics.store(this.numbers, endAt, 1);
    // Wakes who waits for a chunk.
    Atomics.notify(this.numbers, writtenAt);
  }

  #mark(index: number, mark: Mark): void {
    for (const [at, value] of mark.entries()) this.marks[index * markNumbers + at] = value;
  }
}

/** The side of a ring that takes chunks. Blocks its thread while there are none. */
export class RingReader extends Ring implements ChunkSource {
  /** All chunks were taken, and nothing follows. */
  ended = false;
  /** What the writer said of the chunk taken last, or of the end. */
  mark: Mark = [];
  #read = 0;
  #held = 0;
  readonly #copies = new WeakSet<ArrayBufferLike>();

  /** @throws Stopped */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = this.#next(); chunk !== undefined; chunk = this.#next()) yield chunk;
    } finally {
      if (!this.ended) this.leave();
    }
  }

  recycle(chunk: Uint8Array): void {
    if (this.#copies.delete(chunk.buffer)) freeNow(chunk);
    const index = this.indexOf(chunk);
    if (index === undefined || this.at(this.takenAt + index) === 0) return;
    this.#held--;
    Atomics.store(this.numbers, this.takenAt + index, 0);
    this.raise(freedAt);
  }

  /** Tells the writer that nobody reads any more. */
  leave(): void {
    Atomics.store(this.numbers, leftAt, 1);
    Atomics.notify(this.numbers, freedAt);
  }

  #next(): Uint8Array | undefined {
    let written = this.at(writtenAt);
    while (written === this.#read) {
      const ended = this.at(endAt) === 1;
      // Looked at again: the last chunk may have come before the end was said.
      if (ended && this.at(writtenAt) === written) {
        this.ended = true;
        this.mark = this.#markOf(this.count);
        return undefined;
      }
      if (!ended) this.wait(writtenAt, written);
      written = this.at(writtenAt);
    }
    const index = this.at(orderAt + (this.#read % this.count));
    this.#read++;
    this.mark = this.#markOf(index);
    this.#held++;
    const chunk = this.slot(index).subarray(0, this.at(this.lengthsAt + index));
    if (this.#held <= (this.count * (100 - writerShare)) / 100) return chunk;
    const copy = Uint8Array.from(chunk);
    this.#copies.add(copy.buffer);
    this.recycle(chunk);
    return copy;
  }

  #markOf(index: number): Mark {
    return [...this.marks.subarray(index * markNumbers, (index + 1) * markNumbers)];
  }
}
