import { posix } from 'node:path';
import { WorkspaceError } from '../ports/storage-error.ts';
import type { Workspace, WorkspaceStat } from '../ports/workspace.ts';

/**
 * The files of a workspace as they were before some of them changed.
 * @param before content by path, relative to the root; undefined for what was not there
 */
export function workspaceBefore(
  now: Workspace,
  before: ReadonlyMap<string, Uint8Array | undefined>,
): Workspace {
  const files = new Map([...before].map(([path, bytes]) => [posix.normalize(path), bytes]));
  const folders = new Map<string, Set<string>>();
  for (const [path, bytes] of files) {
    if (bytes === undefined) continue;
    for (let at = path; at !== '.' && at !== '/' && at !== '..'; at = posix.dirname(at)) {
      const above = posix.dirname(at);
      folders.set(above, (folders.get(above) ?? new Set()).add(posix.basename(at)));
    }
  }
  const clean = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '');
  const taken = (path: string): Uint8Array | undefined => {
    if (!files.has(path)) return undefined;
    const bytes = files.get(path);
    if (bytes !== undefined) return bytes;
    throw new WorkspaceError('WORKSPACE_MISSING', `${path} was not there before`);
  };
  async function* bytesOf(
    path: string,
    below: () => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const own = taken(clean(path));
    if (own === undefined) yield* below();
    else yield own;
  }
  return {
    root: now.root,
    stat: async (path): Promise<WorkspaceStat | undefined> => {
      const at = clean(path);
      const bytes = files.get(at);
      if (bytes !== undefined) {
        const { mode = 0o644, kind } = (await now.stat(path)) ?? {};
        return kind === 'symlink'
          ? { kind, mode, size: bytes.length, linkTarget: Buffer.from(bytes).toString('utf8') }
          : { kind: 'file', mode, size: bytes.length };
      }
      if (files.has(at)) return undefined;
      const found = await now.stat(path);
      if (found !== undefined || !folders.has(at)) return found;
      return { kind: 'directory', size: 0, mode: 0o755 };
    },
    list: async (path) => {
      const at = clean(path);
      const own = folders.get(at);
      const found = own === undefined || (await now.stat(path)) ? await now.list(path) : [];
      const names = found.filter((name) => {
        const each = posix.join(at, name);
        return !files.has(each) || files.get(each) !== undefined;
      });
      return [...new Set([...names, ...(own ?? [])])].sort((a, b) => (a < b ? -1 : 1));
    },
    read: async (path, maxBytes) => {
      const own = taken(clean(path));
      if (own === undefined) return now.read(path, maxBytes);
      if (own.length <= maxBytes) return own;
      throw new WorkspaceError('WORKSPACE_LIMIT', `${path} was larger than ${maxBytes} bytes`);
    },
    open: (path, run) => bytesOf(path, () => now.open(path, run)),
    openLent: (path, run) => bytesOf(path, () => now.openLent(path, run)),
  };
}
