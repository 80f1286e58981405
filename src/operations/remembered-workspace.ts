import { posix } from 'node:path';
import type { Workspace, WorkspaceStat } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';

/** Content that is kept in memory; what is larger is read again. */
const maxKeptBytes = 2 ** 20;
const maxKeptInAll = 2 ** 27;

/**
 * A workspace that is asked for the same files many times and reads each once. It stands for one moment: a
 * file that changes after it was read is not seen.
 */
export class RememberedWorkspace implements Workspace {
  readonly root: string;
  readonly #below: Workspace;
  readonly #stats = new Map<string, Promise<WorkspaceStat | undefined>>();
  readonly #lists = new Map<string, Promise<readonly string[]>>();
  readonly #reads = new Map<string, Promise<Uint8Array>>();
  #left = maxKeptInAll;

  constructor(below: Workspace) {
    this.#below = below;
    this.root = below.root;
  }

  stat(path: string): Promise<WorkspaceStat | undefined> {
    return once(this.#stats, path, () => this.#below.stat(path));
  }

  list(path: string): Promise<readonly string[]> {
    return once(this.#lists, path, () => this.#below.list(path));
  }

  async entries(
    path: string,
  ): Promise<readonly (readonly [name: string, kind: WorkspaceStat['kind']])[]> {
    if (this.#below.entries !== undefined) return this.#below.entries(path);
    const found: (readonly [string, WorkspaceStat['kind']])[] = [];
    for (const name of await this.list(path)) {
      const stat = await this.stat(`${path}/${name}`);
      if (stat !== undefined) found.push([name, stat.kind]);
    }
    return found;
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await once(this.#reads, path, async () => {
      const read = await this.#below.read(path, maxBytes);
      this.#left -= read.byteLength;
      return read;
    });
    if (bytes.byteLength > maxKeptBytes || this.#left < 0) this.#reads.delete(path);
    // The limit of this call may be another than that of the first.
    return bytes.byteLength > maxBytes ? this.#below.read(path, maxBytes) : bytes;
  }

  open(path: string, run: Run): AsyncIterable<Uint8Array> {
    return this.#below.open(path, run);
  }

  openLent(path: string, run: Run): AsyncIterable<Uint8Array> {
    return this.#below.openLent(path, run);
  }

  /** The same files, with a list of the paths that are asked for. */
  watched(touched: Set<string>): Workspace {
    const note = <T>(path: string, value: T): T => {
      touched.add(cleanPath(path));
      return value;
    };
    return {
      root: this.root,
      stat: (path) => note(path, this.stat(path)),
      list: (path) => note(path, this.list(path)),
      entries: (path) => note(path, this.entries(path)),
      read: (path, maxBytes) => note(path, this.read(path, maxBytes)),
      open: (path, run) => note(path, this.open(path, run)),
      openLent: (path, run) => note(path, this.openLent(path, run)),
    };
  }
}

/** A path as changes are told. */
function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

/** A failure is not remembered: it may have been an interruption. */
function once<T>(known: Map<string, Promise<T>>, path: string, ask: () => Promise<T>): Promise<T> {
  const before = known.get(path);
  if (before !== undefined) return before;
  const asked = ask();
  known.set(path, asked);
  asked.catch(() => known.delete(path));
  return asked;
}
