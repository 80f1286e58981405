import { type ReferencedDocument, renderReferences } from '../attestation/render-references.ts';
import type { Digest } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import { bomFileNames, sbomFileName } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import { type AttachedResult, resultAttestations } from './attached-results.ts';
import { bundleProvenance, type ProvenanceRelease, packageProvenance } from './build-provenance.ts';
import type { FinishedArchive } from './finish-flavor.ts';
import {
  provenanceFileName,
  type ReleaseAttestation,
  sbomReferenceFileName,
} from './release-attestations.ts';
import type { SbomDocuments } from './sbom-documents.ts';

/** The archives of a flavor with what is known of how they were made. */
export interface MadeArchives {
  readonly packages: readonly Parameters<typeof packageProvenance>[0][];
  readonly bundle?: Parameters<typeof bundleProvenance>[0];
  /** SBOMs beside them, by file name. */
  readonly documents: ReadonlyMap<string, BlobSource>;
  readonly results: readonly AttachedResult[];
}

/** How every archive of a flavor was made, and which SBOMs are about it; unsigned. */
export async function flavorProvenance(
  { packages, bundle, documents, results }: MadeArchives,
  release: ProvenanceRelease,
  run: Run,
): Promise<readonly ReleaseAttestation[]> {
  const statements: ReleaseAttestation[] = [];
  for (const made of packages)
    statements.push(
      attestation(made.archive.fileName, await packageProvenance(made, release, run)),
      ...sbomReferences(
        made.archive,
        packageManifest(made.packed).digest,
        made.packed.sboms ?? [],
        documents,
        release,
      ),
    );
  if (bundle !== undefined)
    statements.push(
      attestation(bundle.archive.fileName, bundleProvenance(bundle, release)),
      ...sbomReferences(
        bundle.archive,
        bundle.archive.root.digest,
        [...bundle.members.values()].flatMap(({ sboms }) => sboms ?? []),
        documents,
        release,
      ),
    );
  const archives = [
    ...packages.map(({ archive, packed }) => ({
      ...archive,
      manifest: packageManifest(packed).digest,
    })),
    ...(bundle === undefined ? [] : [{ ...bundle.archive, manifest: bundle.archive.root.digest }]),
  ];
  return [...statements, ...resultAttestations(results, archives, release.context.builder.id)];
}

const mediaTypes = {
  cyclonedx: 'application/vnd.cyclonedx+json',
  spdx: 'application/spdx+json',
} as const;

/** Which SBOMs beside an archive are about what is in it; nothing where none were made here. */
function sbomReferences(
  { fileName, digest }: FinishedArchive,
  manifest: Digest,
  sboms: readonly SbomDocuments[],
  beside: ReadonlyMap<string, BlobSource>,
  { context }: ProvenanceRelease,
): readonly ReleaseAttestation[] {
  // Two packages of a bundle may share an image, and with it the documents about it.
  const documents = new Map<string, ReferencedDocument>(
    sboms.flatMap((each) =>
      (['cyclonedx', 'spdx'] as const).map((format) => {
        const name = sbomFileName(each.subject, format);
        const about = { name: each.subject, digest: each.digest };
        const { digest: of } = each.documents[format];
        return [name, { name, digest: of, mediaType: mediaTypes[format], about }] as const;
      }),
    ),
  );
  // Of the archive as a whole.
  const [cyclonedx, spdx] = bomFileNames(fileName);
  for (const [format, name] of Object.entries({ cyclonedx, spdx })) {
    const whole = beside.get(name);
    if (whole !== undefined)
      documents.set(name, {
        name,
        digest: whole.digest,
        mediaType: format === 'spdx' ? mediaTypes.spdx : mediaTypes.cyclonedx,
      });
  }
  if (documents.size === 0) return [];
  const payload = renderReferences({
    subjects: [
      { name: fileName, digest },
      // By which it is looked for in a registry.
      { name: `${fileName}#manifest`, digest: manifest },
    ],
    attester: context.builder.id,
    documents: [...documents.values()],
  });
  return [
    {
      fileName: sbomReferenceFileName(fileName),
      payload: Buffer.from(payload),
      about: `the SBOMs of ${fileName}`,
    },
  ];
}

function attestation(archive: string, statement: string): ReleaseAttestation {
  return {
    fileName: provenanceFileName(archive),
    payload: Buffer.from(statement),
    about: `the provenance of ${archive}`,
  };
}
