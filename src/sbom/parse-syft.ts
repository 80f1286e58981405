import type { JsonObject } from '../oci/read-members.ts';
import { object, objects, text, texts } from '../support/lenient-json.ts';
import type { Distro } from './image-view.ts';
import type { Coverage, FoundPackage, Inventory } from './inventory.ts';
import { parseSbom } from './parse-sbom.ts';
import { packageOfArtifact } from './parse-syft-artifact.ts';
import type { SbomMaker } from './render-syft.ts';
import { distroMembers } from './syft-distro.ts';
import { invalidDocument, type ManifestBytes, subjectOf } from './syft-subject.ts';

/** A Syft document as the inventory it was written from. */
export interface ParsedSyft {
  readonly inventory: Inventory;
  /** What made the document. */
  readonly tool: SbomMaker;
}

/** A Syft document of which only the head was looked at. */
export interface OpenedSyft {
  /** What made the document. */
  readonly tool: SbomMaker;
  /** The image it says it is about; neither: it is about files. */
  readonly about: { readonly manifest: string | undefined; readonly config: string | undefined };
  /**
   * The rest of it.
   * @param held manifest of the image it is about, for one that names only the config
   * @throws SbomError SBOM_DOCUMENT_INVALID
   */
  readonly inventory: (held?: ManifestBytes) => Inventory;
}

/** As this program names itself in documents. */
export const ownToolName = 'cowa-release';

/**
 * Reads a Syft document back. Of our own nothing is lost: written again in any format it gives the bytes
 * that the inventory gave. Documents of other programs are understood as far as they say the same.
 * @throws SbomError SBOM_DOCUMENT_INVALID
 * @see shared reference of SBOMs, section 1
 */
export function parseSyft(bytes: Uint8Array, name: string): ParsedSyft {
  const { tool, inventory } = openSyft(bytes, name);
  return { inventory: inventory(), tool };
}

/**
 * Reads who wrote a document, and about what; the rest when it is asked for.
 * @param parsed where that was done before
 * @throws SbomError SBOM_DOCUMENT_INVALID for what is no SBOM
 */
export function openSyft(
  bytes: Uint8Array,
  name: string,
  parsed: ReturnType<typeof parseSbom> = parseSbom(bytes, name),
): OpenedSyft {
  const { document, sbom } = parsed;
  const root = object(document);
  const { name: toolName, version, configuration } = object(root['descriptor']);
  const { manifestDigest, imageID } = object(object(root['source'])['metadata']);
  return {
    tool: makerOf(text(toolName), text(version), object(configuration)),
    about: { manifest: text(manifestDigest) || undefined, config: text(imageID) || undefined },
    inventory: (held) => {
      if (sbom.format !== 'syft')
        throw invalidDocument(name, `it is ${sbom.format}, not Syft JSON`);
      return inventoryOf(root, subjectOf(object(root['source']), bytes, name, held));
    },
  };
}

function inventoryOf(root: JsonObject, subject: Inventory['subject']): Inventory {
  const { configuration } = object(root['descriptor']);
  const coverage = coverageOf(object(configuration)['coverage']);
  const details = object(object(configuration)['details']);
  const artifacts = objects(root['artifacts']);
  const needs = dependenciesOf(artifacts, objects(root['artifactRelationships']));
  const packages = artifacts.map((artifact): FoundPackage => {
    const id = text(artifact['id']);
    return packageOfArtifact(artifact, {
      details: object(details[id]),
      dependsOn: needs.get(id),
      fallback: subject.layers[0]?.diffId ?? subject.digest,
    });
  });
  const distro = distroOf(object(root['distro']));
  return {
    subject,
    ...(distro === undefined ? {} : { distro }),
    packages,
    overlaps: overlapsOf(artifacts, objects(root['artifactRelationships'])),
    coverage: coverage ?? untold(packages),
  };
}

/** Members of the configuration that this program writes where another one found the packages. */
function makerOf(name: string, version: string, configuration: JsonObject): SbomMaker {
  const sha256 = text(object(configuration['program'])['sha256']);
  const converter = object(configuration['converter']);
  const converterName = text(converter['name']);
  const author = text(configuration['author']);
  return {
    name,
    version,
    ...(sha256 === '' ? {} : { sha256 }),
    ...(converterName === ''
      ? {}
      : { converter: { name: converterName, version: text(converter['version']) } }),
    ...(author === '' ? {} : { author }),
  };
}

/** This program wrote the document, whoever found the packages. */
export function isOwnDocument({ name, converter }: SbomMaker): boolean {
  return (converter?.name ?? name) === ownToolName;
}

/** Package URLs that each package needs, by its id. */
function dependenciesOf(
  artifacts: readonly JsonObject[],
  relations: readonly JsonObject[],
): ReadonlyMap<string, readonly string[]> {
  const urls = new Map(artifacts.map(({ id, purl }) => [text(id), text(purl)]));
  const needs = new Map<string, Set<string>>();
  for (const { type, parent, child } of relations) {
    const url = urls.get(text(parent));
    if (type !== 'dependency-of' || url === undefined) continue;
    needs.set(text(child), (needs.get(text(child)) ?? new Set()).add(url));
  }
  return new Map([...needs].map(([id, list]) => [id, [...list].sort()]));
}

function overlapsOf(
  artifacts: readonly JsonObject[],
  relations: readonly JsonObject[],
): Inventory['overlaps'] {
  const indices = new Map(artifacts.map(({ id }, index) => [text(id), index]));
  return relations.flatMap(({ type, parent, child, metadata }) => {
    const [owner, owned] = [indices.get(text(parent)), indices.get(text(child))];
    if (type !== 'ownership-by-file-overlap' || owner === undefined || owned === undefined)
      return [];
    return [{ owner, owned, paths: texts(object(metadata)['files']) }];
  });
}

function distroOf(distro: JsonObject): Distro | undefined {
  const fields = Object.fromEntries(
    distroMembers.flatMap(([field, member]) => {
      const value = distro[member];
      return typeof value === 'string' ? [[field, value]] : [];
    }),
  );
  const like = distro['idLike'];
  const id = fields['ID'];
  return id === undefined
    ? undefined
    : {
        id,
        versionId: fields['VERSION_ID'] ?? '',
        fields: like === undefined ? fields : { ...fields, ID_LIKE: texts(like).join(' ') },
      };
}

/** As our documents carry it; undefined for those of other programs. */
function coverageOf(value: unknown): Coverage | undefined {
  const coverage = object(value);
  const { binaries, unexplainedBinaries } = coverage;
  if (typeof binaries !== 'number' || typeof unexplainedBinaries !== 'number') return undefined;
  return {
    ...(coverage['untold'] === true ? { untold: true } : {}),
    catalogers: objects(coverage['catalogers']).map(({ id, packages }) => ({
      id: text(id),
      packages: Number(packages),
    })),
    uncovered: objects(coverage['uncovered']).map(({ ecosystem, count, examples }) => ({
      ecosystem: text(ecosystem),
      count: Number(count),
      examples: texts(examples),
    })),
    faults: objects(coverage['faults']).map(({ path, message }) => ({
      path: text(path),
      message: text(message),
    })),
    binaries,
    unexplainedBinaries,
    unexplainedExamples: texts(coverage['unexplainedExamples']),
  };
}

/** Of a document whose maker does not say what was left out. */
export function untold(packages: readonly FoundPackage[]): Coverage {
  const counts = new Map<string, number>();
  for (const { cataloger } of packages) counts.set(cataloger, (counts.get(cataloger) ?? 0) + 1);
  return {
    untold: true,
    catalogers: [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, count]) => ({ id, packages: count })),
    uncovered: [],
    faults: [],
    binaries: 0,
    unexplainedBinaries: 0,
    unexplainedExamples: [],
  };
}
