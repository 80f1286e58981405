import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import type { RandomAccess } from '../../archive/byte-sink.ts';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../../ports/archive-source.ts';
import type { Run } from '../../support/run.ts';
import { systemCode } from './fs-errors.ts';
import { ChunkMemory, readAhead, readFully, skewedMemory } from './read-ahead.ts';
import { changed, fail, isMissing, kindOf, notAFile, unreadable } from './source-failures.ts';

/** A swap of the file for a pipe between looking and opening must not block. */
const readOnly = constants.O_RDONLY | constants.O_NONBLOCK;

/** Archives on disk and on standard input (`-`). Opens for reading only. */
export class FsArchiveSource implements ArchiveSource {
  readonly #stdin: () => Readable;

  constructor(
    options: {
      /** What `-` means; default the standard input of the process. */ readonly stdin?: () => Readable;
    } = {},
  ) {
    this.#stdin = options.stdin ?? (() => process.stdin);
  }

  async open(location: string): Promise<OpenArchive> {
    if (location === '-') return new StreamArchive(this.#stdin());
    return new FileArchive(location, [await openFile(location, 0)]);
  }

  async openParts(location: string, parts: readonly string[]): Promise<OpenArchive> {
    const opened: OpenFile[] = [];
    try {
      let start = 0;
      for (const part of parts) {
        const file = await openFile(part, start);
        opened.push(file);
        start = file.end;
      }
      return new FileArchive(location, opened);
    } catch (error) {
      for (const { handle } of opened) await handle.close();
      throw error;
    }
  }

  async list(location: string): Promise<readonly string[] | undefined> {
    if (location === '-') return undefined;
    const found = await stat(location, { bigint: true }).catch((error: unknown) =>
      fail(location, error),
    );
    if (!found.isDirectory()) return undefined;
    const entries = await readdir(location, { withFileTypes: true }).catch((error: unknown) =>
      fail(location, error),
    );
    // A link to a folder stays a plain name: whoever opens it is told, nobody walks in circles.
    return entries
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  async readSmall(location: string, maxBytes: number): Promise<Uint8Array | undefined> {
    if (location === '-') return undefined;
    const found = await stat(location, { bigint: true }).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      return fail(location, error);
    });
    if (found === undefined) return undefined;
    if (!found.isFile()) throw unreadable(location, `is a ${kindOf(found)}, not a file`);
    const handle = await open(location, readOnly).catch((error: unknown) => fail(location, error));
    try {
      // One byte more than allowed is asked for, whatever size the file claims to have.
      const bytes = await readFully(
        handle,
        0,
        Buffer.alloc(Math.min(Number(found.size), maxBytes) + 1),
      );
      if (bytes.length > maxBytes)
        throw unreadable(
          location,
          `has more than the ${maxBytes} bytes that are read of such a file`,
        );
      if (bytes.length > Number(found.size)) throw changed(location, 'grew');
      return bytes;
    } catch (error) {
      throw error instanceof ArchiveSourceError ? error : fail(location, error);
    } finally {
      await handle.close();
    }
  }
}

/** A file that is open, and which bytes of the archive it holds. */
interface OpenFile {
  readonly location: string;
  readonly handle: FileHandle;
  /** As it was when it was opened. */
  readonly found: BigIntStats;
  readonly start: number;
  readonly end: number;
}

async function openFile(location: string, start: number): Promise<OpenFile> {
  // Looked at before opening: opening a pipe or a device can block or have effects.
  const kind = kindOf(
    await stat(location, { bigint: true }).catch((error: unknown) => fail(location, error)),
  );
  if (kind !== 'file') throw notAFile(location, kind);
  const handle = await open(location, readOnly).catch((error: unknown) => fail(location, error));
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw notAFile(location, kindOf(found));
    return { location, handle, found, start, end: start + Number(found.size) };
  } catch (error) {
    await handle.close();
    throw error instanceof ArchiveSourceError ? error : fail(location, error);
  }
}

/** One file, or several whose bytes follow each other. */
class FileArchive implements OpenArchive {
  readonly location: string;
  readonly fileName: string;
  readonly size: number;
  readonly ranges: RandomAccess;
  readonly #files: readonly OpenFile[];
  readonly #memory: ChunkMemory;

  constructor(location: string, files: readonly OpenFile[]) {
    this.location = location;
    this.fileName = basename(location);
    this.size = files.at(-1)?.end ?? 0;
    this.#files = files;
    this.#memory = new ChunkMemory(this.size);
    this.ranges = {
      size: this.size,
      read: (offset, length) => this.#range(offset, length),
      readInto: (offset, memory) =>
        this.#read(offset, memory.subarray(0, Math.max(0, this.size - offset))),
    };
  }

  chunks(run: Run): ChunkSource {
    const { ranges } = this;
    return {
      [Symbol.asyncIterator]: () => this.#walk(run),
      recycle: (chunk) => this.#memory.giveBack(chunk),
      ranges,
      files: {
        spans: this.#files.map(({ handle, start, end }) => ({ descriptor: handle.fd, start, end })),
        failure: ({ span, code }) => this.#failure(span, code),
        unchanged: () => this.#unchanged(),
      },
    };
  }

  async *#walk(run: Run): AsyncGenerator<Uint8Array> {
    run.signal.throwIfAborted();
    const read = (offset: number, target: Uint8Array) => this.#read(offset, target);
    yield* readAhead(read, { start: 0, end: this.size }, this.#memory, run);
    await this.#unchanged();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory.clear();
    for (const { handle } of this.#files) await handle.close();
  }

  async #read(offset: number, target: Uint8Array): Promise<Uint8Array> {
    let filled = 0;
    for (const file of this.#files) {
      if (filled === target.length) break;
      const at = offset + filled;
      if (at < file.start || at >= file.end) continue;
      const piece = target.subarray(
        filled,
        filled + Math.min(target.length - filled, file.end - at),
      );
      const bytes = await readFully(file.handle, at - file.start, piece).catch((error: unknown) =>
        fail(file.location, error),
      );
      if (bytes.length < piece.length) throw changed(file.location, 'shrank');
      filled += bytes.length;
    }
    return target;
  }

  async #range(offset: number, length: number): Promise<Uint8Array> {
    const inside = Math.max(0, Math.min(length, this.size - offset));
    return inside === 0 ? new Uint8Array(0) : this.#read(offset, skewedMemory(inside));
  }

  #failure(index: number, code: string | undefined): ArchiveSourceError {
    const location = this.#files[index]?.location ?? this.location;
    return code === undefined
      ? changed(location, 'shrank')
      : unreadable(location, `cannot be read (${code})`);
  }

  async #unchanged(): Promise<void> {
    for (const { handle, location, found } of this.#files) {
      const now = await handle
        .stat({ bigint: true })
        .catch((error: unknown) => fail(location, error));
      if (now.size !== found.size)
        throw changed(location, now.size > found.size ? 'grew' : 'shrank');
      if (now.mtimeNs !== found.mtimeNs) throw changed(location, 'was written to');
    }
  }
}

class StreamArchive implements OpenArchive {
  readonly location = '-';
  readonly fileName = undefined;
  readonly size = undefined;
  readonly ranges = undefined;
  readonly #stream: Readable;
  #taken = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  async *chunks(run: Run): AsyncGenerator<Uint8Array> {
    if (this.#taken) throw unreadable('standard input', 'can be read only once');
    this.#taken = true;
    run.signal.throwIfAborted();
    addAbortSignal(run.signal, this.#stream);
    try {
      for await (const chunk of this.#stream) {
        run.signal.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      run.signal.throwIfAborted();
      throw systemCode(error)?.startsWith('E') === true ? fail('standard input', error) : error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A terminal or a pipe left half read would keep the process alive.
    this.#stream.destroy();
  }
}
