import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import { type CondensedArchive, restored } from '../archive/drill/condense-archive.ts';
import { tarOf } from '../archive/drill/map-archive.ts';
import { patchedBytes, splicedBytes } from '../archive/drill/spliced-bytes.ts';
import { storedFrames } from '../archive/drill/stored-frames.ts';
import type { ReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import type { Tampering } from './drill-tampering.ts';

/** What is tampered with, and how it is read. */
export interface DrilledArchive {
  /** Path of the archive; undefined: only files beside are others. */
  readonly location: string | undefined;
  /** Folder of what lies beside, as it stands before a name. */
  readonly folder: string;
  readonly compressed: boolean;
  /** What is tampered with instead of a large one, unless every byte is asked for. */
  readonly condensed?: CondensedArchive | undefined;
}

type Changes = Omit<Tampering, 'id' | 'what' | 'where'>;

/** What was seen of archives that nobody touched, by path: they are read once. */
export type SeenArchives = Map<string, Promise<Survey>>;

/**
 * Files as somebody who tampers would have made them, in passing: nothing is written, and what is read is read as
 * it is.
 */
export class DrillSource implements ArchiveSource {
  readonly #inner: ArchiveSource;
  readonly #archive: DrilledArchive;
  readonly #tampering: Changes;
  readonly #seen: SeenArchives;
  readonly #decoding: { readonly compute: Compute; readonly limits: ReadLimits };
  /** Told of every byte that is read of archives. */
  readonly #onBytes: (bytes: number) => void;

  constructor(
    inner: ArchiveSource,
    archive: DrilledArchive,
    tampering: Changes,
    seen: SeenArchives,
    decoding: { readonly compute: Compute; readonly limits: ReadLimits },
    onBytes: (bytes: number) => void,
  ) {
    this.#inner = inner;
    this.#archive = archive;
    this.#tampering = tampering;
    this.#seen = seen;
    this.#decoding = decoding;
    this.#onBytes = onBytes;
  }

  async open(location: string, run: Run): Promise<OpenArchive> {
    const beside = this.#besideAt(location);
    if (beside === null) throw missing(location);
    if (beside !== undefined) return inMemory(location, beside);
    const opened = await this.#inner.open(location, run);
    const isTarget = location === this.#archive.location && touchesArchive(this.#tampering);
    return isTarget ? this.#tampered(opened) : this.#counted(opened);
  }

  openParts(location: string, parts: readonly string[], run: Run): Promise<OpenArchive> {
    return this.#inner.openParts(location, parts, run);
  }

  async list(location: string, run: Run): Promise<readonly string[] | undefined> {
    const names = await this.#inner.list(location, run);
    const { beside } = this.#tampering;
    const folder = this.#archive.folder;
    const isHere =
      `${location}/` === folder || location === folder || (folder === '' && location === '.');
    if (names === undefined || beside === undefined || !isHere) return names;
    const hidden = new Set([...beside].flatMap(([name, bytes]) => (bytes === null ? [name] : [])));
    const there = new Set([...names, ...beside.keys()]);
    return [...there]
      .filter((name) => !hidden.has(name))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  async readSmall(location: string, maxBytes: number, run: Run): Promise<Uint8Array | undefined> {
    const beside = this.#besideAt(location);
    if (beside === null) return undefined;
    return beside ?? this.#inner.readSmall(location, maxBytes, run);
  }

  #besideAt(location: string): Uint8Array | null | undefined {
    const { folder } = this.#archive;
    if (!location.startsWith(folder)) return undefined;
    return this.#tampering.beside?.get(location.slice(folder.length));
  }

  #counted(opened: OpenArchive): OpenArchive {
    // Threads read the files themselves: what they read is counted by its size.
    const { size } = opened;
    return {
      location: opened.location,
      fileName: opened.fileName,
      size,
      ranges: opened.ranges,
      chunks: (run) => {
        this.#onBytes(size ?? 0);
        return opened.chunks(run);
      },
      surveyed: (read, run) => {
        const known = this.#seen.get(opened.location);
        if (known !== undefined) return known;
        this.#onBytes(size ?? 0);
        const seen = read(opened.chunks(run));
        this.#seen.set(opened.location, seen);
        return seen;
      },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }

  /** Its size is another, and it cannot be read in places. */
  #tampered(opened: OpenArchive): OpenArchive {
    const { flip } = this.#tampering;
    const condensed = flip === undefined ? this.#archive.condensed : undefined;
    const chunks = (run: Run): ChunkSource =>
      this.#changed(condensed === undefined ? opened.chunks(run) : inPieces(condensed.bytes));
    return {
      location: opened.location,
      fileName: opened.fileName,
      size: undefined,
      ranges: undefined,
      chunks,
      ...(condensed === undefined
        ? {}
        : { surveyed: async (read, run) => restored(await read(chunks(run)), condensed) }),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }

  #changed(chunks: ChunkSource): ChunkSource {
    const { file, tar, flip } = this.#tampering;
    const { compute, limits } = this.#decoding;
    const { compressed } = this.#archive;
    const read = this.#counting(chunks);
    if (flip !== undefined) return patchedBytes(read, [{ at: flip, mask: 1 }]);
    if (tar === undefined) return splicedBytes(read, file ?? []);
    const changed = splicedBytes(tarOf(read, compressed, limits, compute), tar);
    return compressed ? storedFrames(changed) : changed;
  }

  #counting(chunks: ChunkSource): ChunkSource {
    const onBytes = this.#onBytes;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const chunk of chunks) {
          onBytes(chunk.length);
          yield chunk;
        }
      },
      ...(chunks.recycle === undefined ? {} : { recycle: (chunk) => chunks.recycle?.(chunk) }),
    };
  }
}

/** Whether an archive itself is another, and not only what lies beside it. */
export function touchesArchive({ file, tar, flip }: Changes): boolean {
  return file !== undefined || tar !== undefined || flip !== undefined;
}

/** Like chunks of a file. */
export async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const pieceBytes = 2 ** 20;

function missing(location: string): ArchiveSourceError {
  return new ArchiveSourceError('ARCHIVE_MISSING', `${location} does not exist`);
}

function inMemory(location: string, bytes: Uint8Array): OpenArchive {
  return {
    location,
    fileName: location.slice(location.lastIndexOf('/') + 1),
    size: bytes.length,
    ranges: undefined,
    async *chunks() {
      yield bytes;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
