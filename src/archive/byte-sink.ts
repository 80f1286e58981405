/** Somewhere to write an archive to, front to back. */
export interface ByteSink {
  /** Writes the pieces one after another. Their memory may be reused once this resolved. */
  write(pieces: readonly Uint8Array[]): Promise<void>;
}

/** Bytes that can be read at any place: an archive file that is inspected or copied from. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; fewer only where the file ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same into memory of the caller: the part of it that was filled, all of it unless the file ends before. */
  readInto?(offset: number, memory: Uint8Array): Promise<Uint8Array>;
}
