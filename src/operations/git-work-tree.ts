import { GitContentError } from '../git/git-error.ts';
import type { GitObject } from '../git/git-pack.ts';
import { type GitTreeEntry, parseTree } from '../git/git-tree.ts';
import type { IndexedFile } from '../git/work-tree-index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { GitRepository } from '../ports/git-source.ts';
import type { Run } from '../support/run.ts';
import type { FetchedTree } from './fetched-tree.ts';

const maxTreeBytes = 64 * 2 ** 20;
const maxLinkBytes = 4096;
const maxDepth = 128;
const maxFiles = 1_000_000;

/** A work tree, in the blob store. */
export interface CheckedOut {
  readonly tree: FetchedTree;
  readonly files: readonly IndexedFile[];
  /** Nothing of them is fetched: where they would lie is nothing. */
  readonly submodules: readonly IndexedFile[];
}

/**
 * The files of a commit as they are stored: no filter of `.gitattributes` changes them, no hook sees them.
 * @throws GitContentError GIT_OBJECT, GIT_NAME, GIT_LIMIT
 */
export async function checkOut(
  repository: GitRepository,
  blobs: BlobStore,
  run: Run,
): Promise<CheckedOut> {
  const entries = await walk(repository, run);
  const files = entries.filter(({ kind }) => kind === 'file' || kind === 'program');
  const links = entries.filter(({ kind }) => kind === 'link');
  const stored = new Map<string, Awaited<ReturnType<BlobStore['put']>>>();
  const targets = new Map<string, string>();
  const oids = (of: readonly IndexedFile[]): readonly string[] => [
    ...new Set(of.map(({ oid }) => oid)),
  ];
  for await (const object of repository.read(oids(files), run)) {
    requireType(object, 'blob');
    stored.set(object.oid, await blobs.put(object.content, { size: object.size }, run));
  }
  for await (const object of repository.read(oids(links), run))
    targets.set(object.oid, (await readWhole(object, 'blob', maxLinkBytes)).toString('utf8'));
  return {
    tree: {
      blobs: files.flatMap(({ path, kind, oid }) => {
        const blob = stored.get(oid);
        return blob === undefined
          ? []
          : [{ path, mode: kind === 'program' ? 0o755 : 0o644, ...blob }];
      }),
      links: links.map(({ path, oid }) => ({ path, target: targets.get(oid) ?? '' })),
    },
    files: [...files, ...links],
    submodules: entries.filter(({ kind }) => kind === 'submodule'),
  };
}

/** Folder by folder, each depth with one question. */
async function walk(repository: GitRepository, run: Run): Promise<readonly IndexedFile[]> {
  const [commit] = await Array.fromAsync(repository.read([repository.commit], run), (object) =>
    readWhole(object, 'commit', maxTreeBytes),
  );
  const [, top] = /^tree ([0-9a-f]{40})\n/.exec(commit?.toString('latin1') ?? '') ?? [];
  if (top === undefined)
    throw new GitContentError('GIT_OBJECT', `the commit ${repository.commit} names no tree`);
  const found: IndexedFile[] = [];
  let folders: { readonly path: string; readonly oid: string }[] = [{ path: '', oid: top }];
  for (let depth = 0; folders.length > 0; depth += 1) {
    if (depth > maxDepth || found.length > maxFiles)
      throw new GitContentError(
        'GIT_LIMIT',
        `the commit ${repository.commit} has more than ${maxFiles} files, or folders deeper than ${maxDepth}`,
      );
    const trees = new Map<string, readonly GitTreeEntry[]>();
    const oids = [...new Set(folders.map(({ oid }) => oid))];
    for await (const object of repository.read(oids, run))
      trees.set(object.oid, parseTree(object.oid, await readWhole(object, 'tree', maxTreeBytes)));
    const below: typeof folders = [];
    for (const folder of folders)
      for (const { name, kind, oid } of trees.get(folder.oid) ?? []) {
        const path = folder.path === '' ? name : `${folder.path}/${name}`;
        if (kind === 'folder') below.push({ path, oid });
        else found.push({ path, kind, oid });
      }
    folders = below;
  }
  return found;
}

/**
 * The order of a pack, which depends on nothing but the objects: what has one name in the trees lies side by side,
 * where the compressor of the archive finds that it is alike.
 */
export async function nameObjects(
  repository: GitRepository,
  listed: readonly Pick<GitObject, 'oid' | 'type' | 'size'>[],
  run: Run,
): Promise<readonly string[]> {
  const names = new Map<string, string>();
  const trees = listed.filter(({ type }) => type === 'tree').map(({ oid }) => oid);
  for await (const object of repository.read(trees, run))
    for (const { name, oid } of parseTree(
      object.oid,
      await readWhole(object, 'tree', maxTreeBytes),
    )) {
      const known = names.get(oid);
      if (known === undefined || name < known) names.set(oid, name);
    }
  const rank = { commit: 0, tag: 1, tree: 2, blob: 3 } as const;
  return listed
    .map(({ oid, type, size }) => ({ oid, rank: rank[type], size, name: names.get(oid) ?? '' }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        compare(a.name, b.name) ||
        (a.rank < 2 ? 0 : b.size - a.size) ||
        compare(a.oid, b.oid),
    )
    .map(({ oid }) => oid);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function readWhole(
  object: GitObject,
  type: GitObject['type'],
  maxBytes: number,
): Promise<Buffer> {
  requireType(object, type);
  if (object.size > maxBytes)
    throw new GitContentError(
      'GIT_LIMIT',
      `the ${type} ${object.oid} has ${object.size} bytes, at most ${maxBytes} are read`,
    );
  return Buffer.concat(await Array.fromAsync(object.content));
}

function requireType({ oid, type }: GitObject, wanted: GitObject['type']): void {
  if (type !== wanted)
    throw new GitContentError('GIT_OBJECT', `${oid} is a ${type}, and a ${wanted} was named`);
}
