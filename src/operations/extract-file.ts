import { ArchiveError } from '../archive/archive-error.ts';
import { ByteFeed } from '../archive/byte-feed.ts';
import { decompressed } from '../archive/compressed-input.ts';
import type { Compute } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { cleanPath } from '../archive/entry-path.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readTar } from '../archive/tar-reader.ts';
import { zipContent, zipEntries, zipTailBytes } from '../archive/zip-file.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { PackError } from '../zarf/pack-error.ts';
import { followLinks } from './collect-tree.ts';

/** Content that is packed otherwise, by how it begins. */
const others: readonly (readonly [name: string, hex: string])[] = [
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['lz4', '04224d18'],
  ['lzip', '4c5a4950'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
];

/**
 * Takes one file out of a tar, plain or packed by gzip or zstd, or out of a zip, by the name it has in there: that
 * is what `extractPath` says. Told by content, not by name. Nothing else of the archive is written anywhere.
 * @param path of the archive, for the workspace
 * @param title what people know it by
 * @throws PackError PACK_ARCHIVE, PACK_INPUT_MISSING, PACK_INPUT_KIND
 */
export async function extractFile(
  path: string,
  title: string,
  name: string,
  ports: { readonly workspace: Workspace; readonly blobs: BlobStore; readonly compute?: Compute },
  run: Run,
): Promise<StoredBlob> {
  const { workspace, compute = inProcessCompute() } = ports;
  const { path: real, stat } = await followLinks(path, workspace);
  if (stat.kind !== 'file') throw refused(title, 'is no file');
  const open = () => workspace.open(real, run);
  try {
    const head = await beginning(open());
    const hex = head.toString('hex');
    if (hex.startsWith('504b0304') || hex.startsWith('504b0506'))
      return await fromZip(open, stat.size, title, name, ports, run);
    const [other] = others.find(([, magic]) => hex.startsWith(magic)) ?? [];
    if (other !== undefined)
      throw refused(
        title,
        `is packed by ${other}; a tar, plain or packed by gzip or zstd, or a zip is read`,
      );
    return await fromTar(decompressed(open(), defaultReadLimits, compute), title, name, ports, run);
  } catch (error) {
    if (error instanceof ContainerFault || error instanceof ArchiveError)
      throw refused(title, `cannot be read: ${error.message}`, error);
    throw error;
  }
}

async function fromTar(
  content: AsyncIterable<Uint8Array>,
  title: string,
  name: string,
  { blobs }: { readonly blobs: BlobStore },
  run: Run,
): Promise<StoredBlob> {
  const feed = new ByteFeed(content);
  let found: StoredBlob | undefined;
  let some: string[] = [];
  try {
    for await (const entry of readTar(feed, defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      if (some.length < 8 && entry.type === 'file') some = [...some, entry.name];
      if (cleanPath(entry.name) !== cleanPath(name)) {
        for await (const _passed of entry.content());
        continue;
      }
      if (found !== undefined) throw refused(title, `holds ${name} twice`);
      if (entry.type !== 'file' || entry.name !== name)
        throw refused(title, `holds ${entry.name} as a ${entry.type}, and ${name} is to be a file`);
      found = await blobs.put(entry.content(), { size: entry.size }, run);
    }
  } finally {
    await feed.close();
  }
  if (found === undefined) throw missing(title, name, some);
  return found;
}

async function fromZip(
  open: () => AsyncIterable<Uint8Array>,
  size: number,
  title: string,
  name: string,
  { blobs }: { readonly blobs: BlobStore },
  run: Run,
): Promise<StoredBlob> {
  const entries = zipEntries(await ending(open()), size);
  const named = entries.filter((entry) => cleanPath(entry.name) === cleanPath(name));
  const [entry, second] = named;
  if (entry === undefined)
    throw missing(
      title,
      name,
      entries.slice(0, 8).map((each) => each.name),
    );
  if (second !== undefined) throw refused(title, `holds ${name} twice`);
  if (entry.kind !== 'file' || entry.name !== name)
    throw refused(title, `holds ${entry.name}, and ${name} is to be a file`);
  return blobs.put(zipContent(open(), entry), { size: entry.size }, run);
}

async function beginning(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    head = Buffer.concat([head, chunk.subarray(0, 8)]);
    if (head.length >= 8) break;
  }
  return head;
}

async function ending(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    // Copied: the memory of a chunk may be used again.
    held.push(Buffer.from(chunk));
    size += chunk.length;
    for (let first = held[0]; first !== undefined && size - first.length >= zipTailBytes; ) {
      size -= first.length;
      held = held.slice(1);
      first = held[0];
    }
  }
  return Buffer.concat(held);
}

function missing(title: string, name: string, some: readonly string[]): PackError {
  return new PackError(
    'PACK_INPUT_MISSING',
    `${title} holds no ${name}; it has ${some.join(', ') || 'no files'}`,
    { suggestions: ['Write extractPath as the archive spells it, with ./ where it has one'] },
  );
}

function refused(title: string, what: string, cause?: unknown): PackError {
  return new PackError('PACK_ARCHIVE', `${title} ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: ['Name an archive that holds the one file, or take it out and name it as source'],
  });
}
