import { createHash } from 'node:crypto';
import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import type { FramedFile } from '../archive/encode-steps.ts';
import { encodingVersion } from '../archive/frame-plan.ts';
import type { FrameStore } from '../archive/frame-store.ts';
import { type WrittenArchive, writeArchive } from '../archive/write-archive.ts';
import { SignedContentError } from '../attestation/attestation-error.ts';
import { InternalError } from '../errors/families.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { ReleaseInputError } from './release-error.ts';
import { writeJudged } from './write-judged.ts';

export interface ReleaseArchiveRequest {
  readonly fileName: string;
  readonly files: readonly FramedFile[];
  readonly compression: 'zstd' | 'none';
  /** Name of the step, for progress. */
  readonly step: string;
}

export interface ReleaseArchivePorts {
  readonly output: OutputFolder;
  readonly compute: Compute;
  readonly frames: FrameStore;
  readonly records: RecordStore;
  /** Judges an archive by the name it is to have: a file on disk, or one that is being written. */
  verify(path: string, judged: JudgedArchive, run: Run): Promise<VerifyReport>;
  /** A signature beside the archive, made while it is still unnamed; undefined where the archive needs none. */
  signBeside?(path: string, digest: Digest, run: Run): Promise<Uint8Array | undefined>;
}

export interface JudgedArchive {
  readonly fileName: string;
  /** Whether the SHA-256 of the whole file is computed in passing. */
  readonly wholeDigest: boolean;
  /** The detached signature, where the archive has one that is not beside it yet. */
  readonly signature?: Uint8Array | Promise<Uint8Array | undefined>;
  /** The bytes while they are being written: then the file is not opened. */
  readonly content?: ChunkSource;
  /** SHA-256 of the bytes as they were written: then nobody has to hash the whole again. */
  readonly writtenDigest?: Promise<Digest>;
}

/** A finished archive of the release. */
export interface ReleaseArchive {
  readonly fileName: string;
  /** SHA-256 of the whole file. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly reused: boolean;
  readonly report: VerifyReport;
  /** The detached signature, as it stands beside the archive. */
  readonly signature?: Uint8Array;
}

/**
 * Writes one archive, judges it with the same verification users run, and only then gives it its name.
 * An archive of an earlier run over the same content is judged again and kept.
 * @throws ReleaseInputError SELF_VERIFY_FAILED: nothing was given a name
 */
export async function writeReleaseArchive(
  request: ReleaseArchiveRequest,
  ports: ReleaseArchivePorts,
  run: Run,
): Promise<ReleaseArchive> {
  const key = archiveKey(request);
  const earlier = await findEarlier(request, key, ports, run);
  if (earlier !== undefined) return earlier;
  const totalBytes = request.files.reduce((sum, file) => sum + file.size, 0);
  await using file = await ports.output.create(request.fileName);
  let signing: Promise<Uint8Array | undefined> | undefined;
  const { written, report } = await writeJudged(
    (reader) =>
      writeArchive(
        request.files,
        file,
        {
          compute: ports.compute,
          frameStore: ports.frames,
          compression: request.compression,
          wholeDigest: true,
          judgedAfterwards: true,
          reader,
          onBytes: (bytes) =>
            run.onProgress?.({
              kind: 'step-progress',
              step: request.step,
              bytes,
              totalBytes,
              phase: 'writing and verifying',
            }),
        },
        run,
      ),
    (content, writing) => {
      const writtenDigest = writing.then(digestOf);
      // Signed as soon as the bytes are there; the judgement waits for the signature before it judges that.
      if (ports.signBeside !== undefined)
        signing = writtenDigest.then((digest) =>
          ports.signBeside?.(file.temporaryPath, digest, run),
        );
      for (const later of [writtenDigest, signing]) later?.catch(() => undefined); // awaited in their turn
      return ports.verify(
        file.temporaryPath,
        {
          fileName: request.fileName,
          wholeDigest: false,
          content,
          writtenDigest,
          ...(signing === undefined ? {} : { signature: signing }),
        },
        { signal: run.signal },
      );
    },
  );
  const digest = digestOf(written);
  const { size } = written;
  const signature = await signing;
  const beside = signature === undefined ? {} : { signature };
  refuseFailed(report, request.fileName);
  await file.commit();
  await ports.records.keep(key, JSON.stringify({ digest, size }));
  return {
    fileName: request.fileName,
    digest,
    size,
    reused: false,
    report: withDigest(report, digest),
    ...beside,
  };
}

function digestOf({ digest }: WrittenArchive): Digest {
  if (digest === undefined) throw new InternalError('the archive writer gave no digest');
  return digest;
}

/** The writer hashed what it wrote: a first and a second run report alike. */
function withDigest(report: VerifyReport, digest: Digest): VerifyReport {
  const { digest: _same, ...archive } = report.archive;
  return { ...report, archive: { ...archive, digest } };
}

/** The archive an earlier run left here, when it holds this very content and still passes. */
async function findEarlier(
  request: ReleaseArchiveRequest,
  key: string,
  ports: ReleaseArchivePorts,
  run: Run,
): Promise<ReleaseArchive | undefined> {
  const record = parseRecord(await ports.records.find(key));
  if (record === undefined || !(await ports.output.list()).includes(request.fileName))
    return undefined;
  const path = ports.output.pathOf(request.fileName);
  let signature: Uint8Array | undefined;
  try {
    signature = await ports.signBeside?.(path, record.digest, run);
  } catch (error) {
    if (error instanceof SignedContentError) return undefined;
    throw error;
  }
  const beside = signature === undefined ? {} : { signature };
  const report = await ports.verify(
    path,
    { fileName: request.fileName, wholeDigest: true, ...beside },
    runWithin(run, request.step, 'verifying what is there'),
  );
  if (report.verdict.outcome === 'fail' || report.archive.digest !== record.digest)
    return undefined;
  return {
    fileName: request.fileName,
    ...record,
    reused: true,
    report: withDigest(report, record.digest),
    ...beside,
  };
}

function parseRecord(
  text: string | undefined,
): { readonly digest: Digest; readonly size: number } | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('digest' in value) || !('size' in value))
      return undefined;
    const { digest, size } = value;
    return typeof digest === 'string' && isDigest(digest) && typeof size === 'number'
      ? { digest, size }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of an archive depend on these and nothing else. */
function archiveKey(request: ReleaseArchiveRequest): string {
  const hash = createHash('sha256').update(`${encodingVersion} ${request.compression}\n`);
  for (const file of request.files)
    hash.update(`${file.name} ${file.mode} ${file.digest} ${file.size}\n`);
  return hash.digest('hex');
}

function refuseFailed(report: VerifyReport, fileName: string): void {
  if (report.verdict.outcome !== 'fail') return;
  const reasons = report.findings.filter(
    (finding) => finding.outcome === 'fail' && finding.severity === 'error',
  );
  throw new ReleaseInputError(
    'SELF_VERIFY_FAILED',
    `${fileName} was made but does not pass verification: ${reasons
      .slice(0, 3)
      .map((finding) => `${finding.id} ${finding.subject.name}: ${finding.message}`)
      .join('; ')}`,
    { suggestions: reasons.slice(0, 3).map((finding) => finding.help.fix) },
  );
}
