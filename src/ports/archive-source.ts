import type { RandomAccess } from '../archive/byte-sink.ts';
import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Survey } from '../archive/survey.ts';
import { InputError } from '../errors/families.ts';
import type { Run } from '../support/run.ts';

/** An archive, or what stands beside it, cannot be opened or read. */
export class ArchiveSourceError extends InputError<
  'ARCHIVE_MISSING' | 'ARCHIVE_UNREADABLE' | 'ARCHIVE_NOT_A_FILE' | 'ARCHIVE_CHANGED'
> {}

/** Where archives to be judged lie: files, folders of them, standard input (`-`). Read only. */
export interface ArchiveSource {
  /** @throws ArchiveSourceError ARCHIVE_MISSING, ARCHIVE_UNREADABLE, ARCHIVE_NOT_A_FILE */
  open(location: string, run: Run): Promise<OpenArchive>;
  /**
   * An archive that was cut: the bytes of its parts, in the order given, as one. Each stays where it is.
   * @param location what the whole is called: its last segment becomes the file name
   * @throws ArchiveSourceError ARCHIVE_MISSING, ARCHIVE_UNREADABLE, ARCHIVE_NOT_A_FILE; names the part
   */
  openParts(location: string, parts: readonly string[], run: Run): Promise<OpenArchive>;
  /**
   * Names of the entries of a folder, sorted bytewise, subfolders with a final `/`; undefined when the location is no folder.
   * @throws ArchiveSourceError ARCHIVE_MISSING, ARCHIVE_UNREADABLE
   */
  list(location: string, run: Run): Promise<readonly string[] | undefined>;
  /**
   * A small file as a whole: signatures, statements, checksums. undefined when there is none.
   * @throws ArchiveSourceError ARCHIVE_UNREADABLE: it is there but cannot be read, or is larger than maxBytes
   */
  readSmall(location: string, maxBytes: number, run: Run): Promise<Uint8Array | undefined>;
}

export interface OpenArchive extends AsyncDisposable {
  /** As it was asked for. */
  readonly location: string;
  /** Name without folders; undefined on standard input. */
  readonly fileName: string | undefined;
  /** Bytes; undefined where it is not known before the end. */
  readonly size: number | undefined;
  /**
   * Front to back. May be asked for once on standard input, again on files. A chunk is not changed after it was handed out, unless it was given back.
   * @throws ArchiveSourceError ARCHIVE_UNREADABLE, ARCHIVE_CHANGED: a file that shrank or grew under the reader
   */
  chunks(run: Run): ChunkSource;
  /** Reading by offset; undefined on standard input. */
  readonly ranges: RandomAccess | undefined;
  /**
   * What a pass over it sees, where whoever opened it has a part in that: a drill, which knows what was seen of
   * contents nobody touched. Absent: `read` its chunks.
   */
  surveyed?(read: (chunks: ChunkSource) => Promise<Survey>, run: Run): Promise<Survey>;
}
