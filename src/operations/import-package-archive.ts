import { ByteFeed } from '../archive/byte-feed.ts';
import { ArchiveError } from '../archive/archive-error.ts';
import { decompressed } from '../archive/compressed-input.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { cleanPath, nameFault } from '../archive/entry-path.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readTar, type TarEntry } from '../archive/tar-reader.ts';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import type { ArchiveSource, OpenArchive } from '../ports/archive-source.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { MemberError } from './member-error.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';
import { ReleaseInputError } from './release-error.ts';
import { hasSignature, requirePackageFiles } from './require-package-files.ts';

export interface ImportArchivePorts {
  readonly source: ArchiveSource;
  readonly blobs: BlobStore;
  /** Judges the archive as `verify` does. */
  verify(location: string, run: Run): Promise<VerifyReport>;
  /** Computes the hashes; in this process unless given. */
  readonly compute?: Compute;
}

/** Documents read whole: `zarf.yaml` and `checksums.txt`. */
const maxDocumentBytes = 64 * 2 ** 20;

/**
 * Takes a finished Zarf package archive of any maker as it is, to become part of a bundle: verified
 * first, then read once, every content into the store. Nothing of it is rewritten.
 *
 * That it is unsigned, or signed by somebody whose key was not given, does not keep it out; a note
 * says so. The second reading is bound to the first by the digest of the definition, from which
 * everything else follows, so that a file swapped in between is noticed.
 * @param location a path the source knows
 * @throws ReleaseInputError MEMBER_REFUSED: it does not pass verification
 * @throws MemberError all codes but MEMBER_NOT_FOUND; ArchiveSourceError, ArchiveError
 */
export async function importPackageArchive(
  location: string,
  ports: ImportArchivePorts,
  run: Run,
): Promise<PackedPackage> {
  const report = await ports.verify(location, run);
  requireFit(report, location, run);
  await using archive = await ports.source.open(location, run);
  const { fileName } = archive;
  if (fileName === undefined) {
    throw new MemberError('MEMBER_NAME_UNKNOWN', `the package at ${location} has no file name`, {
      suggestions: ['Name a file: a bundle records what its packages were called'],
    });
  }
  const taken = await takeFiles(archive, fileName, ports, run);
  const root = report.archive.root?.digest;
  if (taken.definition === undefined || digestOf(taken.definition) !== root) {
    throw new MemberError(
      'MEMBER_CHANGED',
      `${fileName} changed after it was verified: its zarf.yaml is another one now`,
      { suggestions: ['Run again when nothing writes to the file any more'] },
    );
  }
  const definition = requirePackageFiles({
    subject: fileName,
    files: taken.files.map(({ path, blob }) => ({ path, digest: blob.digest })),
    definition: taken.definition,
    checksums: taken.checksums,
  });
  return { definition, fileName, files: taken.files, signed: hasSignature(taken.files) };
}

function requireFit(report: VerifyReport, location: string, run: Run): void {
  const { archive, verdict, findings } = report;
  const name = archive.name ?? location;
  if (verdict.outcome === 'fail') {
    const reasons = findings.filter(({ outcome, severity }) => outcome === 'fail' && severity === 'error');
    throw new ReleaseInputError(
      'MEMBER_REFUSED',
      `the package ${name} does not pass verification: ${reasons
        .slice(0, 3)
        .map(({ id, subject, message }) => `${id} ${subject.name}: ${message}`)
        .join('; ')}`,
      { suggestions: [`cowa-release verify ${location}`, ...reasons.slice(0, 3).map(({ help }) => help.fix)] },
    );
  }
  if (archive.format !== 'zarf-package') {
    throw new MemberError(
      'MEMBER_NOT_A_PACKAGE',
      `${name} is ${archive.format === 'unknown' ? 'no package' : `a ${archive.format} bundle`}, a bundle is made of Zarf packages`,
      { suggestions: ['Name the zarf-package-*.tar.zst file that is meant'] },
    );
  }
  const unseen = verdict.missingEvidence.filter((area) => area !== 'signature');
  if (unseen.length > 0) {
    throw new ReleaseInputError(
      'MEMBER_REFUSED',
      `the package ${name} could not be judged: ${unseen.join(', ')} could not be looked at`,
      { suggestions: [`cowa-release verify ${location}`] },
    );
  }
  if (verdict.missingEvidence.length > 0 || verdict.weakenedBy.length > 0) {
    run.onProgress?.({
      kind: 'note',
      message: `${name} goes into the bundle without a signature that was checked: ${verdict.headline}`,
    });
  }
}

interface TakenFiles {
  readonly files: readonly PackedFile[];
  readonly definition: Uint8Array | undefined;
  readonly checksums: Uint8Array | undefined;
}

async function takeFiles(
  archive: OpenArchive,
  subject: string,
  { blobs, compute = inProcessCompute() }: ImportArchivePorts,
  run: Run,
): Promise<TakenFiles> {
  const files = new Map<string, PackedFile>();
  const documents = new Map<string, Uint8Array>();
  const step = `import ${subject}`;
  run.onProgress?.({
    kind: 'step-started',
    step,
    title: `Take in ${subject}`,
    ...(archive.size === undefined ? {} : { totalBytes: archive.size }),
  });
  const feed = new ByteFeed(decompressed(counted(archive, step, run), defaultReadLimits, compute));
  try {
    for await (const entry of readTar(feed, defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      if (entry.type === 'directory') continue;
      const path = cleanPath(entry.name);
      const fault = entry.type === 'file' ? nameFault(entry.name) : `is a ${entry.type}`;
      const twice = files.has(path) ? 'is there twice' : undefined;
      if (fault !== undefined || twice !== undefined)
        throw new MemberError('MEMBER_ENTRY', `${subject}: the entry "${entry.name}" ${fault ?? twice}`);
      const stored = await takeEntry(entry, path, documents, { blobs, compute }, run);
      const blob = { ...stored, open: (reading: Run) => blobs.open(stored.digest, reading) };
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
    run.onProgress?.({ kind: 'step-progress', step, bytes });
  }
}

/** Puts one content into the store; what is there already by its promised digest is only hashed. */
async function takeEntry(
  entry: TarEntry,
  path: string,
  documents: Map<string, Uint8Array>,
  ports: { readonly blobs: BlobStore; readonly compute: Compute },
  run: Run,
): Promise<StoredBlob> {
  const { size } = entry;
  if (path === 'zarf.yaml' || path === 'checksums.txt') {
    if (size > maxDocumentBytes)
      throw new MemberError('MEMBER_ENTRY', `${path} has ${size} bytes, at most ${maxDocumentBytes} are read`);
    const bytes = Buffer.concat(await Array.fromAsync(entry.content(), (piece) => Uint8Array.from(piece)));
    documents.set(path, bytes);
    return ports.blobs.put(one(bytes), { size }, run);
  }
  const promised = promisedDigest(path, documents.get('checksums.txt'));
  if (promised !== undefined && (await ports.blobs.find(promised)) === size) {
    const hash = ports.compute.hash();
    for await (const piece of entry.content()) await hash.update(piece);
    return { digest: digestFromHex(await hash.digest()), size };
  }
  return ports.blobs.put(entry.content(), { size }, run);
}

/** What checksums.txt, which mostly comes first, says of a file. Only a hint here: it is judged afterwards. */
function promisedDigest(path: string, checksums: Uint8Array | undefined): Digest | undefined {
  const [, layer] = /^images\/blobs\/sha256\/([0-9a-f]{64})$/.exec(path) ?? [];
  if (layer !== undefined) return digestFromHex(layer);
  if (checksums === undefined) return undefined;
  const text = Buffer.from(checksums).toString('latin1');
  const end = ` ${path}\n`;
  const at = text.indexOf(end);
  const hex = at < 64 ? '' : text.slice(at - 64, at);
  return /^[0-9a-f]{64}$/.test(hex) ? digestFromHex(hex) : undefined;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
