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
