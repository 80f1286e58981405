import { hexOf } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import type { FoundPackage, ImageByConfig, InventoriedImage, Inventory } from './inventory.ts';
import { packageId } from './package-id.ts';
import { distroMembers } from './syft-distro.ts';
import { writtenVersion } from './unknown-version.ts';

/** Version of Syft's format that is written. */
const schemaVersion = '16.1.10';
const schemaUrl = `https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-${schemaVersion}.json`;

/** Who wrote a document. */
export interface SbomTool {
  readonly name: string;
  readonly version: string;
  /** Of a program that was named, hex. */
  readonly sha256?: string;
}

/** Who made the list, and who wrote it in another format where that was somebody else. */
export interface SbomMaker extends SbomTool {
  readonly converter?: SbomTool;
  /** Who answers for the list, as the packages of a release say; undefined: nobody is known. */
  readonly author?: string;
}

const languages: Readonly<Record<string, string>> = {
  python: 'python',
  npm: 'javascript',
  'go-module': 'go',
};

/**
 * An inventory as Syft's own JSON, which is what packages carry. Ends in a newline: some readers drop the
 * last byte.
 * @see shared reference of SBOMs, section 1
 */
export function renderSyft(inventory: Inventory, tool: SbomMaker): Uint8Array {
  const { subject, packages, overlaps, coverage, distro } = inventory;
  const ids = packages.map(packageId);
  const byPurl = new Map(packages.map(({ purl }, index) => [purl, ids[index] ?? '']));
  const source = hexOf(subject.digest);
  const relations: { parent: string; child: string; type: string; metadata?: JsonObject }[] = [];
  for (const [index, { dependsOn = [] }] of packages.entries()) {
    const child = ids[index] ?? '';
    relations.push({ parent: source, child, type: 'contains' });
    for (const purl of dependsOn) {
      const parent = byPurl.get(purl);
      if (parent !== undefined && parent !== child)
        relations.push({ parent, child, type: 'dependency-of' });
    }
  }
  for (const { owner, owned, paths } of overlaps)
    relations.push({
      parent: ids[owner] ?? '',
      child: ids[owned] ?? '',
      type: 'ownership-by-file-overlap',
      metadata: { files: paths },
    });
  const document = {
    artifacts: packages.map((found, index) => artifactOf(found, ids[index] ?? '')),
    artifactRelationships: relations.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    source: sourceOf(subject, source),
    distro: distro === undefined ? {} : distroOf(distro.fields),
    descriptor: {
      name: tool.name,
      version: tool.version,
      configuration: {
        ...(tool.sha256 === undefined ? {} : { program: { sha256: tool.sha256 } }),
        ...(tool.converter === undefined ? {} : { converter: { ...tool.converter } }),
        ...(tool.author === undefined ? {} : { author: tool.author }),
        coverage,
        details: detailsOf(packages, ids),
      },
    },
    schema: { version: schemaVersion, url: schemaUrl },
  };
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

/** What other formats tell of a package and this one has no member for, by id. */
function detailsOf(packages: readonly FoundPackage[], ids: readonly string[]): JsonObject {
  return Object.fromEntries(
    packages.flatMap((found, index) => {
      const told = toldByMetadata(found.metadata);
      const { supplier, description, homepage, hashes, model } = found;
      const details = {
        ...(supplier === told.supplier ? {} : { supplier: supplier ?? '' }),
        ...(description === told.description ? {} : { description: description ?? '' }),
        ...(homepage === told.homepage ? {} : { homepage: homepage ?? '' }),
        ...(hashes === undefined ? {} : { hashes }),
        ...(model === undefined ? {} : { model }),
      };
      return Object.keys(details).length === 0 ? [] : [[ids[index] ?? '', details]];
    }),
  );
}

/** What the metadata of a package says in any ecosystem. */
export function toldByMetadata(metadata: JsonObject): {
  readonly supplier: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
} {
  const first = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = metadata[name];
      if (typeof value === 'string' && value !== '') return value;
    }
    return undefined;
  };
  return {
    supplier: first('maintainer', 'vendor', 'author'),
    description: first('description'),
    homepage: first('homepage', 'url'),
  };
}

function keyOf({ type, parent, child }: { type: string; parent: string; child: string }): string {
  return `${type} ${parent} ${child}`;
}

function artifactOf(found: FoundPackage, id: string): JsonObject {
  const places = found.locations.map(({ path, diffId, primary }) => ({
    path,
    layerID: diffId,
    accessPath: path,
    annotations: { evidence: primary ? 'primary' : 'supporting' },
  }));
  const primary = places.filter(({ annotations }) => annotations.evidence === 'primary');
  return {
    id,
    name: found.name,
    version: writtenVersion(found.version),
    type: found.foreignKind ?? found.kind,
    foundBy: found.kind === 'other' ? found.cataloger : `${found.cataloger}-cataloger`,
    locations: places,
    licenses: found.licences.map(({ value, expression }) => ({
      value,
      spdxExpression: expression,
      type: 'declared',
      urls: [],
      locations: primary.slice(0, 1),
    })),
    language: languages[found.kind] ?? '',
    cpes: found.cpes.map((cpe) => ({ cpe, source: 'cowa-release-generated' })),
    purl: found.purl,
    ...(found.metadataType === ''
      ? {}
      : { metadataType: found.metadataType, metadata: found.metadata }),
  };
}

function sourceOf(subject: Inventory['subject'], id: string): JsonObject {
  const { kind, reference, digest } = subject;
  if (kind !== 'files') return imageSource(subject, id);
  return { id, name: reference, version: digest, type: 'directory', metadata: { path: reference } };
}

function imageSource(image: InventoriedImage | ImageByConfig, id: string): JsonObject {
  const { layers, reference, digest } = image;
  const known = image.kind === 'image';
  const at = reference.indexOf('@');
  const name = (at < 0 ? reference : reference.slice(0, at)).replace(/:[^/:]+$/, '');
  return {
    id,
    name,
    version: digest,
    type: 'image',
    metadata: {
      userInput: reference,
      imageID: known ? image.config.digest : digest,
      manifestDigest: known ? digest : '',
      mediaType: known ? image.manifest.mediaType : '',
      tags: at < 0 ? [reference] : [],
      imageSize: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
      layers: layers.map(({ descriptor, diffId }) => ({
        mediaType: descriptor.mediaType,
        digest: diffId,
        size: descriptor.size,
      })),
      manifest: known ? Buffer.from(image.manifestBytes).toString('base64') : null,
      config: Buffer.from(image.configBytes).toString('base64'),
      repoDigests: known ? [`${name}@${digest}`] : [],
      architecture: image.architecture,
      os: image.os,
    },
  };
}

function distroOf(fields: Readonly<Record<string, string>>): JsonObject {
  const like = (fields['ID_LIKE'] ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    ...Object.fromEntries(
      distroMembers.flatMap(([field, member]) =>
        fields[field] === undefined ? [] : [[member, fields[field]]],
      ),
    ),
    ...(like.length === 0 ? {} : { idLike: like }),
  };
}
