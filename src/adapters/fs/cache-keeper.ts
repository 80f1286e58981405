import { createHash } from 'node:crypto';
import { lstat, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEntry, CacheHealth, CacheKeeper, CacheKind } from '../../ports/cache-keeper.ts';
import { FrameCacheError } from '../../ports/storage-error.ts';
import type { Run } from '../../support/run.ts';
import { sizeOnDisk } from './cache-dir.ts';
import { holdCache } from './cache-use.ts';
import { lentChunks } from './file-chunks.ts';
import { storedFrames } from './frame-store.ts';
import { systemCode, writeFailure } from './fs-errors.ts';
import { isRunning } from './remove-leftovers.ts';

/** What lies where. Only names of these forms are ever removed: the folder may hold more than ours. */
const forms: readonly (readonly [kind: CacheKind, pattern: RegExp])[] = [
  ['blobs', /^blobs\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})$/],
  ['frames', /^frames\/[0-9a-f]{2}\/([0-9a-f]{64}\.[0-9a-z-]+)$/],
  ['records', /^records\/([^/]*[0-9a-f]{64})$/],
  ['builds', /^builds\/([0-9a-f]{64}(?:-[a-z]+)?)$/],
  ['signatures', /^signatures\/([0-9a-f]{64}\/[0-9a-f]{64})\.json$/],
];
/** Written under such names before they are whole; the group is the process. */
const halves: readonly RegExp[] = [
  /^blobs\/incoming\/(\d+)\.[0-9a-f]{16}$/,
  /^blobs\/incoming\/[0-9a-f]{64}\.(\d+)\.[0-9a-f]{8}\.resume$/,
  /^frames\/[0-9a-f]{2}\/[0-9a-f]{64}\.[0-9a-z-]+\.(\d+)\.[0-9a-f]{8}\.partial$/,
  /^(?:records|builds)\/[^/]+\.(\d+)\.[0-9a-f]{8}\.partial$/,
  /^signatures\/[0-9a-f]{64}\/[0-9a-f]{64}\.json\.(\d+)\.part$/,
  /^engines\/(\d+)\.[0-9A-Za-z]{6}$/,
];

/** The caches below one folder. */
export class FsCacheKeeper implements CacheKeeper {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(run: Run): Promise<readonly CacheEntry[]> {
    const entries: CacheEntry[] = [];
    await this.#walk('', entries, run);
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async check({ kind, path, key }: CacheEntry, run: Run): Promise<CacheHealth> {
    const full = join(this.#folder, path);
    try {
      if (kind === 'blobs') {
        const hash = createHash('sha256');
        for await (const chunk of lentChunks(full, run)) hash.update(chunk);
        return hash.digest('hex') === key ? 'sound' : 'damaged';
      }
      if (kind !== 'frames') return 'unhashed';
      for await (const _frame of storedFrames(await open(full, 'r'), full, run));
      return 'sound';
    } catch (error) {
      if (error instanceof FrameCacheError) return 'damaged';
      if (systemCode(error) === 'ENOENT') return 'gone';
      // A disk that cannot give the bytes back is what this command looks for.
      if (systemCode(error) === 'EIO') return 'damaged';
      throw error;
    }
  }

  async read({ path, size }: CacheEntry, maxBytes: number): Promise<Uint8Array | undefined> {
    if (size > maxBytes) return undefined;
    return readFile(join(this.#folder, path)).catch(() => undefined);
  }

  async remove({ kind, path, usedMs }: CacheEntry): Promise<boolean> {
    const full = join(this.#folder, path);
    try {
      const found = await lstat(full);
      if (found.mtimeMs > usedMs) return false;
      await rm(full, kind === 'leftovers' && found.isDirectory() ? { recursive: true } : {});
      return true;
    } catch (error) {
      // Another pruning was first.
      if (systemCode(error) === 'ENOENT') return false;
      throw writeFailure(full, error);
    }
  }

  holdRuns(): Promise<AsyncDisposable & { readonly runs: number }> {
    return holdCache(this.#folder);
  }

  async #walk(below: string, into: CacheEntry[], run: Run): Promise<void> {
    run.signal.throwIfAborted();
    for (const each of await entriesOf(join(this.#folder, below))) {
      const path = below === '' ? each.name : `${below}/${each.name}`;
      if (path === 'in-use') continue;
      const isWork = each.isDirectory() && below === 'engines';
      if (each.isDirectory() && !isWork) await this.#walk(path, into, run);
      if (!each.isFile() && !isWork) continue;
      const full = join(this.#folder, path);
      const found = await lstat(full).catch(() => undefined);
      if (found === undefined) continue;
      const size = isWork ? await sizeOnDisk(full).catch(() => 0) : found.size;
      into.push({ ...kindOf(path), path, size, usedMs: found.mtimeMs });
    }
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function kindOf(path: string): Pick<CacheEntry, 'kind' | 'key'> {
  for (const [kind, pattern] of forms) {
    const key = pattern.exec(path)?.[1];
    if (key !== undefined) return { kind, key };
  }
  for (const pattern of halves) {
    const owner = pattern.exec(path)?.[1];
    if (owner === undefined) continue;
    const running = path.startsWith('engines/') ? 'engines' : 'other';
    return { kind: isRunning(Number(owner)) ? running : 'leftovers', key: owner };
  }
  return { kind: 'other', key: path };
}
