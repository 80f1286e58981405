import type { ExportedSbom } from '../operations/export-sboms.ts';
import type { GeneratedSbom } from '../operations/generate-sboms.ts';
import { countedContents } from '../sbom/coverage-gaps.ts';
import { printable } from '../support/printable.ts';

/** What `sbom generate --output json` prints. */
export interface SbomGenerateResult {
  readonly schema: 'cowa-release/sbom-generate-result/v1';
  readonly images: readonly GeneratedSbom[];
}

const maxLine = 4000;

/** What was found, what was not looked into, and where it is written. */
export function renderGeneratedSboms(images: readonly GeneratedSbom[], out: string): string {
  if (images.length === 0) return 'No container image to catalogue';
  return images
    .flatMap((image) => [
      `${image.reference}`,
      `  digest    ${image.digest}`,
      `  system    ${image.distro ?? 'none found'}`,
      `  packages  ${image.packages.map(({ kind, count }) => `${count} ${kind}`).join(', ') || 'none'}`,
      ...gapsOf(image).map((gap) => `  unknown   ${gap}`),
      ...image.documents.map(({ name }) => `  written   ${out}/${name}`),
    ])
    .map((line) => printable(line, maxLine))
    .join('\n');
}

function gapsOf({ coverage }: GeneratedSbom): readonly string[] {
  const { uncovered, faults, binaries, unexplainedBinaries, unexplainedExamples } = coverage;
  return [
    ...uncovered.map(
      ({ ecosystem, count, examples }) =>
        `${countedContents(count, ecosystem)}, which no cataloger reads: ${examples[0] ?? ''}${count > 1 ? ', …' : ''}`,
    ),
    ...(unexplainedBinaries === 0
      ? []
      : [
          `${unexplainedBinaries} of ${binaries} programs and libraries belong to no package: ${unexplainedExamples[0] ?? ''}${unexplainedBinaries > 1 ? ', …' : ''}`,
        ]),
    ...faults.map(({ path, message }) => `${path} could not be read: ${message}`),
  ];
}

/** What `sbom export --output json` prints. */
export interface SbomExportResult {
  readonly schema: 'cowa-release/sbom-export-result/v1';
  readonly documents: readonly ExportedSbom[];
}

/** One line for each file; what is about nothing in the archive is said. */
export function renderExportedSboms(documents: readonly ExportedSbom[], out: string): string {
  return documents
    .map(
      ({ name, level, subject, bound }) =>
        `${level.padEnd(7)}  ${out}/${name}  (${subject}${bound ? '' : ', which the archive does not hold'})`,
    )
    .map((line) => printable(line, maxLine))
    .join('\n');
}
