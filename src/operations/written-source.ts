import { basename } from 'node:path';
import type { ChunkSource } from '../archive/chunk-source.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';

/**
 * The same source, in which opening an archive gives the bytes that are being written just now.
 * Nothing is read back: what the system answers a moment after writing comes from the same memory and
 * proves no more.
 * @param content every byte, in its order; undefined leaves the source as it is
 */
export function writtenSource(
  source: ArchiveSource,
  content: ChunkSource | undefined,
): ArchiveSource {
  if (content === undefined) return source;
  return {
    open: async (location) => ({
      location,
      fileName: basename(location),
      size: undefined,
      chunks: () => content,
      ranges: undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
    openParts: (location, parts, run) => source.openParts(location, parts, run),
    list: (location, run) => source.list(location, run),
    readSmall: (location, maxBytes, run) => source.readSmall(location, maxBytes, run),
  };
}
