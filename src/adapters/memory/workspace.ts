import { WorkspaceError } from '../../ports/storage-error.ts';
import type { Workspace, WorkspaceStat } from '../../ports/workspace.ts';

/** One file or link of a workspace in memory. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly mode: number }
  | { readonly link: string };

/** The user's files in memory, by slash path; folders exist where a file lies below them. */
export class MemoryWorkspace implements Workspace {
  readonly root = '/';
  readonly #files: ReadonlyMap<string, MemoryFile>;

  constructor(files: Readonly<Record<string, MemoryFile>>) {
    this.#files = new Map(Object.entries(files).map(([path, file]) => [clean(path), file]));
  }

  async stat(path: string): Promise<WorkspaceStat | undefined> {
    const file = this.#files.get(clean(path));
    if (file === undefined)
      return this.#names(path).length > 0 ? { kind: 'directory', size: 0, mode: 0o755 } : undefined;
    if (typeof file === 'object' && 'link' in file)
      return { kind: 'symlink', size: file.link.length, mode: 0o777, linkTarget: file.link };
    return {
      kind: 'file',
      size: bytesOf(file).byteLength,
      mode: typeof file === 'object' && 'mode' in file ? file.mode : 0o644,
    };
  }

  async list(path: string): Promise<readonly string[]> {
    const names = this.#names(path);
    if (names.length === 0) throw new WorkspaceError('WORKSPACE_MISSING', `${path} does not exist`);
    return names;
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const file = this.#files.get(clean(path));
    if (file === undefined || (typeof file === 'object' && 'link' in file)) {
      throw new WorkspaceError('WORKSPACE_MISSING', `${path} does not exist`);
    }
    const bytes = bytesOf(file);
    if (bytes.byteLength > maxBytes)
      throw new WorkspaceError(
        'WORKSPACE_LIMIT',
        `${path} has ${bytes.byteLength} bytes, at most ${maxBytes} are read`,
      );
    return bytes;
  }

  async *open(path: string): AsyncGenerator<Uint8Array> {
    yield await this.read(path, Number.MAX_SAFE_INTEGER);
  }

  openLent(path: string): AsyncGenerator<Uint8Array> {
    return this.open(path);
  }

  #names(path: string): readonly string[] {
    const prefix = clean(path) === '' ? '' : `${clean(path)}/`;
    const names = [...this.#files.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }
}

function bytesOf(file: Exclude<MemoryFile, { readonly link: string }>): Uint8Array {
  const content = typeof file === 'string' || file instanceof Uint8Array ? file : file.content;
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
