import type { RandomAccess } from '../../archive/byte-sink.ts';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../../ports/archive-source.ts';
import type { Run } from '../../support/run.ts';

/** Archives in memory, by slash path; folders exist where a path lies below them. A path `-` is standard input. */
export class MemoryArchiveSource implements ArchiveSource {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #chunkBytes: number;

  constructor(
    files: Readonly<Record<string, Uint8Array | string>>,
    options: { readonly chunkBytes?: number } = {},
  ) {
    this.#files = new Map(
      Object.entries(files).map(([path, bytes]) => [clean(path), Buffer.from(bytes)]),
    );
    this.#chunkBytes = options.chunkBytes ?? 2 ** 20;
  }

  async open(location: string): Promise<OpenArchive> {
    const path = clean(location);
    const bytes = this.#files.get(path);
    if (bytes !== undefined) return new MemoryArchive(location, bytes, this.#chunkBytes);
    if (this.#names(path).length > 0)
      throw new ArchiveSourceError(
        'ARCHIVE_NOT_A_FILE',
        `${location} is a folder, an archive is a file`,
      );
    throw missing(location);
  }

  async openParts(location: string, parts: readonly string[]): Promise<OpenArchive> {
    const bytes = parts.map((part) => {
      const found = this.#files.get(clean(part));
      if (found === undefined) throw missing(part);
      return found;
    });
    return new MemoryArchive(location, Buffer.concat(bytes), this.#chunkBytes);
  }

  async list(location: string): Promise<readonly string[] | undefined> {
    const path = clean(location);
    if (this.#files.has(path)) return undefined;
    const names = this.#names(path);
    if (names.length === 0) throw missing(location);
    return names;
  }

  async readSmall(location: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const path = clean(location);
    if (path === '-') return undefined;
    const bytes = this.#files.get(path);
    if (bytes === undefined) {
      if (this.#names(path).length > 0)
        throw new ArchiveSourceError('ARCHIVE_UNREADABLE', `${location} is a folder, not a file`);
      return undefined;
    }
    if (bytes.length > maxBytes)
      throw new ArchiveSourceError(
        'ARCHIVE_UNREADABLE',
        `${location} has more than the ${maxBytes} bytes that are read of such a file`,
      );
    return Uint8Array.from(bytes);
  }

  #names(path: string): readonly string[] {
    const prefix = path === '' ? '' : `${path}/`;
    const names = [...this.#files.keys()]
      .filter((key) => key !== '-' && key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .map((rest) => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest));
    return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

class MemoryArchive implements OpenArchive {
  readonly location: string;
  readonly fileName: string | undefined;
  readonly size: number | undefined;
  readonly ranges: RandomAccess | undefined;
  readonly #bytes: Uint8Array;
  readonly #chunkBytes: number;
  #taken = false;

  constructor(location: string, bytes: Uint8Array, chunkBytes: number) {
    const stream = location === '-';
    this.location = location;
    this.fileName = stream ? undefined : clean(location).split('/').at(-1);
    this.size = stream ? undefined : bytes.length;
    this.ranges = stream
      ? undefined
      : {
          size: bytes.length,
          read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
        };
    this.#bytes = bytes;
    this.#chunkBytes = chunkBytes;
  }

  chunks(run: Run): ChunkSource {
    const { ranges } = this;
    return { [Symbol.asyncIterator]: () => this.#walk(run), ranges };
  }

  async *#walk(run: Run): AsyncGenerator<Uint8Array> {
    if (this.#taken && this.ranges === undefined)
      throw new ArchiveSourceError('ARCHIVE_UNREADABLE', 'standard input can be read only once');
    this.#taken = true;
    for (let at = 0; at < this.#bytes.length; at += this.#chunkBytes) {
      run.signal.throwIfAborted();
      yield this.#bytes.subarray(at, at + this.#chunkBytes);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Memory holds nothing open.
  }
}

function missing(location: string): ArchiveSourceError {
  return new ArchiveSourceError('ARCHIVE_MISSING', `${location} does not exist`, {
    suggestions: ['Check the path'],
  });
}

function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
