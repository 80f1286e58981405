import { Readable } from 'node:stream';
import type { Compute } from '../archive/compute.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import { surveyArchive } from '../archive/survey-archive.ts';
import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import { blobFolder } from '../checks/image-layout-facts.ts';
import { type ImageSbom, imageSboms, isAbout } from '../checks/image-sboms.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import { isOwnDocument, openSyft, ownToolName } from '../sbom/parse-syft.ts';
import type { BomPackage, ReleaseBom } from '../sbom/release-bom.ts';
import { renderReleaseCycloneDx } from '../sbom/render-release-cyclonedx.ts';
import { renderReleaseSpdx } from '../sbom/render-release-spdx.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import { authorOf } from '../sbom/sbom-author.ts';
import { SbomError } from '../sbom/sbom-error.ts';
import { bomFileNames, type SbomFormat, sbomFileName } from '../sbom/sbom-names.ts';
import type { ManifestBytes } from '../sbom/syft-subject.ts';
import type { Run } from '../support/run.ts';
import { madeFileName } from '../zarf/file-name.ts';
import {
  type DocumentNames,
  ownDocumentNames,
  readSbomDocuments,
  type SbomDocument,
} from './read-sbom-documents.ts';
import { bomPackage, isPartial } from './release-bom-contents.ts';
import { madeAt } from './release-boms.ts';
import { type ReleaseFileFacts, writeReleaseFile } from './release-files.ts';
import { sbomTarsOf } from './sbom-tars.ts';

export interface ExportRequest {
  readonly archive: OpenArchive;
  readonly formats: readonly SbomFormat[];
  /** About what: images and components, whole packages, the bundle. */
  readonly levels: readonly ExportLevel[];
  /** Only these images, by name or digest; empty: every one. */
  readonly images: readonly string[];
  readonly programVersion: string;
}

/** What a document is about. */
export const exportLevels = ['image', 'package', 'bundle'] as const;
export type ExportLevel = (typeof exportLevels)[number];

/** A document that was written. */
export interface ExportedSbom extends ReleaseFileFacts {
  readonly level: ExportLevel;
  readonly format: SbomFormat;
  /** What it is about: an image, a component, a package, a bundle. */
  readonly subject: string;
  /** An image of the package is what the document says it is about. */
  readonly bound: boolean;
}

export interface ExportPorts {
  readonly compute: Compute;
  readonly output: OutputFolder;
}

/**
 * Writes what the SBOMs in an archive say, in other formats, and documents about its packages and the bundle.
 * Judges nothing: that is for `verify`.
 * @throws SbomError SBOM_DOCUMENT_INVALID; ArchiveError for what is no archive
 */
export async function exportSboms(
  request: ExportRequest,
  { compute, output }: ExportPorts,
  run: Run,
): Promise<readonly ExportedSbom[]> {
  const { archive } = request;
  const survey = await surveyArchive(
    { chunks: archive.chunks(run) },
    defaultReadLimits,
    { wholeDigest: false },
    compute,
    run,
  );
  const facts = factsOf(survey, archive.fileName);
  const exporting = new Exporting(request, output);
  for (const [each, content] of await sbomTarsOf(facts, survey, archive, compute, run)) {
    const documents: SbomDocument[] = [];
    for await (const document of readSbomDocuments(Readable.from([content]), run))
      documents.push(document);
    await exporting.documents(each, documents, run);
  }
  await exporting.wholes(facts, run);
  return exporting.written;
}

function factsOf(survey: Survey, fileName: string | undefined): ArchiveFacts {
  const signatures = {
    key: undefined,
    allowUnsigned: true,
    archive: undefined,
    members: new Map(),
  };
  const fatal = survey.container.problems.find((problem) => problem.fatal);
  if (fatal !== undefined)
    throw new SbomError(
      'SBOM_DOCUMENT_INVALID',
      `${fileName ?? 'standard input'} cannot be read to its end: ${fatal.message}`,
      { suggestions: ['cowa-release verify <archive> says what is wrong with it'] },
    );
  const budget = { policyOrigin: undefined, limits: [] };
  return gatherFacts(survey, { fileName, signatures, budget });
}

/** Documents while they are written; those of one package lead to those about the whole. */
class Exporting {
  readonly written: ExportedSbom[] = [];
  readonly #request: ExportRequest;
  readonly #output: OutputFolder;
  readonly #own = new Map<PackageFacts, ReadonlyMap<string, DocumentNames>>();

  constructor(request: ExportRequest, output: OutputFolder) {
    this.#request = request;
    this.#output = output;
  }

  /** Documents about the images and components of one package. */
  async documents(each: PackageFacts, documents: readonly SbomDocument[], run: Run): Promise<void> {
    const { levels, formats, images } = this.#request;
    const created = createdOf(each);
    const own = new Map<string, DocumentNames>();
    const held = imageSboms(each);
    for (const { path, bytes } of documents) {
      run.signal.throwIfAborted();
      const { about, tool, inventory: read } = openSyft(bytes, path);
      const carried = held.find(({ image }) => isAbout(about, image));
      const inventory = read(carried === undefined ? undefined : manifestIn(each, carried));
      if (isOwnDocument(tool)) own.set(path, ownDocumentNames({ inventory, tool }, created));
      const { subject } = inventory;
      const named = [subject.reference, subject.digest, carried?.name];
      const asked = images.length === 0 || images.some((image) => named.includes(image));
      if (!levels.includes('image') || !asked) continue;
      const converter = { name: ownToolName, version: this.#request.programVersion };
      const maker = isOwnDocument(tool) ? tool : { ...tool, converter };
      for (const format of formats)
        await this.#write({
          level: 'image',
          format,
          subject: subject.reference,
          bound: subject.kind === 'files' || carried !== undefined,
          name: sbomFileName(path.replace(/\.json$/, ''), format),
          // As it stands: it is what other programs look for.
          bytes: format === 'syft' ? bytes : renderSbom(inventory, format, maker, created),
        });
    }
    this.#own.set(each, own);
  }

  /** Documents about whole packages and the bundle; Syft has no such. */
  async wholes({ packages, bundle, identity }: ArchiveFacts, run: Run): Promise<void> {
    const { levels } = this.#request;
    const contents = packages.map((each) => ({
      each,
      bom: bomPackage(each, this.#own.get(each) ?? new Map()),
    }));
    if (levels.includes('package'))
      for (const { each, bom } of contents) {
        run.signal.throwIfAborted();
        if (bom !== undefined)
          await this.#package(each, bom, bundle === undefined ? identity.fileName : undefined);
      }
    const definition = bundle?.definition?.bundle;
    if (!levels.includes('bundle') || bundle?.rootDigest === undefined || definition === undefined)
      return;
    const { name, version } = definition.metadata;
    const whole: ReleaseBom = {
      kind: 'bundle',
      name,
      version: version ?? '',
      digest: bundle.rootDigest,
      author: authorOf(definition.metadata),
      packages: contents.flatMap(({ bom }) => bom ?? []),
      partial: packages.some(isPartial),
    };
    const created = madeAt(definition.build?.timestamp) ?? new Date(0);
    await this.#whole('bundle', identity.fileName ?? `uds-bundle-${name}`, whole, created);
  }

  async #package(each: PackageFacts, bom: BomPackage, fileName: string | undefined): Promise<void> {
    const { name, version, digest, author } = bom;
    const whole: ReleaseBom = {
      kind: 'package',
      name,
      version,
      digest,
      author,
      packages: [bom],
      partial: isPartial(each),
    };
    await this.#whole('package', fileName ?? archiveName(each, bom), whole, createdOf(each));
  }

  async #whole(
    level: 'package' | 'bundle',
    stem: string,
    bom: ReleaseBom,
    created: Date,
  ): Promise<void> {
    const { formats, programVersion } = this.#request;
    const tool = { name: ownToolName, version: programVersion };
    const [cyclonedx, spdx] = bomFileNames(stem);
    const about = { level, subject: bom.name, bound: true };
    if (formats.includes('cyclonedx'))
      await this.#write({
        ...about,
        format: 'cyclonedx',
        name: cyclonedx,
        bytes: renderReleaseCycloneDx(bom, tool, created),
      });
    if (formats.includes('spdx'))
      await this.#write({
        ...about,
        format: 'spdx',
        name: spdx,
        bytes: renderReleaseSpdx(bom, tool, created),
      });
  }

  async #write({
    name,
    bytes,
    ...about
  }: Omit<ExportedSbom, keyof ReleaseFileFacts> & {
    readonly name: string;
    readonly bytes: Uint8Array;
  }): Promise<void> {
    const earlier = this.written.find((each) => each.name === name);
    if (earlier !== undefined && earlier.digest !== digestOf(bytes))
      throw new SbomError(
        'SBOM_DOCUMENT_INVALID',
        `two packages have different documents called ${name}`,
        { suggestions: ['Take one of them: cowa-release sbom export --image <reference>'] },
      );
    if (earlier === undefined)
      this.written.push({ ...(await writeReleaseFile(this.#output, name, bytes)), ...about });
  }
}

/** What the archive of a package would be called that lies in a bundle: as documents beside it are. */
function archiveName({ definition }: PackageFacts, { name }: BomPackage): string {
  const parsed = definition?.definition;
  const made = parsed === undefined ? undefined : madeFileName(parsed);
  return made ?? `zarf-package-${name.replace(/[^A-Za-z0-9.-]/g, '_')}`;
}

function createdOf({ definition }: PackageFacts): Date {
  return madeAt(definition?.definition?.build?.timestamp) ?? new Date(0);
}

/** The manifest as the package carries it. */
function manifestIn({ files }: PackageFacts, { image }: ImageSbom): ManifestBytes | undefined {
  const { descriptor } = image;
  const bytes = files.get(`${blobFolder}${hexOf(descriptor.digest)}`)?.content;
  return bytes === undefined ? undefined : { descriptor, bytes };
}
