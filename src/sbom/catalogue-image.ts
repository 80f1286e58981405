import { InternalError } from '../errors/families.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationKeys } from '../oci/descriptor.ts';
import { parseImageConfig } from '../oci/image-config.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { allCatalogers } from './catalogers/all-catalogers.ts';
import { type ImageLayer, type ImageView, viewOf } from './image-view.ts';
import type { Coverage, FoundPackage, InventoriedImage, Inventory } from './inventory.ts';
import type { LayerFacts } from './layer-facts.ts';
import { SbomError } from './sbom-error.ts';

/**
 * Reads manifest and config of an image, which must agree on its layers.
 * @throws SbomError SBOM_IMAGE_INVALID; OciError OCI_DOCUMENT_INVALID
 */
export function inventoriedImage(
  reference: string,
  manifest: Descriptor,
  manifestBytes: Uint8Array,
  configBytes: Uint8Array,
): InventoriedImage {
  const { config, layers } = parseManifest(manifestBytes, manifest.mediaType, reference);
  const { platform, diffIds, members } = parseImageConfig(configBytes, `config of ${reference}`);
  if (layers.length !== diffIds.length)
    throw new SbomError(
      'SBOM_IMAGE_INVALID',
      `${reference} has ${layers.length} layers, its config names ${diffIds.length}`,
      { suggestions: ['Build or fetch the image again'] },
    );
  const base = baseOf(manifestBytes, members);
  const { created } = members;
  return {
    kind: 'image',
    reference,
    digest: manifest.digest,
    manifest,
    config,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    layers: layers.map((descriptor, index) => {
      const diffId = diffIds[index];
      if (diffId === undefined) throw new InternalError(`layer ${index} has no diff id`);
      return { descriptor, diffId };
    }),
    manifestBytes,
    configBytes,
    ...(typeof created === 'string' ? { created } : {}),
    ...(base === undefined ? {} : { base }),
  };
}

/** Makers note the base as annotations of the manifest or labels of the config. */
function baseOf(
  manifestBytes: Uint8Array,
  config: JsonObject,
): { readonly name?: string; readonly digest?: string } | undefined {
  const manifest: unknown = JSON.parse(Buffer.from(manifestBytes).toString('utf8'));
  const notes: readonly unknown[] = [
    Reflect.get(Object(manifest), 'annotations'),
    Reflect.get(Object(config['config']), 'Labels'),
  ];
  const found = (key: string): string | undefined => {
    for (const note of notes) {
      const value: unknown = Reflect.get(Object(note), key);
      if (typeof value === 'string' && value !== '') return value;
    }
    return undefined;
  };
  const name = found(annotationKeys.baseName);
  const digest = found('org.opencontainers.image.base.digest');
  if (name === undefined && digest === undefined) return undefined;
  return { ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * The inventory of an image from the facts of its layers, lowest first. The same layers give the same
 * inventory, whatever order they were read in.
 */
export function catalogueImage(
  subject: Inventory['subject'],
  facts: readonly LayerFacts[],
): Inventory {
  const layers = subject.layers.map(({ diffId }, index): ImageLayer => {
    const layer = facts[index];
    if (layer === undefined) throw new InternalError(`layer ${index} was not read`);
    return { diffId, facts: layer };
  });
  const owned = new Set<string>();
  const view: ImageView = viewOf(layers, owned);
  const counts: { id: string; packages: number }[] = [];
  const packages: FoundPackage[] = [];
  for (const cataloger of allCatalogers) {
    const found = cataloger.packages(view);
    packages.push(...found);
    for (const { owns = [], locations } of found) {
      for (const path of owns) owned.add(path);
      for (const { path } of locations) owned.add(path.slice(1));
    }
    counts.push({ id: cataloger.id, packages: found.length });
  }
  const sorted = packages
    .map((found) => ({ found, key: sortKey(found) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ found }) => found);
  return {
    subject,
    ...(view.distro === undefined ? {} : { distro: view.distro }),
    packages: sorted,
    overlaps: overlapsOf(sorted),
    coverage: coverageOf(view, counts, owned),
  };
}

function sortKey({ kind, name, version, locations }: FoundPackage): string {
  return [kind, name, version, locations[0]?.path ?? ''].join('\0');
}

const systemKinds: readonly string[] = ['deb', 'apk', 'rpm'];

/** A package of the system that owns the evidence of another is the same software twice. */
function overlapsOf(packages: readonly FoundPackage[]): Inventory['overlaps'] {
  const owners = new Map<string, number>();
  for (const [index, { kind, owns = [] }] of packages.entries())
    if (systemKinds.includes(kind)) for (const path of owns) owners.set(path, index);
  return packages.flatMap(({ kind, locations }, owned) => {
    if (systemKinds.includes(kind)) return [];
    const shared = new Map<number, string[]>();
    for (const { path, primary } of locations) {
      const owner = primary ? owners.get(path.slice(1)) : undefined;
      if (owner !== undefined) shared.set(owner, [...(shared.get(owner) ?? []), path]);
    }
    return [...shared].map(([owner, paths]) => ({ owner, owned, paths }));
  });
}

const maxExamples = 5;

function coverageOf(
  view: ImageView,
  catalogers: Coverage['catalogers'],
  owned: ReadonlySet<string>,
): Coverage {
  const uncovered = new Map<string, string[]>();
  for (const { facts, path } of view.files('uncovered'))
    uncovered.set(facts.ecosystem, [...(uncovered.get(facts.ecosystem) ?? []), `/${path}`]);
  const unexplained = view.binaries.filter((path) => !owned.has(path) && !owned.has(merged(path)));
  return {
    catalogers,
    uncovered: [...uncovered]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([ecosystem, paths]) => ({
        ecosystem,
        count: paths.length,
        examples: paths.slice(0, maxExamples),
      })),
    faults: view
      .files('fault')
      .map(({ path, facts }) => ({ path: `/${path}`, message: facts.message })),
    binaries: view.binaries.length,
    unexplainedBinaries: unexplained.length,
    unexplainedExamples: unexplained.slice(0, maxExamples).map((path) => `/${path}`),
  };
}

/** Package lists of systems with a merged `/usr` may still say `/lib` or `/bin`. */
function merged(path: string): string {
  return path.replace(/^usr\/((?:s?bin|lib(?:32|64|x32)?)\/)/, '$1');
}
