import { InputError } from '../errors/families.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { inventoriedImages } from '../ports/inventoried-images.ts';
import type { GivenDocument, SbomGenerator } from '../ports/sbom-generator.ts';
import type { Workspace } from '../ports/workspace.ts';
import { type GivenSbom, givenSbomVersion, openGivenSbom } from '../sbom/given/given-sbom.ts';
import type { Inventory } from '../sbom/inventory.ts';
import type { ReadSbom } from '../sbom/read-sbom.ts';
import { documentsVersion } from '../sbom/render-sbom.ts';
import type { Run } from '../support/run.ts';
import type { ReleasePlan } from './plan-release.ts';

/** A given document cannot stand for the image it was given for. */
class GivenSbomError extends InputError<
  | 'SBOM_GIVEN_INVALID' // a given SBOM breaks the schema of its format, or is of a version that is not known here
  | 'SBOM_GIVEN_OTHER_IMAGE' // a given SBOM is not about exactly the image it was given for
  | 'SBOM_GIVEN_MISSING' // one of several platforms of an image has no given SBOM
  | 'SBOM_GIVEN_TWICE' // two given SBOMs are about the same image
  | 'SBOM_GIVEN_UNUSED' // no package carries the image an SBOM was given for
> {}

export interface GivenSbomPorts {
  readonly workspace: Workspace;
  /** What a schema says against a document; undefined for a version that nobody knows here. */
  readonly schemaFaults: (
    document: unknown,
    format: ReadSbom['format'],
    specVersion: string,
  ) => Promise<readonly string[] | undefined>;
}

const maxBytes = 256 * 2 ** 20;
const maxFaults = 3;

/**
 * Reads the documents that a definition names, and holds each to the schema of its format.
 * @returns a generator that takes them where there is one, and otherwise asks the other one
 * @throws GivenSbomError SBOM_GIVEN_INVALID; SbomError SBOM_DOCUMENT_INVALID; WorkspaceError
 */
export async function withGivenSboms(
  otherwise: SbomGenerator,
  entries: readonly Pick<GivenDocument, 'image' | 'file'>[],
  { workspace, schemaFaults }: GivenSbomPorts,
): Promise<GivenSboms> {
  const read: (GivenDocument & { readonly sbom: GivenSbom })[] = [];
  for (const { image, file } of entries) {
    const sbom = openGivenSbom(await workspace.read(file, maxBytes), file);
    const faults = await schemaFaults(sbom.document, sbom.format, sbom.specVersion);
    if (faults === undefined)
      throw new GivenSbomError(
        'SBOM_GIVEN_INVALID',
        `${file} is ${sbom.format} ${sbom.specVersion}, of which there is no schema here`,
        { suggestions: ['Give CycloneDX 1.2 to 1.7, SPDX 2.2 or 2.3, or Syft JSON'] },
      );
    if (faults.length > 0)
      throw new GivenSbomError(
        'SBOM_GIVEN_INVALID',
        `${file} breaks the schema of ${sbom.format} ${sbom.specVersion}: ${faults.slice(0, maxFaults).join('; ')}${faults.length > maxFaults ? `, and ${faults.length - maxFaults} more` : ''}`,
        { suggestions: [`cowa-release sbom validate ${file}`] },
      );
    read.push({ image, file, sha256: sbom.sha256, sbom });
  }
  return new GivenSboms(otherwise, read);
}

/**
 * A document for an image that nothing carries would be ignored in silence: most often its name is misspelt.
 * With only some flavors planned nobody can tell.
 * @throws GivenSbomError SBOM_GIVEN_UNUSED
 */
export function requireUsed({ release, packages, flavors }: ReleasePlan): void {
  const all = Object.keys(release.flavors).filter((name) => !name.startsWith('x-'));
  if (flavors.length < all.length) return;
  const used = new Set(
    packages.flatMap(({ resolved }) =>
      resolved.images.map((reference) => normalizeReference(reference).normalized),
    ),
  );
  for (const { image, file } of release.sboms ?? [])
    if (!used.has(normalizeReference(image).normalized))
      throw new GivenSbomError(
        'SBOM_GIVEN_UNUSED',
        `${file} is given for ${image}, which no package carries`,
        { suggestions: [`Packages carry ${[...used].sort().join(', ') || 'no image'}`] },
      );
}

/** Given documents for the images that have one, and another generator for all else. */
export class GivenSboms implements SbomGenerator {
  readonly name: string;
  readonly version: string;
  readonly sha256?: string;
  readonly files: SbomGenerator;
  readonly revision: string;
  readonly given: readonly GivenDocument[];
  readonly #otherwise: SbomGenerator;
  readonly #byImage: ReadonlyMap<string, readonly GivenSbom[]>;

  constructor(
    otherwise: SbomGenerator,
    read: readonly (GivenDocument & { readonly sbom: GivenSbom })[],
  ) {
    this.name = otherwise.name;
    this.version = otherwise.version;
    if (otherwise.sha256 !== undefined) this.sha256 = otherwise.sha256;
    this.files = otherwise.files ?? otherwise;
    this.revision = otherwise.revision;
    this.#otherwise = otherwise;
    this.given = read.map(({ image, file, sha256 }) => ({ image, file, sha256 }));
    const byImage = Map.groupBy(read, ({ image }) => normalizeReference(image).normalized);
    this.#byImage = new Map(
      [...byImage].map(([image, list]) => [image, list.map(({ sbom }) => sbom)]),
    );
  }

  /** Who tells what is in this image: its documents, or the other generator. */
  forImage(image: ResolvedImage): SbomGenerator {
    const sboms = this.#byImage.get(image.normalized);
    return sboms === undefined ? this.#otherwise : new GivenForImage(sboms, this.files);
  }

  catalogue(image: ResolvedImage, run: Run): Promise<readonly Inventory[]> {
    return this.forImage(image).catalogue(image, run);
  }

  catalogueFiles(name: string, tar: BlobSource, run: Run): Promise<Inventory> {
    return this.files.catalogueFiles(name, tar, run);
  }
}

/** The documents that were given for one image. */
class GivenForImage implements SbomGenerator {
  readonly name: string;
  readonly version: string;
  readonly files: SbomGenerator;
  readonly revision: string;
  readonly #sboms: readonly GivenSbom[];

  constructor(sboms: readonly GivenSbom[], files: SbomGenerator) {
    this.name = sboms[0]?.tool.name ?? '';
    this.version = sboms[0]?.tool.version ?? '';
    this.files = files;
    const digests = sboms.map(({ sha256 }) => sha256).sort();
    this.revision = `given ${givenSbomVersion} ${documentsVersion} ${digests.join(' ')} ${files.revision}`;
    this.#sboms = sboms;
  }

  /** @throws GivenSbomError SBOM_GIVEN_OTHER_IMAGE, SBOM_GIVEN_MISSING, SBOM_GIVEN_TWICE */
  async catalogue(image: ResolvedImage, run: Run): Promise<readonly Inventory[]> {
    const images = await inventoriedImages(image, run);
    for (const { name, subjects, isAbout } of this.#sboms)
      if (!images.some(isAbout))
        throw new GivenSbomError(
          'SBOM_GIVEN_OTHER_IMAGE',
          `${name} is about ${subjects.filter((hex) => hex !== '').join(', ') || 'no digest'}, and ${image.reference} is ${images.map(({ digest }) => digest).join(', ') || 'no container image'}`,
          {
            suggestions: [
              'Make the SBOM of exactly this image: many programs name its digest only if they read it from a layout or a registry',
              'Or take its entry out of sboms: then this program lists what is in it',
            ],
          },
        );
    return images.map((one) => {
      const [sbom, another] = this.#sboms.filter(({ isAbout }) => isAbout(one));
      if (sbom === undefined)
        throw new GivenSbomError(
          'SBOM_GIVEN_MISSING',
          `no SBOM was given for ${image.reference} on ${one.os}/${one.architecture}, ${one.digest}`,
          { suggestions: ['Give one for each platform of the image, or none'] },
        );
      if (another !== undefined)
        throw new GivenSbomError(
          'SBOM_GIVEN_TWICE',
          `${sbom.name} and ${another.name} are both about ${one.digest}`,
          { suggestions: ['Give one of them'] },
        );
      return sbom.inventory(one);
    });
  }

  catalogueFiles(name: string, tar: BlobSource, run: Run): Promise<Inventory> {
    return this.files.catalogueFiles(name, tar, run);
  }
}
