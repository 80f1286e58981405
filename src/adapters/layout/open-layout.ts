import { posix } from 'node:path';
import { ByteFeed } from '../../archive/byte-feed.ts';
import { decompressed } from '../../archive/compressed-input.ts';
import type { Compute } from '../../archive/compute.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { ContainerFault } from '../../archive/container-fault.ts';
import { cleanPath, nameFault } from '../../archive/entry-path.ts';
import { defaultReadLimits } from '../../archive/read-limits.ts';
import { readTar, type TarEntry } from '../../archive/tar-reader.ts';
import { digestFromHex } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import type { BlobStore, StoredBlob } from '../../ports/blob-store.ts';
import type { Workspace } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';
import { folderFiles, type LayoutFiles } from './layout-files.ts';

const maxLinks = 8;

/**
 * The files of a folder in place, or those of a tar (plain, gzip or zstd), read once into the blob store.
 * @throws LayoutError LAYOUT_MISSING, LAYOUT_INVALID; ArchiveError for damaged compression
 */
export async function openLayout(
  path: string,
  workspace: Workspace,
  blobs: BlobStore,
  run: Run,
): Promise<LayoutFiles> {
  const stat = await workspace.stat(path);
  if (stat?.kind === 'directory') return folderFiles(path, workspace);
  if (stat?.kind !== 'file') {
    throw new LayoutError('LAYOUT_MISSING', `${path} is neither a folder nor a file`, {
      suggestions: [
        'Check the path: under imageSources it is relative to the folder of cowa-release.yaml, on the command line to the folder you are in',
      ],
    });
  }
  return tarFiles(path, workspace, blobs, run);
}

/** A content goes into the store, unless its name promises a digest that is there: then it is only hashed. */
async function stored(
  entry: TarEntry,
  name: string,
  { blobs, compute }: { readonly blobs: BlobStore; readonly compute: Compute },
  run: Run,
): Promise<StoredBlob> {
  const { size } = entry;
  const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
  const promised = hex === undefined ? undefined : digestFromHex(hex);
  if (promised === undefined || (await blobs.find(promised)) !== size)
    return blobs.put(entry.content(), { size }, run);
  const hash = compute.hash();
  for await (const piece of entry.content()) await hash.update(piece);
  const digest = digestFromHex(await hash.digest());
  if (digest === promised) return { digest, size };
  throw new OciError('OCI_DIGEST_MISMATCH', `${name} hashes to ${digest}`);
}

/** Nothing is written under a name of the tar: contents go into the store by digest. */
async function tarFiles(
  origin: string,
  workspace: Workspace,
  blobs: BlobStore,
  run: Run,
): Promise<LayoutFiles> {
  await using compute = inProcessCompute();
  const files = new Map<string, StoredBlob>();
  const links = new Map<string, string>();
  const feed = new ByteFeed(decompressed(workspace.open(origin, run), defaultReadLimits, compute));
  const end = { endBlocks: 0 };
  try {
    for await (const entry of readTar(feed, defaultReadLimits, end)) {
      run.signal.throwIfAborted();
      const name = cleanPath(entry.name);
      if (entry.type === 'directory') continue;
      const fault = entry.nameIsUtf8 ? nameFault(entry.name) : 'is not UTF-8';
      if (fault !== undefined)
        throw bad(origin, `the entry name ${JSON.stringify(entry.name.slice(0, 200))} ${fault}`);
      if (files.has(name) || links.has(name)) throw bad(origin, `two entries are called ${name}`);
      if (entry.type === 'file')
        files.set(name, await stored(entry, name, { blobs, compute }, run));
      // Old docker save: a layer that several images share is a link to its first copy.
      else if (entry.type === 'symlink')
        links.set(name, posix.join(posix.dirname(name), entry.linkTarget ?? ''));
      // Bundles of both layouts have every content twice.
      else if (entry.type === 'hardlink') links.set(name, cleanPath(entry.linkTarget ?? ''));
      else throw bad(origin, `${name} is a ${entry.type}, which no image archive holds`);
    }
  } catch (error) {
    throw error instanceof ContainerFault ? bad(origin, error.message, error) : error;
  } finally {
    await feed.close();
  }
  if (end.endBlocks < 2) throw bad(origin, 'the tar is cut short');
  const find = (path: string): StoredBlob | undefined => {
    let at: string | undefined = path;
    for (let hops = 0; hops < maxLinks && at !== undefined && links.has(at); hops++)
      at = links.get(at);
    return at === undefined ? undefined : files.get(at);
  };
  return {
    origin,
    size: async (path) => find(path)?.size,
    open: (path, reading) => {
      const blob = find(path);
      if (blob === undefined)
        throw new LayoutError('LAYOUT_BLOB_MISSING', `${origin} has no ${path}`);
      return blobs.open(blob.digest, reading);
    },
  };
}

function bad(origin: string, detail: string, cause?: unknown): LayoutError {
  return new LayoutError('LAYOUT_INVALID', `${origin} cannot be used: ${detail}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: ['Export the image again (docker save, skopeo copy)'],
  });
}
