import { tarStream } from '../archive/tar-writer.ts';
import { type BlobStore, storedContent } from '../ports/blob-store.ts';
import { sbomFileName } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import { type ComponentEntry, componentTarEntries } from '../zarf/component-tar.ts';
import { PackError } from '../zarf/pack-error.ts';
import type { PackedFile } from './packed-package.ts';
import { documentOf, type SbomDocuments } from './sbom-documents.ts';

/**
 * `sboms.tar` of a package: flat Syft JSON files, sorted; none where there is nothing to tell.
 * @throws PackError PACK_NAME_INVALID where two subjects would have one file name
 * @see shared reference of the Zarf package format, 2.5
 */
export async function packSboms(
  sboms: readonly SbomDocuments[],
  blobs: BlobStore,
  run: Run,
): Promise<readonly PackedFile[]> {
  if (sboms.length === 0) return [];
  const entries = new Map<string, ComponentEntry & { readonly subject: string }>();
  for (const each of sboms) {
    const path = sbomFileName(each.subject, 'syft');
    const content = documentOf(each, 'syft', blobs);
    const other = entries.get(path);
    if (other !== undefined && other.subject !== each.subject)
      throw new PackError(
        'PACK_NAME_INVALID',
        `the SBOMs of ${other.subject} and ${each.subject} would both be called ${path}`,
        { suggestions: ['Give one of the images another name'] },
      );
    entries.set(path, {
      subject: each.subject,
      path,
      type: 'file',
      mode: 0o644,
      size: content.size,
      open: (within) => content.open(within),
    });
  }
  const tar = await blobs.put(
    tarStream(componentTarEntries('.', [...entries.values()], run)),
    {},
    run,
  );
  return [{ path: 'sboms.tar', mode: 0o644, blob: storedContent(tar, blobs) }];
}
