import type { ChunkSource } from './chunk-source.ts';

interface Leased {
  readonly memory: Uint8Array;
  readonly giveBack: (memory: Uint8Array) => void;
  holders: number;
}

/** Counts who still looks at lent memory, and gives it back after the last one. Memory it does not know is nobody's concern. */
export class ChunkLease {
  readonly #leased = new Map<ArrayBufferLike, Leased>();

  /** Takes charge of memory, with one holder. Without `giveBack` the memory is never used again and nothing is counted. */
  open(memory: Uint8Array, giveBack: ((memory: Uint8Array) => void) | undefined): void {
    if (giveBack === undefined) return;
    const known = this.#leased.get(memory.buffer);
    if (known === undefined) this.#leased.set(memory.buffer, { memory, giveBack, holders: 1 });
    else known.holders++;
  }

  /** One more holder of the memory that this is a part of; true when it is counted. */
  retain(part: Uint8Array): boolean {
    const leased = this.#leased.get(part.buffer);
    if (leased !== undefined) leased.holders++;
    return leased !== undefined;
  }

  /** One holder less. */
  release(part: Uint8Array): void {
    const leased = this.#leased.get(part.buffer);
    if (leased === undefined || --leased.holders > 0) return;
    this.#leased.delete(part.buffer);
    leased.giveBack(leased.memory);
  }
}

/** Chunks of a source that get them back when their last holder releases them; whoever reads them is the first. */
export async function* leasedChunks(
  chunks: ChunkSource,
  lease: ChunkLease,
): AsyncGenerator<Uint8Array> {
  const giveBack =
    chunks.recycle === undefined ? undefined : (chunk: Uint8Array) => chunks.recycle?.(chunk);
  for await (const chunk of chunks) {
    lease.open(chunk, giveBack);
    yield chunk;
  }
}
