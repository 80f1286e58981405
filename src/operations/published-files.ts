import type { ArchiveFile } from '../archive/archive-file.ts';
import { smallFileBytes } from '../archive/frame-plan.ts';
import type { Digest } from '../oci/digest.ts';
import { blobPath, layoutMarker } from '../oci/layout.ts';
import {
  type BlobSource,
  type BlobStore,
  heldContent,
  storedContent,
} from '../ports/blob-store.ts';
import type { Published } from '../ports/published-source.ts';
import { renderLegacyIndex } from '../uds/legacy-layout.ts';
import {
  metadataTitles,
  packageArchiveOrder,
  packageFileMode,
  toArchiveFile,
} from './archive-order.ts';

const fileMode = 0o644;
/**
 * The files of the archive that is written of what was published, metadata first.
 * @param absent contents the registry does not have
 * @param version tag of a legacy bundle
 */
export function publishedFiles(
  published: Published,
  absent: ReadonlySet<Digest>,
  version: string,
  store: BlobStore,
): readonly ArchiveFile[] {
  switch (published.kind) {
    case 'package':
      return packageArchiveOrder(
        published.files.map(({ path, blob }) => ({
          path,
          mode: packageFileMode(path),
          blob: storedContent(blob, store),
        })),
      );
    case 'legacy-bundle':
      return legacyFiles(published, absent, version, store);
    case 'next-bundle':
      return nextFiles(published, store);
  }
}

/** In the order this program writes bundles in: index and manifests first, then what says what a package is, then the contents. */
function legacyFiles(
  { root, config, definition, packages }: Extract<Published, { kind: 'legacy-bundle' }>,
  absent: ReadonlySet<Digest>,
  version: string,
  store: BlobStore,
): readonly ArchiveFile[] {
  const ordered = new Map<Digest, BlobSource>();
  const add = (blob: BlobSource | undefined): void => {
    if (blob !== undefined && !absent.has(blob.digest) && !ordered.has(blob.digest))
      ordered.set(blob.digest, blob);
  };
  add(heldContent(root.bytes));
  add(storedContent(config, store));
  add(storedContent(definition, store));
  for (const { manifest, files } of packages) {
    add(heldContent(manifest.bytes));
    for (const title of metadataTitles)
      for (const { path, blob } of files) if (path === title) add(storedContent(blob, store));
  }
  const rest = packages.flatMap(({ config: own, files }) => [
    ...(own === undefined ? [] : [own]),
    ...files.map(({ blob }) => blob),
  ]);
  for (const blob of rest.toSorted(byDigest)) add(storedContent(blob, store));
  return [
    entry('oci-layout', heldContent(Buffer.from(layoutMarker))),
    entry('index.json', heldContent(renderLegacyIndex(root, version))),
    ...[...ordered.values()].map((blob) => entry(blobPath(blob.digest), blob)),
  ];
}

/** What is signed and the signature first, then the documents, then the contents. */
function nextFiles(
  { index, documents, blobs, signature }: Extract<Published, { kind: 'next-bundle' }>,
  store: BlobStore,
): readonly ArchiveFile[] {
  const known = new Set(documents.map(({ digest }) => digest));
  return [
    entry('oci/oci-layout', heldContent(Buffer.from(layoutMarker))),
    entry('oci/index.json', heldContent(index.bytes)),
    ...(signature === undefined ? [] : [entry('uds.bundle.sig', storedContent(signature, store))]),
    ...documents.map(({ bytes, digest }) => entry(`oci/${blobPath(digest)}`, heldContent(bytes))),
    ...bySize(blobs)
      .filter(({ digest }) => !known.has(digest))
      .map((blob) => entry(`oci/${blobPath(blob.digest)}`, storedContent(blob, store))),
  ];
}

function bySize(blobs: readonly BlobSource[]): readonly BlobSource[] {
  const isLarge = ({ size }: BlobSource): number => (size > smallFileBytes ? 1 : 0);
  return blobs.toSorted((a, b) => isLarge(a) - isLarge(b) || byDigest(a, b));
}

function byDigest(a: BlobSource, b: BlobSource): number {
  return a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0;
}

function entry(path: string, blob: BlobSource): ArchiveFile {
  return toArchiveFile({ path, mode: fileMode, blob });
}
