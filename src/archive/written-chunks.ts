import type { ChunkSource } from './chunk-source.ts';

/** What a reader of an archive may hold before the writer waits for it. */
const archiveHeldBytes = 32 * 2 ** 20;

interface Queued {
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

/**
 * The bytes of an archive or of a layer for one reader, from the memory they are written from: whoever
 * judges or lists them so need not read them back. The writer offers, the reader takes; neither runs far ahead of the other.
 */
export class WrittenChunks implements ChunkSource {
  readonly #mostHeld: number;
  readonly #queue: Queued[] = [];
  /** What the reader has taken and not given back, by memory: small chunks may share one. */
  readonly #taken = new Map<ArrayBufferLike, Queued[]>();
  #held = 0;
  #over: { readonly error?: unknown } | undefined;
  #left = false;
  /** The reader has seen everything and wants more. */
  #starved = false;
  #wakeReader: () => void = () => undefined;
  #wakeWriter: () => void = () => undefined;

  /** @param mostHeld bytes the reader may hold before the writer waits for it; a reader that has seen them all gets more */
  constructor(mostHeld = archiveHeldBytes) {
    this.#mostHeld = mostHeld;
  }

  /**
   * Hands bytes to the reader. `release` is told once it is done with them; until then they must not
   * be changed. Resolves when more may be offered.
   */
  async offer(bytes: Uint8Array, release: () => void = () => undefined): Promise<void> {
    if (this.#left || bytes.length === 0) return release();
    this.#queue.push({ bytes, release });
    this.#held += bytes.length;
    this.#starved = false;
    this.#wakeReader();
    // Whoever keeps a whole zstd frame until its end wants more before he gives any of it back.
    while (this.#held > this.#mostHeld && !this.#left && !this.#starved)
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
  }

  /** No more bytes come. */
  end(): void {
    this.#over ??= {};
    this.#wakeReader();
  }

  /** The writing failed: the reader gets this error. */
  fail(error: unknown): void {
    this.#over ??= { error };
    this.#wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next =
          this.#over !== undefined && 'error' in this.#over ? undefined : this.#queue.shift();
        if (next !== undefined) {
          const others = this.#taken.get(next.bytes.buffer);
          if (others === undefined) this.#taken.set(next.bytes.buffer, [next]);
          else others.push(next);
          yield next.bytes;
        } else if (this.#over === undefined) {
          this.#starved = true;
          this.#wakeWriter();
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        } else if ('error' in this.#over) throw this.#over.error;
        else return;
      }
    } finally {
      this.leave();
    }
  }

  /** The reader wants no more: what it took it may still look at, the rest it never sees. */
  leave(): void {
    this.#left = true;
    for (const { release } of this.#queue.splice(0)) release();
    this.#wakeWriter();
  }

  recycle(chunk: Uint8Array): void {
    const taken = this.#taken.get(chunk.buffer) ?? [];
    this.#taken.delete(chunk.buffer);
    for (const { bytes, release } of taken) {
      this.#held -= bytes.length;
      release();
    }
    this.#wakeWriter();
  }
}
