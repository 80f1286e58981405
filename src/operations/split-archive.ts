import { isArchiveName } from '../archive/archive-name.ts';
import type { Compute } from '../archive/compute.ts';
import {
  maxPartsManifestBytes,
  type PartDigests,
  partsManifestName,
  renderPartsManifest,
} from '../archive/parts-manifest.ts';
import { InputError, UsageError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { ArchiveSource, OpenArchive } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { Run } from '../support/run.ts';
import {
  maxSplitHeaderBytes,
  maxSplitParts,
  refuseSplitPart,
  renderSplitHeader,
  splitPartName,
} from '../zarf/split-part.ts';
import { PartWriter } from './write-part.ts';

/** What was asked for cannot be cut, or not there. */
class SplitError extends InputError<
  | 'SPLIT_NOT_AN_ARCHIVE' // by its name it is no archive, or it has no name
  | 'SPLIT_EMPTY'
  | 'SPLIT_STALE_PARTS'
> {}
/** The size of the parts does not go. */
class SplitUsageError extends UsageError<'SPLIT_TOO_MANY_PARTS'> {}

const maxSignatureBytes = 2 ** 20;

/** Bytes of a piece that can be named when it is bad: a few seconds of burning. */
export const usualChunkBytes = 8 * 2 ** 20;

export interface SplitRequest {
  readonly location: string;
  /** Bytes of a part, at least 1; the last one is what is left. */
  readonly partBytes: number;
  /** Bytes of a chunk, a whole number of 64 KiB. */
  readonly chunkBytes: number;
}

export interface SplitPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly output: OutputFolder;
}

/** A split archive as it lies there now. */
export interface SplitParts {
  readonly archive: { readonly name: string; readonly size: number; readonly digest: Digest };
  readonly partBytes: number;
  readonly chunkBytes: number;
  readonly parts: readonly {
    readonly name: string;
    readonly size: number;
    readonly digest: Digest;
    /** `kept`: the same bytes lay there already. */
    readonly outcome: 'written' | 'kept';
  }[];
  /** Path of part 000. */
  readonly header: string;
  /** Path of the signature that lay beside the archive. */
  readonly signature?: string;
  /** Path of the file with the digests of chunks. */
  readonly manifest: string;
}

/**
 * Cuts an archive into parts for media; nothing is compressed again. Parts get their names one by one,
 * the header last: a killed run leaves whole parts and no header, and the next run keeps them. The same
 * archive and size give the same files.
 * @throws SplitError, SplitUsageError, SplitPartError, ArchiveSourceError, OutputError
 * @see shared reference of the Zarf package format, 1.4
 */
export async function splitArchive(
  request: SplitRequest,
  ports: SplitPorts,
  run: Run,
): Promise<SplitParts> {
  const { location, partBytes, chunkBytes } = request;
  const { source, output, compute } = ports;
  await using archive = await source.open(location, run);
  const { name, size } = nameAndSize(archive);
  const count = Math.ceil(size / partBytes);
  if (count > maxSplitParts) {
    throw new SplitUsageError(
      'SPLIT_TOO_MANY_PARTS',
      `${name} would become ${count} parts; programs that join put at most ${maxSplitParts} in order`,
      { suggestions: [`Use parts of at least ${Math.ceil(size / maxSplitParts)} bytes`] },
    );
  }
  await refuseStale(name, count, output);
  const step = `split ${name}`;
  run.onProgress?.({ kind: 'step-started', step, title: `Split ${name}`, totalBytes: size });
  const whole = compute.hash();
  const parts: (PartDigests & { readonly outcome: 'written' | 'kept' })[] = [];
  let began = false;
  /** Parts of another archive under an old header would be taken for it. */
  const beforeWriting = async (): Promise<void> => {
    if (began) return;
    began = true;
    await output.remove(splitPartName(name, 0));
    await output.remove(partsManifestName(name));
  };
  const chunks = archive.chunks(run);
  let writer: PartWriter | undefined;
  let at = 0;
  try {
    for await (const chunk of chunks) {
      const hashed = whole.update(chunk);
      for (let from = 0; from < chunk.length; ) {
        writer ??= await openPart(parts.length + 1, at, archive, name, request, ports, {
          size,
          beforeWriting,
          run,
        });
        const piece = chunk.subarray(from, from + Math.min(chunk.length - from, writer.room));
        await writer.take(piece);
        from += piece.length;
        at += piece.length;
        if (writer.room > 0) continue;
        parts.push(await writer.finish());
        writer = undefined;
      }
      await hashed;
      await whole.settled();
      chunks.recycle?.(chunk);
      run.onProgress?.({ kind: 'step-progress', step, bytes: at });
    }
  } finally {
    await writer?.[Symbol.asyncDispose]();
  }
  const digest = digestFromHex(await whole.digest());
  const manifest = renderPartsManifest({
    schema: 'cowa-release/parts/v1',
    archive: { name, size, digest },
    chunkSize: chunkBytes,
    parts,
  });
  await settleFile(partsManifestName(name), manifest, maxPartsManifestBytes, output);
  const header = renderSplitHeader({ digest, size, count });
  // Without it the parts would be an archive of nobody on the other side.
  const signature = await source.readSmall(`${location}.sigstore.json`, maxSignatureBytes, run);
  const signatureName = `${name}.sigstore.json`;
  if (signature !== undefined)
    await settleFile(signatureName, signature, maxSignatureBytes, output);
  await settleFile(splitPartName(name, 0), header, maxSplitHeaderBytes, output);
  run.onProgress?.({ kind: 'step-finished', step, outcome: began ? 'done' : 'reused' });
  return {
    archive: { name, size, digest },
    partBytes,
    chunkBytes,
    parts: parts.map((part) => ({
      name: part.name,
      size: part.size,
      digest: part.digest,
      outcome: part.outcome,
    })),
    header: output.pathOf(splitPartName(name, 0)),
    ...(signature === undefined ? {} : { signature: output.pathOf(signatureName) }),
    manifest: output.pathOf(partsManifestName(name)),
  };
}

function nameAndSize({ fileName, size }: OpenArchive): {
  readonly name: string;
  readonly size: number;
} {
  refuseSplitPart(fileName);
  if (fileName === undefined || size === undefined || !isArchiveName(fileName)) {
    throw new SplitError(
      'SPLIT_NOT_AN_ARCHIVE',
      fileName === undefined
        ? 'standard input has no name and no size that parts could be made by'
        : `${fileName} is no archive by its name: that ends in .tar.zst or .tar`,
      { suggestions: ['Name a Zarf package or a UDS bundle'] },
    );
  }
  if (size === 0) throw new SplitError('SPLIT_EMPTY', `${fileName} is empty`);
  return { name: fileName, size };
}

/** Programs that join take whatever is named like a part. */
async function refuseStale(name: string, count: number, output: OutputFolder): Promise<void> {
  const expected = new Set(
    Array.from({ length: count + 1 }, (_, number) => splitPartName(name, number)),
  );
  const stale = (await output.list()).filter(
    (each) => each.startsWith(`${name}.part`) && !expected.has(each),
  );
  const [first] = stale;
  if (first === undefined) return;
  throw new SplitError(
    'SPLIT_STALE_PARTS',
    `${output.pathOf(first)} would be joined with the ${count} parts of ${name}${stale.length > 1 ? `, and ${stale.length - 1} more` : ''}`,
    {
      suggestions: ['Remove what is left of an earlier split, or choose another folder with --out'],
    },
  );
}

async function openPart(
  number: number,
  start: number,
  archive: OpenArchive,
  name: string,
  { partBytes, chunkBytes }: SplitRequest,
  { source, compute, output }: SplitPorts,
  {
    size,
    beforeWriting,
    run,
  }: { readonly size: number; readonly beforeWriting: () => Promise<void>; readonly run: Run },
): Promise<PartWriter> {
  return PartWriter.open(
    {
      name: splitPartName(name, number),
      size: Math.min(partBytes, size - start),
      chunkBytes,
      again: (bytes) => sliceOf(archive, start, bytes, run),
      beforeWriting,
    },
    { source, compute, output },
    run,
  );
}

/** The first bytes of a part once more, for one that was thought to be there already. */
async function* sliceOf(
  { ranges }: OpenArchive,
  start: number,
  bytes: number,
  run: Run,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += usualChunkBytes) {
    run.signal.throwIfAborted();
    yield (await ranges?.read(start + at, Math.min(usualChunkBytes, bytes - at))) ??
      new Uint8Array();
  }
}

/** Writes a small file where it does not lie there already. */
async function settleFile(
  name: string,
  content: string | Uint8Array,
  maxBytes: number,
  output: OutputFolder,
): Promise<void> {
  const bytes = Buffer.from(content);
  const there = await output.read(name, maxBytes).catch(() => undefined); // too large: not ours
  if (there !== undefined && Buffer.compare(there, bytes) === 0) return;
  await using file = await output.create(name);
  await file.write([bytes]);
  await file.commit();
}
