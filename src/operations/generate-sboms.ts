import type { ResolvedImage } from '../ports/image-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Coverage, Inventory, PackageKind } from '../sbom/inventory.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import { type SbomFormat, sbomFileName, sbomSubject } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import { ReleaseUsageError } from './release-error.ts';
import { type ReleaseFileFacts, writeReleaseFile } from './release-files.ts';
import { makerOf } from './sbom-documents.ts';

/** What was found in an image, and the documents about it. */
export interface GeneratedSbom {
  readonly reference: string;
  /** Digest of the manifest. */
  readonly digest: string;
  readonly distro?: string;
  /** Packages by kind, sorted. */
  readonly packages: readonly { readonly kind: PackageKind; readonly count: number }[];
  readonly coverage: Coverage;
  readonly documents: readonly (ReleaseFileFacts & { readonly format: SbomFormat })[];
}

export interface SbomRequest {
  readonly formats: readonly SbomFormat[];
  /** Time of the documents; without it each has the time of its image. */
  readonly created?: Date;
}

export interface SbomOutputPorts {
  readonly generator: SbomGenerator;
  readonly output: OutputFolder;
}

/**
 * Catalogues images and writes a document of each format about each.
 * @throws ReleaseUsageError RELEASE_NAME_CLASH where two images would have one file name
 */
export async function generateSboms(
  images: readonly ResolvedImage[],
  request: SbomRequest,
  ports: SbomOutputPorts,
  run: Run,
): Promise<readonly GeneratedSbom[]> {
  const found: GeneratedSbom[] = [];
  const taken = new Map<string, string>();
  for (const image of images) {
    const inventories = await ports.generator.catalogue(image, run);
    for (const inventory of inventories) {
      const subject = sbomSubject(inventory.subject, inventories.length);
      const other = taken.get(sbomFileName(subject, 'syft'));
      if (other !== undefined)
        throw new ReleaseUsageError(
          'RELEASE_NAME_CLASH',
          `the SBOMs of ${other} and ${subject} would have one file name`,
          { suggestions: ['Generate them into different folders'] },
        );
      taken.set(sbomFileName(subject, 'syft'), subject);
      found.push(await write(inventory, subject, request, ports, run));
    }
  }
  return found;
}

async function write(
  inventory: Inventory,
  subject: string,
  { formats, created }: SbomRequest,
  { generator, output }: SbomOutputPorts,
  run: Run,
): Promise<GeneratedSbom> {
  const documents: GeneratedSbom['documents'][number][] = [];
  for (const format of formats) {
    run.signal.throwIfAborted();
    const bytes = renderSbom(inventory, format, makerOf(generator), created);
    const file = await writeReleaseFile(output, sbomFileName(subject, format), bytes);
    documents.push({ ...file, format });
  }
  const { distro } = inventory;
  return {
    reference: inventory.subject.reference,
    digest: inventory.subject.digest,
    ...(distro === undefined
      ? {}
      : { distro: distro.fields['PRETTY_NAME'] ?? `${distro.id} ${distro.versionId}`.trim() }),
    packages: countKinds(inventory),
    coverage: inventory.coverage,
    documents,
  };
}

function countKinds({ packages }: Inventory): GeneratedSbom['packages'] {
  const counts = new Map<PackageKind, number>();
  for (const { kind } of packages) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => ({ kind, count }));
}
