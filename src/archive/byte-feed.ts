/** Reads a stream of chunks by length. Slices are handed out without copying where one chunk holds them. */
export class ByteFeed {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Bytes handed out so far. */
  offset = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At most `max` bytes, at least one; undefined at the end. */
  async some(max: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#chunk = next.value;
    }
    const piece = this.#chunk.subarray(0, max);
    this.#chunk = this.#chunk.subarray(piece.length);
    this.offset += piece.length;
    return piece;
  }

  /** Exactly `length` bytes, fewer only where the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#chunk.length >= length) {
      const piece = this.#chunk.subarray(0, length);
      this.#chunk = this.#chunk.subarray(length);
      this.offset += length;
      return piece;
    }
    const pieces: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) break;
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  /** Stops the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
