import { posix } from 'node:path';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import { WorkspaceError } from '../ports/storage-error.ts';
import type { Workspace, WorkspaceStat } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { remotePath } from '../zarf/remote-inputs.ts';
import type { FetchedTree } from './fetched-tree.ts';

/** What was fetched from an address: one file, or a folder of them. */
export type FetchedContent =
  | ({ readonly kind: 'file' } & StoredBlob)
  | ({ readonly kind: 'tree' } & FetchedTree);

type Node =
  | ({ readonly kind: 'file'; readonly mode: number } & StoredBlob)
  | { readonly kind: 'directory'; readonly names: Set<string> }
  | { readonly kind: 'symlink'; readonly target: string };

const root = /^fetched:[0-9a-f]{64}(?:\/|$)/;

/** What was fetched so far, as files of a workspace. Steps of a run add to it. */
export class FetchedContents {
  readonly #nodes = new Map<string, Node>();

  /** @param address as `RemoteInput` has it */
  add(address: string, content: FetchedContent): void {
    const top = remotePath(address);
    if (content.kind === 'file') {
      const { digest, size } = content;
      this.#nodes.set(top, { kind: 'file', mode: 0o644, digest, size });
      return;
    }
    this.#nodes.set(top, { kind: 'directory', names: new Set() });
    for (const { path, mode, digest, size } of content.blobs)
      this.#place(top, path, { kind: 'file', mode, digest, size });
    for (const { path, target } of content.links)
      this.#place(top, path, { kind: 'symlink', target });
  }

  /** @param path as a workspace is asked for it */
  find(path: string): Node | undefined {
    return this.#nodes.get(plain(path));
  }

  #place(top: string, path: string, node: Node): void {
    let folder = top;
    for (const name of path.split('/')) {
      const parent = this.#nodes.get(folder);
      if (parent?.kind === 'directory') parent.names.add(name);
      folder = `${folder}/${name}`;
      if (!this.#nodes.has(folder))
        this.#nodes.set(folder, { kind: 'directory', names: new Set() });
    }
    this.#nodes.set(folder, node);
  }
}

/** A workspace in which what was fetched lies beside the files of the user. Its content is hashed again when read. */
export function withFetched(
  below: Workspace,
  fetched: FetchedContents,
  blobs: BlobStore,
): Workspace {
  const fileAt = (path: string): Extract<Node, { kind: 'file' }> => {
    const node = fetched.find(path);
    if (node?.kind === 'file') return node;
    const what = node === undefined ? 'was not fetched' : `is a ${node.kind}, a file is needed`;
    throw new WorkspaceError(
      node === undefined ? 'WORKSPACE_MISSING' : 'WORKSPACE_NOT_A_FILE',
      `${path} ${what}`,
    );
  };
  const open = (path: string, run: Run): AsyncIterable<Uint8Array> =>
    blobs.open(fileAt(path).digest, run);
  const { entries } = below;
  return {
    root: below.root,
    async stat(path) {
      if (!root.test(path)) return below.stat(path);
      const node = fetched.find(path);
      return node === undefined ? undefined : statOf(node);
    },
    async list(path) {
      if (!root.test(path)) return below.list(path);
      const node = fetched.find(path);
      if (node?.kind !== 'directory')
        throw new WorkspaceError('WORKSPACE_MISSING', `${path} does not exist`);
      return [...node.names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    ...(entries === undefined
      ? {}
      : {
          async entries(path: string) {
            if (!root.test(path)) return entries.call(below, path);
            const node = fetched.find(path);
            return [...(node?.kind === 'directory' ? node.names : [])].map(
              (name) => [name, fetched.find(`${plain(path)}/${name}`)?.kind ?? 'other'] as const,
            );
          },
        }),
    async read(path, maxBytes) {
      if (!root.test(path)) return below.read(path, maxBytes);
      const { size } = fileAt(path);
      if (size > maxBytes)
        throw new WorkspaceError(
          'WORKSPACE_LIMIT',
          `${path} has ${size} bytes, at most ${maxBytes} are read`,
        );
      const chunks: Uint8Array[] = [];
      for await (const chunk of open(path, { signal: new AbortController().signal }))
        chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    open: (path, run) => (root.test(path) ? open(path, run) : below.open(path, run)),
    openLent: (path, run) => (root.test(path) ? open(path, run) : below.openLent(path, run)),
  };
}

function statOf(node: Node): WorkspaceStat {
  switch (node.kind) {
    case 'file':
      // Another content would have another digest.
      return { kind: 'file', size: node.size, mode: node.mode, stamp: node.digest };
    case 'directory':
      return { kind: 'directory', size: 0, mode: 0o755 };
    case 'symlink':
      return { kind: 'symlink', size: node.target.length, mode: 0o777, linkTarget: node.target };
  }
}

function plain(path: string): string {
  return posix.normalize(path).replace(/\/$/, '');
}
