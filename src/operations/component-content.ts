import { createHash } from 'node:crypto';
import type { Compute } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { tarStream, tarStreamBytes } from '../archive/tar-writer.ts';
import { type Digest, digestFromHex, isDigest } from '../oci/digest.ts';
import { type BlobSource, type BlobStore, storedContent } from '../ports/blob-store.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import { type ComponentEntry, componentTarEntries } from '../zarf/component-tar.ts';
import { PackError } from '../zarf/pack-error.ts';
import { hashChunks } from './hash-chunks.ts';
import type { RecordedReads } from './record-reads.ts';

export interface ComponentPorts {
  readonly blobs: BlobStore;
  /** Computes the hashes; in this process unless given. */
  readonly compute?: Compute;
  /** Remembers the digests of large tars, by what their files look like from outside. */
  readonly records?: RecordStore;
  /** Who wants to know what was read. */
  readonly reads?: RecordedReads;
}

/** Tars up to this many bytes are stored. */
const mostStoredBytes = 16 * 2 ** 20;

/**
 * The tar of a component. A large one is not stored: it is made from the files of the user whenever it is read.
 * @param lasting false where the files may be gone later: then it is stored, however large
 */
export async function componentContent(
  name: string,
  entries: readonly ComponentEntry[],
  lasting: boolean,
  { blobs, compute = inProcessCompute(), records, reads }: ComponentPorts,
  run: Run,
): Promise<BlobSource> {
  const tar = (within: Run) => tarStream(componentTarEntries(name, entries, within));
  const size = tarStreamBytes(componentTarEntries(name, entries, run));
  if (size <= mostStoredBytes || !lasting)
    return storedContent(await blobs.put(counted(tar(run), name, entries, run), {}, run), blobs);
  const key = recordKey(name, entries);
  const known = key === undefined ? undefined : parse(await records?.find(key));
  const digest =
    known?.digest ?? (await hashChunks(counted(tar(run), name, entries, run), compute)).digest;
  for (const { origin } of entries) {
    const seen = origin === undefined ? undefined : known?.files.get(origin.path);
    if (origin !== undefined && seen !== undefined) reads?.note(origin.path, seen, origin.stamp);
  }
  if (key !== undefined && known === undefined)
    await records?.keep(key, render(digest, entries, reads));
  const forget = async (): Promise<void> => {
    if (key !== undefined) await records?.keep(key, '');
  };
  return {
    digest,
    size,
    open: (within) => unchanged(tar(within), name, digest, forget),
    openUnchecked: tar,
  };
}

/** A tar made again is the same, or the files it is made of changed. @throws PackError PACK_INPUT_CHANGED */
async function* unchanged(
  tar: AsyncIterable<Uint8Array>,
  name: string,
  digest: Digest,
  forget: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of tar) {
    hash.update(chunk);
    yield chunk;
  }
  if (digestFromHex(hash.digest('hex')) === digest) return;
  await forget();
  throw new PackError(
    'PACK_INPUT_CHANGED',
    `the files of component '${name}' changed while the package was made`,
    { suggestions: ['Run again when nothing writes to them any more'] },
  );
}

/**
 * What the tar is made of, as far as it shows without reading; undefined where a change might not show. That the
 * digest kept under it is right is seen when the archive is judged, like with every other content.
 */
function recordKey(name: string, entries: readonly ComponentEntry[]): string | undefined {
  if (entries.some(({ type, origin }) => type === 'file' && origin?.stamp === undefined))
    return undefined;
  const seen = entries.map(({ path, type, mode, size, linkTarget, origin }) => [
    ...[path, type, mode, size, linkTarget, origin?.path, origin?.stamp],
  ]);
  const hash = createHash('sha256').update(JSON.stringify([name, seen]));
  return `component-${hash.digest('hex')}`;
}

interface TarRecord {
  readonly digest: Digest;
  /** Digests of its files, read in the same pass. */
  readonly files: ReadonlyMap<string, Digest>;
}

function render(
  digest: Digest,
  entries: readonly ComponentEntry[],
  reads: RecordedReads | undefined,
): string {
  const files = entries.flatMap(({ origin }) => {
    const read = origin === undefined ? undefined : reads?.digestOf(origin.path);
    return origin === undefined || read === undefined ? [] : [[origin.path, read]];
  });
  return JSON.stringify({ digest, files });
}

/** A record may be damaged: then it says nothing. */
function parse(record: string | undefined): TarRecord | undefined {
  if (record === undefined) return undefined;
  const { value } = parseJsonStrict(Buffer.from(record), { maxBytes: 2 ** 26, maxDepth: 8 });
  const { digest, files }: Record<string, unknown> = Object(value);
  if (typeof digest !== 'string' || !isDigest(digest) || !Array.isArray(files)) return undefined;
  const known = files.flatMap((item: unknown): readonly (readonly [string, Digest])[] => {
    const [path, read]: readonly unknown[] = Array.isArray(item) ? item : [];
    return typeof path === 'string' && typeof read === 'string' && isDigest(read)
      ? [[path, read]]
      : [];
  });
  return { digest, files: new Map(known) };
}

/** The tar as it is, told of while it goes by. */
async function* counted(
  tar: AsyncIterable<Uint8Array>,
  name: string,
  entries: readonly ComponentEntry[],
  run: Run,
): AsyncGenerator<Uint8Array> {
  const progress = {
    kind: 'step-progress',
    step: `component ${name}`,
    phase: `packing ${name}`,
    totalBytes: entries.reduce((sum, { size }) => sum + size, 0),
  } as const;
  let bytes = 0;
  for await (const chunk of tar) {
    yield chunk;
    bytes += chunk.length;
    run.onProgress?.({ ...progress, bytes: Math.min(bytes, progress.totalBytes) });
  }
}
