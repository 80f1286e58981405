import { type Digest, isDigest } from '../oci/digest.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import { heldContent } from '../ports/blob-store.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import { RemoteInputError } from './input-error.ts';

/** A file of a fetched folder; its content lies in the blob store. */
interface TreeFile {
  /** Plain relative path. */
  readonly path: string;
  readonly mode: number;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A fetched folder: a document that names its files by digest, kept like them. */
export interface FetchedTree {
  readonly blobs: readonly TreeFile[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

const schema = 'cowa-release/fetched-tree/v1';
const limits = { maxBytes: 512 * 2 ** 20, maxDepth: 8 };

/** Writes the document of a folder, in one form: equal folders give equal digests. */
export function storeTree(
  { blobs: files, links }: FetchedTree,
  blobs: BlobStore,
  run: Run,
): Promise<StoredBlob> {
  const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
  // Written out: the order of members is part of the digest.
  const document = {
    schema,
    blobs: files
      .toSorted(byPath)
      .map(({ path, mode, digest, size }) => ({ path, mode, digest, size })),
    links: links.toSorted(byPath).map(({ path, target }) => ({ path, target })),
  };
  return blobs.put(heldContent(Buffer.from(`${JSON.stringify(document)}\n`)).open(run), {}, run);
}

/**
 * A folder by the digest of its document, with everything in it.
 * @returns undefined where the document or one of its files is not held
 * @throws RemoteInputError INPUT_DOCUMENT: what is held under that digest is no such document
 */
export async function heldTree(
  digest: Digest,
  blobs: BlobStore,
  run: Run,
): Promise<FetchedTree | undefined> {
  const size = await blobs.find(digest);
  if (size === undefined) return undefined;
  const tree = parseTreeDocument(
    size > limits.maxBytes
      ? new Uint8Array(0)
      : Buffer.concat(await Array.fromAsync(blobs.open(digest, run))),
    digest,
  );
  for (const file of tree.blobs)
    if ((await blobs.find(file.digest)) !== file.size) return undefined;
  return tree;
}

/** @throws RemoteInputError INPUT_DOCUMENT */
function parseTreeDocument(bytes: Uint8Array, digest: Digest): FetchedTree {
  const { value } = parseJsonStrict(bytes, limits);
  const at = (from: unknown, name: string): unknown => Reflect.get(Object(from), name);
  const files = at(value, 'blobs');
  const links = at(value, 'links');
  if (at(value, 'schema') === schema && Array.isArray(files) && Array.isArray(links)) {
    const blobs = files.flatMap((each: unknown) => {
      const [path, mode, named, size] = ['path', 'mode', 'digest', 'size'].map((name) =>
        at(each, name),
      );
      return typeof path === 'string' &&
        typeof mode === 'number' &&
        typeof named === 'string' &&
        isDigest(named) &&
        typeof size === 'number'
        ? [{ path, mode, digest: named, size }]
        : [];
    });
    const targets = links.flatMap((each: unknown) => {
      const [path, target] = [at(each, 'path'), at(each, 'target')];
      return typeof path === 'string' && typeof target === 'string' ? [{ path, target }] : [];
    });
    if (blobs.length === files.length && targets.length === links.length)
      return { blobs, links: targets };
  }
  throw new RemoteInputError(
    'INPUT_DOCUMENT',
    `${digest} is locked as a Git repository and is no list of its files`,
    { suggestions: ['Put back the lock file, or lock it anew: cowa-release images lock'] },
  );
}
