import type { Compute } from '../archive/compute.ts';
import { writeArchive } from '../archive/write-archive.ts';
import { CowaError, InternalError, UsageError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import { type BlobSource, type BlobStore, heldContent } from '../ports/blob-store.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { Published, PublishedDocument, PublishedSource } from '../ports/published-source.ts';
import type { ReferrerSource } from '../ports/referrer-source.ts';
import type { Run } from '../support/run.ts';
import { metadataTitles } from './archive-order.ts';
import { publishedFiles } from './published-files.ts';
import { namePublished } from './published-name.ts';
import { type StoredBlobs, storeBlobs } from './store-blobs.ts';
import { findReferrers, type LaidBeside, layBeside } from './take-referrers.ts';

/** Something of that name is there. */
class PullUsageError extends UsageError<'PULL_TARGET_EXISTS'> {}

export interface PullRequest {
  /** `oci://host/repository:tag`, or with a digest. */
  readonly reference: string;
  readonly architecture: string;
  /** Put the archive in the place of another file of its name. */
  readonly replace: boolean;
}

export interface PullPorts {
  readonly published: PublishedSource;
  /** What is about it is brought along from there; without it, the archive alone. */
  readonly referrers?: ReferrerSource;
  /** What was fetched stays here: an interrupted pull goes on where it was. */
  readonly blobs: BlobStore;
  readonly compute: Compute;
  readonly output: OutputFolder;
}

/** What lies there now. */
export interface PulledArchive {
  readonly archive: string;
  readonly kind: Published['kind'];
  /** Of the manifest (package), root manifest (legacy) or index (next) it was published under. */
  readonly published: Digest;
  /** Bytes of the file. */
  readonly size: number;
  /** Of the file: that of the file that was pushed only where this program wrote that, too. */
  readonly digest: Digest;
  readonly blobs: { readonly total: number; readonly fetched: number; readonly bytes: number };
  /** Files of packages that a bundle names and the registry does not have: components that were left out. */
  readonly absent: readonly string[];
  /** What was published beside it, where that was asked for. */
  readonly beside?: PulledBeside;
}

/** Statements, signatures and SBOMs that came along. */
export interface PulledBeside {
  readonly files: readonly LaidBeside[];
  /** Further artifacts about it that are nothing `verify` reads. */
  readonly others: number;
  /**
   * Whether the file that was written is the one they were pushed beside, byte for byte, as far as whoever pushed
   * said so. Where it is not, what they say of that file is not said of this one.
   */
  readonly sameFile: boolean | null;
  /** Digests of the files they were pushed beside. */
  readonly pushedBeside: readonly Digest[];
}

/**
 * Fetches a published Zarf package or UDS bundle into an archive that `verify` judges. Contents stay as
 * they are, so that signatures inside still hold; every one is compared with its digest while it comes in.
 * @throws PullError PULL_DEFINITION, PULL_NAME, PULL_SIZE; PullUsageError PULL_TARGET_EXISTS, OutputError; errors of the source and of the store
 * @see shared reference of the Zarf package format, 8; of the UDS bundle format, 5.2
 */
export async function pullArchive(
  request: PullRequest,
  ports: PullPorts,
  run: Run,
): Promise<PulledArchive> {
  const { reference, architecture, replace } = request;
  const { blobs, compute, output } = ports;
  const published = await ports.published.fetchPublished(reference, { architecture }, run);
  const { fileName, plain, version } = await namePublished(published, request, blobs, run);
  if (!replace && (await output.list()).includes(fileName)) {
    throw new PullUsageError('PULL_TARGET_EXISTS', `${output.pathOf(fileName)} is there already`, {
      suggestions: ['Choose another folder with --out, or replace it with --replace'],
    });
  }
  const subject = digestOfPublished(published);
  const about =
    ports.referrers === undefined
      ? undefined
      : await findReferrers(
          { reference, subject, archive: fileName },
          { referrers: ports.referrers, blobs },
          run,
        );
  const contents = contentsOf(published);
  const { total, fetched, absent } = await fetchAll(contents, reference, blobs, run);
  for (const { bytes, digest } of documentsOf(published))
    if ((await blobs.find(digest)) !== bytes.length)
      await blobs.put(heldContent(bytes).open(run), { digest }, run);
  const files = publishedFiles(published, new Set(absent), version, blobs);
  const step = `write ${fileName}`;
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  run.onProgress?.({ kind: 'step-started', step, title: `Write ${fileName}`, totalBytes });
  await using file = await output.create(fileName);
  const written = await writeArchive(
    files,
    file,
    {
      compute,
      compression: plain ? 'none' : 'zstd',
      wholeDigest: true,
      onBytes: (bytes) => run.onProgress?.({ kind: 'step-progress', step, bytes, totalBytes }),
    },
    run,
  );
  if (written.digest === undefined) throw new InternalError('the archive writer gave no digest');
  // The archive comes last: where it has its name, nothing that speaks of it is missing.
  const laid =
    about === undefined ? [] : await layBeside(about.files, { output, blobs }, replace, run);
  await file.commit();
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  const { digest } = written;
  return {
    archive: output.pathOf(fileName),
    kind: published.kind,
    published: subject,
    size: written.size,
    digest,
    blobs: { total: total.blobs, fetched: fetched.blobs, bytes: total.bytes },
    absent: titlesOf(published, new Set(absent)),
    ...(about === undefined
      ? {}
      : {
          beside: {
            files: laid,
            others: about.others,
            sameFile:
              about.pushedBeside.length === 0
                ? null
                : about.pushedBeside.every((each) => each === digest),
            pushedBeside: about.pushedBeside,
          },
        }),
  };
}

/** Kept by digest too: the next run asks for what the tag means now, and for nothing else. */
function documentsOf(published: Published): readonly PublishedDocument[] {
  switch (published.kind) {
    case 'package':
      return [published.manifest];
    case 'legacy-bundle':
      return [published.root, ...published.packages.map(({ manifest }) => manifest)];
    case 'next-bundle':
      return [published.index, ...published.documents];
  }
}

interface Content {
  readonly blob: BlobSource;
  /** A file of a package in a bundle: publishing leaves out those of components that were not selected. */
  readonly optional: boolean;
}

function contentsOf(published: Published): readonly Content[] {
  const needed = (blob: BlobSource): Content => ({ blob, optional: false });
  switch (published.kind) {
    case 'package':
      return published.files.map(({ blob }) => needed(blob));
    case 'legacy-bundle':
      return [
        needed(published.config),
        needed(published.definition),
        ...published.packages.flatMap(({ config, files }) => [
          ...(config === undefined ? [] : [{ blob: config, optional: true }]),
          ...files.map(({ path, blob }) => ({
            blob,
            optional: path === undefined || !metadataTitles.includes(path),
          })),
        ]),
      ];
    case 'next-bundle':
      return [
        ...published.blobs,
        ...(published.signature === undefined ? [] : [published.signature]),
      ].map(needed);
  }
}

/** Brings every content into the store that is not there. */
function fetchAll(
  contents: readonly Content[],
  reference: string,
  store: BlobStore,
  run: Run,
): Promise<StoredBlobs> {
  const needed = new Set(contents.flatMap(({ blob, optional }) => (optional ? [] : blob.digest)));
  return storeBlobs(
    contents.map(({ blob }) => blob),
    store,
    {
      name: `fetch ${reference}`,
      title: (missing, of) => `Fetch ${missing} of ${of} files of ${reference}`,
      mayLack: ({ digest }, error) =>
        !needed.has(digest) && error instanceof CowaError && error.code === 'REGISTRY_NOT_FOUND',
    },
    run,
  );
}

function titlesOf(published: Published, absent: ReadonlySet<Digest>): readonly string[] {
  if (published.kind !== 'legacy-bundle' || absent.size === 0) return [];
  const files = published.packages.flatMap(({ files: all }) => all);
  const titles = files.flatMap(({ path, blob }) =>
    absent.has(blob.digest) ? [path ?? blob.digest] : [],
  );
  return [...new Set(titles)].sort();
}

function digestOfPublished(published: Published): Digest {
  switch (published.kind) {
    case 'package':
      return published.manifest.digest;
    case 'legacy-bundle':
      return published.root.digest;
    case 'next-bundle':
      return published.index.digest;
  }
}
