import type { RandomAccess } from './byte-sink.ts';
import type { OpenFiles } from './open-files.ts';

/** The bytes of an archive, front to back, in chunks that are not changed after they were handed out, except those given back. */
export interface ChunkSource extends AsyncIterable<Uint8Array> {
  /**
   * Gives back a chunk that nobody looks at any more: its memory is used for a later one. Who never
   * calls it keeps every chunk as it was. Chunks of others, and a chunk given back twice, do nothing.
   */
  recycle?(chunk: Uint8Array): void;
  /** The same bytes by offset, where the source allows it. */
  readonly ranges?: RandomAccess | undefined;
  /** The files they come from, for threads that read them themselves. */
  readonly files?: OpenFiles;
}
