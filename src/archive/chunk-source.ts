import type { RandomAccess } from './byte-sink.ts';

/** The bytes of an archive, front to back, in chunks that are not changed after they were handed out, except those given back. */
export interface ChunkSource extends AsyncIterable<Uint8Array> {
  /**
   * Gives back a chunk that nobody looks at any more: its memory is used for a later one. Who never
   * calls it keeps every chunk as it was. Chunks of others, and a chunk given back twice, do nothing.
   */
  recycle?(chunk: Uint8Array): void;
  /** The same bytes by offset, where the source allows it. */
  readonly ranges?: RandomAccess | undefined;
  /** A walk of its own over the bytes from `start` up to `end`, beside this one. */
  part?(start: number, end: number): ChunkSource;
}
