import type { Digest } from '../oci/digest.ts';
import { type BlobSource, type BlobStore, heldContent } from '../ports/blob-store.ts';
import type { BomPackage, ReleaseBom } from '../sbom/release-bom.ts';
import { renderReleaseCycloneDx } from '../sbom/render-release-cyclonedx.ts';
import { renderReleaseSpdx } from '../sbom/render-release-spdx.ts';
import type { SbomTool } from '../sbom/render-syft.ts';
import { authorOf } from '../sbom/sbom-author.ts';
import { bomFileNames, sbomFileName } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import type { UdsBundle } from '../uds/bundle.ts';
import { packedFacts } from './packed-facts.ts';
import type { PackedPackage } from './packed-package.ts';
import { type DocumentNames, namespaceIn, ownDocuments, serialIn } from './read-sbom-documents.ts';
import { bomPackage, isPartial } from './release-bom-contents.ts';
import type { SbomDocuments } from './sbom-documents.ts';

/** An archive of a release and what is in it. */
export interface BomArchive {
  readonly archive: { readonly fileName: string; readonly root: { readonly digest: Digest } };
  /** Of a bundle. */
  readonly bundle?: UdsBundle['metadata'];
  /** The package itself, or those of the bundle, in its order. */
  readonly packages: readonly PackedPackage[];
}

/**
 * Documents about whole archives, CycloneDX and SPDX, by file name: packages, images by link to the
 * documents about them, charts, files.
 * @param created time of the release
 */
export async function releaseBoms(
  archives: readonly BomArchive[],
  created: Date,
  tool: SbomTool,
  blobs: BlobStore,
  run: Run,
): Promise<ReadonlyMap<string, BlobSource>> {
  const known = new Map<PackedPackage, Promise<ReadPackage>>();
  const read = (packed: PackedPackage): Promise<ReadPackage> => {
    const found = known.get(packed) ?? readPackage(packed, created, blobs, run);
    known.set(packed, found);
    return found;
  };
  const files = new Map<string, BlobSource>();
  for (const { archive, bundle, packages } of archives) {
    const contents: ReadPackage[] = [];
    for (const packed of packages) contents.push(await read(packed));
    const [only] = contents;
    const bom: ReleaseBom = {
      kind: bundle === undefined ? 'package' : 'bundle',
      name: bundle === undefined ? (only?.bom?.name ?? '') : bundle.name,
      version: (bundle === undefined ? only?.bom?.version : bundle.version) ?? '',
      digest: archive.root.digest,
      author: bundle === undefined ? only?.bom?.author : authorOf(bundle),
      packages: contents.flatMap((each) => each.bom ?? []),
      partial: contents.some(({ partial }) => partial),
    };
    const [cyclonedx, spdx] = bomFileNames(archive.fileName);
    files.set(cyclonedx, heldContent(renderReleaseCycloneDx(bom, tool, created)));
    files.set(spdx, heldContent(renderReleaseSpdx(bom, tool, created)));
  }
  return files;
}

interface ReadPackage {
  readonly bom: BomPackage | undefined;
  readonly partial: boolean;
}

async function readPackage(
  packed: PackedPackage,
  created: Date,
  blobs: BlobStore,
  run: Run,
): Promise<ReadPackage> {
  const facts = await packedFacts(packed, run);
  const own =
    packed.sboms === undefined
      ? await importedDocuments(packed, created, run)
      : await madeDocuments(packed.sboms, blobs, run);
  return { bom: bomPackage(facts, own), partial: isPartial(facts) };
}

/** Of a package made here the documents lie in the store. */
async function madeDocuments(
  sboms: readonly SbomDocuments[],
  blobs: BlobStore,
  run: Run,
): Promise<ReadonlyMap<string, DocumentNames>> {
  const names = new Map<string, DocumentNames>();
  for (const { subject, documents } of sboms)
    names.set(sbomFileName(subject, 'syft'), {
      serial: serialIn(await headOf(documents.cyclonedx, blobs, run)),
      cyclonedx: documents.cyclonedx.digest,
      namespace: namespaceIn(await headOf(documents.spdx, blobs, run)),
      spdx: documents.spdx.digest,
    });
  return names;
}

async function headOf(
  blob: SbomDocuments['documents']['spdx'],
  blobs: BlobStore,
  run: Run,
): Promise<Uint8Array> {
  for await (const chunk of blobs.openUnchecked(blob.digest, run)) return Buffer.from(chunk);
  return new Uint8Array(0);
}

async function importedDocuments(
  { files, definition }: PackedPackage,
  created: Date,
  run: Run,
): Promise<ReadonlyMap<string, DocumentNames>> {
  const tar = files.find(({ path }) => path === 'sboms.tar');
  if (tar === undefined) return new Map();
  return ownDocuments(tar.blob.open(run), madeAt(definition.build?.timestamp) ?? created, run);
}

/** When a package or bundle says it was made; undefined where it does not. */
export function madeAt(timestamp: string | undefined): Date | undefined {
  const time = Date.parse(timestamp ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
