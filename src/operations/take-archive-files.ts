import { ArchiveError } from '../archive/archive-error.ts';
import { ByteFeed } from '../archive/byte-feed.ts';
import { decompressed } from '../archive/compressed-input.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { cleanPath, nameFault } from '../archive/entry-path.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readTar, type TarEntry } from '../archive/tar-reader.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import { type BlobStore, type StoredBlob, storedContent } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';
import { MemberError } from './member-error.ts';
import type { PackedFile } from './packed-package.ts';

/** What one reading of a package archive brought into the store. */
export interface TakenFiles {
  /** In the order of the archive, each path once; they open from the store. */
  readonly files: readonly PackedFile[];
  /** Bytes of `zarf.yaml`, where there is one. */
  readonly definition: Uint8Array | undefined;
  /** Bytes of `checksums.txt`, where there is one. */
  readonly checksums: Uint8Array | undefined;
}

interface Ports {
  readonly blobs: BlobStore;
  readonly compute: Compute;
}

/** `zarf.yaml` and `checksums.txt` are read whole. */
const maxDocumentBytes = 64 * 2 ** 20;

/**
 * Reads an archive front to back and puts every file into the store. What the store holds already, by
 * the digest that checksums.txt or the name of a blob promises, is hashed and not written again.
 * Judges names and kinds of entries only: whether they are the right files is the caller's to say.
 * @throws MemberError MEMBER_ENTRY, MEMBER_FILE_MISMATCH; ArchiveError; errors of source and store
 */
export async function takeArchiveFiles(
  archive: OpenArchive,
  subject: string,
  ports: Ports,
  run: Run,
): Promise<TakenFiles> {
  const files = new Map<string, PackedFile>();
  const documents = new Map<string, Uint8Array>();
  const promised = promises(documents);
  const step = `import ${subject}`;
  run.onProgress?.({
    kind: 'step-started',
    step,
    title: `Take in ${subject}`,
    ...(archive.size === undefined ? {} : { totalBytes: archive.size }),
  });
  const content = decompressed(counted(archive, step, run), defaultReadLimits, ports.compute);
  const feed = new ByteFeed(content);
  try {
    for await (const entry of readTar(feed, defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      if (entry.type === 'directory') continue;
      const path = cleanPath(entry.name);
      const fault = entry.type === 'file' ? nameFault(entry.name) : `is a ${entry.type}`;
      const twice = files.has(path) ? 'is there twice' : undefined;
      if (fault !== undefined || twice !== undefined)
        throw badEntry(subject, `"${entry.name}" ${fault ?? twice}`);
      const stored = await takeEntry(entry, path, subject, { ...ports, documents, promised }, run);
      const blob = storedContent(stored, ports.blobs);
      files.set(path, { path, mode: entry.mode & 0o777, blob });
    }
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    if (!(error instanceof ContainerFault)) throw error;
    throw new ArchiveError(error.code, `${subject}: ${error.message}`, { cause: error });
  } finally {
    await feed.close();
  }
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return {
    files: [...files.values()],
    definition: documents.get('zarf.yaml'),
    checksums: documents.get('checksums.txt'),
  };
}

async function* counted(archive: OpenArchive, step: string, run: Run): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of archive.chunks(run)) {
    yield chunk;
    bytes += chunk.length;
    run.onProgress?.({
      kind: 'step-progress',
      step,
      bytes,
      phase: 'taking in',
      ...(archive.size === undefined ? {} : { totalBytes: archive.size }),
    });
  }
}

interface EntryPorts extends Ports {
  readonly documents: Map<string, Uint8Array>;
  promised(path: string): Digest | undefined;
}

async function takeEntry(
  entry: TarEntry,
  path: string,
  subject: string,
  { blobs, compute, documents, promised }: EntryPorts,
  run: Run,
): Promise<StoredBlob> {
  const { size } = entry;
  if (path === 'zarf.yaml' || path === 'checksums.txt') {
    if (size > maxDocumentBytes)
      throw badEntry(subject, `${path} has ${size} bytes, at most ${maxDocumentBytes} are read`);
    const pieces: Uint8Array[] = [];
    for await (const piece of entry.content()) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    documents.set(path, bytes);
    return blobs.put(wholeOf(bytes), { size }, run);
  }
  const expected = promised(path);
  if (expected === undefined || (await blobs.find(expected)) !== size)
    return blobs.put(entry.content(), { size }, run);
  const hash = compute.hash();
  for await (const piece of entry.content()) await hash.update(piece);
  const digest = digestFromHex(await hash.digest());
  if (digest === expected) return { digest, size };
  throw new MemberError(
    'MEMBER_FILE_MISMATCH',
    `${subject}: ${path} has digest ${digest}, promised is ${expected}`,
    { suggestions: ['Get the package again from where it was made; it is never repaired here'] },
  );
}

/** What names and checksums.txt, which mostly comes first, say of a file. Only to save writing: it is judged afterwards. */
function promises(documents: ReadonlyMap<string, Uint8Array>): EntryPorts['promised'] {
  let listed: ReadonlyMap<string, Digest> | undefined;
  return (path) => {
    const [, hex] = /^(?:images\/)?blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (hex !== undefined) return digestFromHex(hex);
    const checksums = documents.get('checksums.txt');
    if (checksums === undefined) return undefined;
    listed ??= new Map(
      [
        ...Buffer.from(checksums)
          .toString('utf8')
          .matchAll(/^([0-9a-f]{64}) (\S+)$/gm),
      ].map(([, digest = '', name = '']) => [name, digestFromHex(digest)]),
    );
    return listed.get(path);
  };
}

function badEntry(subject: string, detail: string): MemberError {
  return new MemberError('MEMBER_ENTRY', `${subject}: the entry ${detail}`, {
    suggestions: ['Get the package again from where it was made; it is never repaired here'],
  });
}

async function* wholeOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
