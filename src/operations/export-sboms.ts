import { ByteFeed } from '../archive/byte-feed.ts';
import { decompressed } from '../archive/compressed-input.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import { surveyArchive } from '../archive/survey-archive.ts';
import { readTar } from '../archive/tar-reader.ts';
import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import { sbomSubjects } from '../checks/sbom-subjects.ts';
import { digestOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import { isOwnDocument, ownToolName, parseSyft } from '../sbom/parse-syft.ts';
import type { BomPackage, ReleaseBom } from '../sbom/release-bom.ts';
import { renderReleaseCycloneDx } from '../sbom/render-release-cyclonedx.ts';
import { renderReleaseSpdx } from '../sbom/render-release-spdx.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import { SbomError } from '../sbom/sbom-error.ts';
import { bomFileNames, type SbomFormat, sbomFileName } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import {
  type DocumentNames,
  ownDocumentNames,
  readSbomDocuments,
  type SbomDocument,
} from './read-sbom-documents.ts';
import { bomPackage, isPartial } from './release-bom-contents.ts';
import { madeAt } from './release-boms.ts';
import { type ReleaseFileFacts, writeReleaseFile } from './release-files.ts';

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
  for (const [each, content] of await tarsOf(facts, survey, archive, compute, run)) {
    const documents: SbomDocument[] = [];
    for await (const document of readSbomDocuments(pieces(content), run)) documents.push(document);
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

const maxTarBytes = 512 * 2 ** 20;

/** `sboms.tar` of every package, read in a second pass by the names the first one found. */
async function tarsOf(
  facts: ArchiveFacts,
  survey: Survey,
  archive: OpenArchive,
  compute: Compute,
  run: Run,
): Promise<ReadonlyMap<PackageFacts, Uint8Array>> {
  const wanted = new Map<string, readonly PackageFacts[]>();
  for (const each of facts.packages) {
    const digest = each.files.get('sboms.tar')?.digest;
    const entry = survey.entries.find((one) => digest !== undefined && one.digest === digest);
    if (entry !== undefined) wanted.set(entry.name, [...(wanted.get(entry.name) ?? []), each]);
  }
  const found = new Map<PackageFacts, Uint8Array>();
  if (wanted.size === 0) return found;
  const plain = decompressed(archive.chunks(run), defaultReadLimits, compute);
  try {
    for await (const entry of readTar(new ByteFeed(plain), defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      const owners = entry.size > maxTarBytes ? undefined : wanted.get(entry.name);
      const kept: Buffer[] = [];
      // What is not wanted has to be passed over.
      for await (const piece of entry.content())
        if (owners !== undefined) kept.push(Buffer.from(piece));
      if (owners === undefined) continue;
      for (const each of owners) found.set(each, Buffer.concat(kept));
      wanted.delete(entry.name);
      if (wanted.size === 0) break;
    }
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    throw new SbomError('SBOM_DOCUMENT_INVALID', error.message, { cause: error });
  }
  const [missing] = wanted.keys();
  if (missing !== undefined)
    throw new SbomError(
      'SBOM_DOCUMENT_INVALID',
      `${missing} is larger than the ${maxTarBytes} bytes of SBOMs that are read`,
    );
  return found;
}

async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
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
    const bound = new Map(
      sbomSubjects(each).images.map(({ manifest: { descriptor }, name }) => [
        descriptor.digest as string,
        name,
      ]),
    );
    for (const { path, bytes } of documents) {
      run.signal.throwIfAborted();
      const parsed = parseSyft(bytes, path);
      const { inventory, tool } = parsed;
      const { subject } = inventory;
      const names = ownDocumentNames(parsed, created);
      if (names !== undefined) own.set(path, names);
      const named = [subject.reference, subject.digest, bound.get(subject.digest)];
      const asked = images.length === 0 || images.some((image) => named.includes(image));
      if (!levels.includes('image') || !asked) continue;
      const converter = { name: ownToolName, version: this.#request.programVersion };
      const maker = isOwnDocument(tool) ? tool : { ...tool, converter };
      for (const format of formats)
        await this.#write({
          level: 'image',
          format,
          subject: subject.reference,
          bound: subject.kind === 'files' || bound.has(subject.digest),
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
      packages: contents.flatMap(({ bom }) => bom ?? []),
      partial: packages.some(isPartial),
    };
    const created = madeAt(definition.build?.timestamp) ?? new Date(0);
    await this.#whole('bundle', identity.fileName ?? `uds-bundle-${name}`, whole, created);
  }

  async #package(each: PackageFacts, bom: BomPackage, fileName: string | undefined): Promise<void> {
    const { name, version, digest } = bom;
    const whole: ReleaseBom = {
      kind: 'package',
      name,
      version,
      digest,
      packages: [bom],
      partial: isPartial(each),
    };
    const stem =
      fileName ??
      `zarf-package-${[name, bom.architecture, version].filter((part) => part !== '').join('-')}`;
    await this.#whole('package', stem, whole, createdOf(each));
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

function createdOf({ definition }: PackageFacts): Date {
  return madeAt(definition?.definition?.build?.timestamp) ?? new Date(0);
}
