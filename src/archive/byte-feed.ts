/** Bytes in their order, by length. */
export interface ByteReader {
  /** Bytes handed out so far. */
  readonly offset: number;
  /** At most `max` bytes, at least one; undefined at the end. */
  some(max: number): Promise<Uint8Array | undefined>;
  /** Exactly `length` bytes, fewer only where the stream ends before. */
  take(length: number): Promise<Uint8Array>;
}

/** Reads a stream of chunks by length. Slices are handed out without copying where one chunk holds them. */
export class ByteFeed implements ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #left: (chunk: Uint8Array) => void;
  #whole: Uint8Array | undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  offset = 0;

  /** `left` is told when the feed has handed a chunk out to its end. */
  constructor(
    source: AsyncIterable<Uint8Array>,
    left: (chunk: Uint8Array) => void = () => undefined,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#left = left;
  }

  /** Like `some`, of what is at hand; undefined when the stream has to be asked. */
  someNow(max: number): Uint8Array | undefined {
    if (this.#chunk.length === 0) return undefined;
    return this.#cut(Math.min(max, this.#chunk.length));
  }

  /** Like `take`; undefined when the stream has to be asked. */
  takeNow(length: number): Uint8Array | undefined {
    return this.#chunk.length < length ? undefined : this.#cut(length);
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) if (!(await this.#next())) return undefined;
    return this.#cut(Math.min(max, this.#chunk.length));
  }

  async take(length: number): Promise<Uint8Array> {
    if (this.#chunk.length >= length) return this.#cut(length);
    const pieces: Uint8Array[] = [];
    let left = length;
    while (left > 0) {
      if (this.#chunk.length === 0 && !(await this.#next())) break;
      // Copied at once: the chunk may be used again when the feed has left it.
      const piece = Buffer.from(this.#cut(Math.min(left, this.#chunk.length)));
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  /** What `take` would give, a copy, without moving on. */
  async peek(length: number): Promise<Uint8Array> {
    if (this.#chunk.length >= length) return Uint8Array.from(this.#chunk.subarray(0, length));
    const start = await this.take(length);
    this.offset -= start.length;
    // What is left of the chunk is joined behind, so the chunk itself is no longer needed.
    this.#chunk = Buffer.concat([start, this.#chunk]);
    return Uint8Array.from(start);
  }

  /** Stops the source. */
  async close(): Promise<void> {
    this.#leave();
    await this.#source.return?.();
  }

  #cut(length: number): Uint8Array {
    const piece = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(length);
    this.offset += length;
    return piece;
  }

  async #next(): Promise<boolean> {
    this.#leave();
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#whole = next.value;
    this.#chunk = next.value;
    return true;
  }

  #leave(): void {
    if (this.#whole !== undefined) this.#left(this.#whole);
    this.#whole = undefined;
    this.#chunk = new Uint8Array(0);
  }
}
