import type { BigIntStats, Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { CowaError } from '../../errors/families.ts';
import { WorkspaceError } from '../../ports/storage-error.ts';
import type { Workspace, WorkspaceStat } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { fileChunks, lentChunks } from './file-chunks.ts';
import { systemCode } from './fs-errors.ts';

/** The user's files on disk, read only. */
export class FsWorkspace implements Workspace {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async stat(path: string): Promise<WorkspaceStat | undefined> {
    try {
      const found = await lstat(this.#full(path), { bigint: true });
      const kind = kindOf(found);
      const stamp = kind === 'file' ? stampOf(found) : undefined;
      const base = {
        kind,
        size: Number(found.size),
        mode: Number(found.mode) & 0o777,
        ...(stamp === undefined ? {} : { stamp }),
      } as const;
      return kind === 'symlink' ? { ...base, linkTarget: await readlink(this.#full(path)) } : base;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw unreadable(path, error);
    }
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#full(path));
      return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  async entries(
    path: string,
  ): Promise<readonly (readonly [name: string, kind: WorkspaceStat['kind']])[]> {
    try {
      const found = await readdir(this.#full(path), { withFileTypes: true });
      return found.map((each) => [each.name, kindOf(each)] as const);
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    try {
      const handle = await open(this.#full(path), 'r');
      try {
        const found = await handle.stat();
        if (found.isDirectory()) throw notAFile(path);
        const { size } = found;
        if (size > maxBytes) throw tooLarge(path, size, maxBytes);
        const bytes = await handle.readFile();
        if (bytes.byteLength > maxBytes) throw tooLarge(path, bytes.byteLength, maxBytes);
        return bytes;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw error instanceof WorkspaceError ? error : unreadable(path, error);
    }
  }

  open(path: string, run: Run): AsyncGenerator<Uint8Array> {
    return this.#read(path, fileChunks(this.#full(path), run));
  }

  openLent(path: string, run: Run): AsyncGenerator<Uint8Array> {
    return this.#read(path, lentChunks(this.#full(path), run));
  }

  async *#read(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      throw systemCode(error) === undefined ? error : unreadable(path, error);
    }
  }

  #full(path: string): string {
    return isAbsolute(path) ? path : join(this.root, path);
  }
}

/** Clocks of file systems are coarse: two changes within this time may look like one. */
const settledMs = 2000n;

function stampOf({ dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats): string | undefined {
  if (ctimeMs + settledMs > BigInt(Date.now())) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function kindOf(
  found: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): WorkspaceStat['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symlink' : 'other';
}

function notAFile(path: string): WorkspaceError {
  return new WorkspaceError('WORKSPACE_NOT_A_FILE', `${path} is a folder, a file is needed`);
}

function tooLarge(path: string, size: number, maxBytes: number): WorkspaceError {
  return new WorkspaceError(
    'WORKSPACE_LIMIT',
    `${path} has ${size} bytes, at most ${maxBytes} are read`,
  );
}

function unreadable(path: string, error: unknown): CowaError {
  // An interruption while reading says nothing about the file.
  if (error instanceof CowaError) return error;
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new WorkspaceError('WORKSPACE_MISSING', `${path} does not exist`, {
      cause: error,
      suggestions: [
        'Check the path: in a definition it is relative to the file that names it, on the command line to the folder you are in',
      ],
    });
  }
  if (code === 'EISDIR') return notAFile(path);
  return new WorkspaceError(
    'WORKSPACE_UNREADABLE',
    `${path} cannot be read (${code ?? 'unknown'})`,
    {
      cause: error,
      suggestions: ['Check its permissions'],
    },
  );
}
