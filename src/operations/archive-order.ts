import type { ArchiveFile } from '../archive/archive-file.ts';
import { smallFileBytes } from '../archive/frame-plan.ts';
import type { PackedFile } from './packed-package.ts';

/** What a reader wants first: enough to say what the package is, whether it is whole and who signed it. */
const metadataFirst: readonly string[] = [
  'zarf.yaml',
  'checksums.txt',
  'zarf.bundle.sig',
  'zarf.yaml.sig',
  'images/oci-layout',
  'images/index.json',
  'values.yaml',
  'values.schema.json',
];

/** What says what a package is: stands before the contents in a bundle, in this order. */
export const metadataTitles: readonly string[] = [
  'zarf.yaml',
  'zarf.yaml.sig',
  'zarf.bundle.sig',
  'checksums.txt',
];

/** What Zarf writes for its owner alone. */
const privateFiles: readonly string[] = [
  'zarf.yaml',
  'checksums.txt',
  'zarf.bundle.sig',
  'zarf.yaml.sig',
  'values.yaml',
  'values.schema.json',
];

/** Files of a package in the order of our archives: metadata, small files, large files; each group by name. */
export function packageArchiveOrder(files: readonly PackedFile[]): readonly ArchiveFile[] {
  const rank = (file: PackedFile): number => {
    const first = metadataFirst.indexOf(file.path);
    if (first >= 0) return first;
    return metadataFirst.length + (file.blob.size > smallFileBytes ? 1 : 0);
  };
  return files
    .toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
    .map(toArchiveFile);
}

/** The mode a file of a package has in our archives, whoever brought it: the same bytes then. */
export function packageFileMode(path: string): number {
  if (path.startsWith('images/blobs/')) return 0o444;
  return privateFiles.includes(path) ? 0o600 : 0o644;
}

/** A packed file as the archive writer takes it. */
export function toArchiveFile(file: PackedFile): ArchiveFile {
  const { blob } = file;
  return {
    name: file.path,
    mode: file.mode,
    digest: blob.digest,
    size: blob.size,
    open: (run) => blob.openUnchecked?.(run) ?? blob.open(run),
  };
}
