import type { Compute } from '../archive/compute.ts';
import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { parseIndex } from '../oci/image-index.ts';
import { blobPath } from '../oci/layout.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import { type BlobSource, type BlobStore, heldContent } from '../ports/blob-store.ts';
import type { PushedDocument } from '../ports/registry-target.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { titleOf } from '../uds/package-manifest.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import { importPackageArchive } from './import-package-archive.ts';
import { ArchivePushError } from './push-error.ts';
import { takeArchiveFiles } from './take-archive-files.ts';

/** An archive in the form a registry has it. */
export interface PublishableArchive {
  readonly kind: 'package' | 'legacy-bundle';
  /** The file as it lies there. */
  readonly archive: { readonly name: string; readonly digest: Digest };
  /** Last part of the repository. */
  readonly name: string;
  readonly tag: string;
  readonly architecture: string;
  readonly manifest: PushedDocument;
  /** What the manifest leads to, each once. */
  readonly blobs: readonly BlobSource[];
}

export interface PublishPorts {
  readonly source: ArchiveSource;
  readonly blobs: BlobStore;
  readonly compute: Compute;
  /** Judges the archive as `verify` does, its digest included. */
  verify(location: string, run: Run): Promise<VerifyReport>;
}

const maxDocumentBytes = 64 * 2 ** 20;

/**
 * Judges an archive, then reads it once more, every content into the store, and says what it is in a registry.
 * That nobody's signature was asked for does not keep it out: who pulls it verifies.
 * @throws ArchivePushError PUSH_REFUSED, PUSH_FORMAT, PUSH_NAME; errors of source and store
 * @see shared reference of the Zarf package format, 8; of the UDS bundle format, 5.2
 */
export async function publishableArchive(
  location: string,
  ports: PublishPorts,
  run: Run,
): Promise<PublishableArchive> {
  const report = await ports.verify(location, runWithin(run, `push ${location}`, 'verifying'));
  const { format, name, digest } = report.archive;
  if (format !== 'zarf-package' && format !== 'uds-legacy') {
    throw new ArchivePushError(
      'PUSH_FORMAT',
      `${location} is ${format === 'uds-next' ? 'a bundle of the next format' : 'no package and no bundle'}, which is not pushed here`,
      {
        suggestions: [
          format === 'uds-next' ? `uds bundle push ${location} …` : 'Name a package or a bundle',
        ],
      },
    );
  }
  const refused = report.findings.find(
    (each) => each.outcome === 'fail' && each.severity === 'error',
  );
  if (report.verdict.outcome === 'fail' || name === null || digest === undefined) {
    throw refusal(
      location,
      refused === undefined
        ? report.verdict.headline
        : `${refused.id} ${refused.subject.name}: ${refused.message}`,
    );
  }
  const archive = { name, digest };
  return format === 'zarf-package'
    ? publishablePackage(location, archive, report, ports, run)
    : publishableBundle(location, archive, report, ports, run);
}

async function publishablePackage(
  location: string,
  archive: PublishableArchive['archive'],
  report: VerifyReport,
  ports: PublishPorts,
  run: Run,
): Promise<PublishableArchive> {
  const judged = { ...ports, verify: () => Promise.resolve(report) };
  const packed = await importPackageArchive(location, judged, run);
  const { metadata, build } = packed.definition;
  const made = packageManifest(packed);
  const flavor = build?.flavor ?? '';
  return {
    kind: 'package',
    archive,
    name: metadata.name,
    tag: tagOf(location, `${metadata.version ?? ''}`, flavor === '' ? '' : `-${flavor}`),
    architecture: build?.architecture ?? metadata.architecture ?? '',
    manifest: { mediaType: mediaTypes.ociManifest, digest: made.digest, bytes: made.bytes },
    blobs: once([heldContent(made.config.bytes), ...packed.files.map(({ blob }) => blob)]),
  };
}

async function publishableBundle(
  location: string,
  archive: PublishableArchive['archive'],
  report: VerifyReport,
  { source, blobs, compute }: PublishPorts,
  run: Run,
): Promise<PublishableArchive> {
  await using opened = await source.open(location, run);
  const { files } = await takeArchiveFiles(opened, archive.name, { blobs, compute }, run);
  const byPath = new Map(files.map(({ path, blob }) => [path, blob]));
  const changed = (): ArchivePushError =>
    refusal(location, 'it changed after it was verified: it holds something else now');
  const contents = files.filter(({ path }) => path.startsWith('blobs/'));
  if (contents.some(({ path, blob }) => path !== blobPath(blob.digest))) throw changed();
  const read = async (blob: BlobSource | undefined): Promise<Uint8Array> => {
    if (blob === undefined || blob.size > maxDocumentBytes) throw changed();
    return Buffer.concat(await Array.fromAsync(blob.open(run)));
  };
  const index = await read(byPath.get('index.json'));
  const [root] = parseIndex(index, undefined, 'index.json').manifests;
  if (root === undefined || root.digest !== report.archive.root?.digest) throw changed();
  const bytes = await read(byPath.get(blobPath(root.digest)));
  const { layers } = parseManifest(bytes, root.mediaType, 'the root manifest');
  const definition = layers.find((layer: Descriptor) => titleOf(layer) === 'uds-bundle.yaml');
  const text = await read(definition && byPath.get(blobPath(definition.digest)));
  const { bundle } = parseUdsBundle(text, 'built');
  if (bundle === undefined) throw refusal(location, 'its uds-bundle.yaml cannot be read');
  const { metadata, build } = bundle;
  return {
    kind: 'legacy-bundle',
    archive,
    name: metadata.name,
    tag: tagOf(location, metadata.version ?? '', ''),
    architecture: build?.architecture ?? metadata.architecture ?? '',
    manifest: { mediaType: root.mediaType, digest: digestOf(bytes), bytes },
    blobs: once(contents.map(({ blob }) => blob)).filter(({ digest }) => digest !== root.digest),
  };
}

function once(blobs: readonly BlobSource[]): readonly BlobSource[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** @throws ArchivePushError PUSH_NAME */
function tagOf(location: string, version: string, flavor: string): string {
  const tag = `${version}${flavor}`;
  if (version !== '' && /^\w[\w.-]{0,127}$/.test(tag)) return tag;
  throw new ArchivePushError(
    'PUSH_NAME',
    version === ''
      ? `${location} has no version, and that is the tag it would get`
      : `${location} would get the tag ${JSON.stringify(tag)}, which is none: letters, digits, '_', '.' and '-' only`,
    { suggestions: ['Give it another version, and assemble it again'] },
  );
}

function refusal(location: string, why: string): ArchivePushError {
  return new ArchivePushError('PUSH_REFUSED', `${location} is not pushed: ${why}`, {
    suggestions: [`cowa-release verify ${location}`],
  });
}
