import type { ArchiveFacts, ImageManifestFacts, PackageFacts } from '../checks/facts.ts';
import { imageNamesOf } from '../checks/left-out-files.ts';
import type { Digest } from '../oci/digest.ts';
import type {
  BundleVariable,
  ImageTotals,
  InspectedBundle,
  InspectedComponent,
  InspectedImage,
  InspectedPackage,
  InspectProblem,
} from '../report/inspect-report.ts';
import type { OverrideVariable, UdsPackage } from '../uds/bundle.ts';
import { selectedComponents } from '../uds/selected-components.ts';
import type { Component } from '../zarf/definition.ts';

/** A package of an archive, what the bundle says of it, and which of its components are deployed. */
export interface DescribedPackage {
  readonly facts: PackageFacts;
  /** Undefined outside of a legacy bundle. */
  readonly entry: UdsPackage | undefined;
  readonly selected: ReadonlySet<string>;
}

/** The packages of an archive, each once: a hybrid carries two halves with one content. */
export function describedPackages({ packages, bundle }: ArchiveFacts): readonly DescribedPackage[] {
  const definition = bundle?.definition;
  const half = bundle?.format === 'next' ? 'next' : 'legacy';
  const members = bundle?.members?.filter((member) => member.half === half);
  const kept =
    members === undefined
      ? packages
      : packages.filter(({ label }) => members.some((member) => member.label === label));
  return (kept.length === 0 ? packages : kept).map((facts) => {
    const pointer = members?.find(({ label }) => label === facts.label)?.pointer;
    const index = Number(/^\/packages\/(\d+)$/.exec(pointer ?? '')?.[1] ?? Number.NaN);
    const entry = half === 'legacy' ? definition?.bundle?.packages[index] : undefined;
    const listed =
      entry?.optionalComponents ?? definition?.next?.packages[index]?.optionalComponents ?? [];
    const selected = selectedComponents(
      facts.definition?.definition ?? { components: [] },
      listed,
      half,
    );
    return { facts, entry, selected };
  });
}

/** What the definition of a bundle says of it; null for a package. */
export function describeBundle({ bundle }: ArchiveFacts): InspectedBundle | null {
  if (bundle === undefined) return null;
  const { bundle: legacy, next } = bundle.definition ?? {};
  const metadata = legacy?.metadata ?? next?.metadata;
  const architecture = bundle.architecture ?? legacy?.metadata.architecture;
  return {
    name: metadata?.name ?? '',
    ...(metadata?.version === undefined ? {} : { version: metadata.version }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(metadata?.description === undefined ? {} : { description: metadata.description }),
    variables: (legacy?.packages ?? []).flatMap(bundleVariables),
  };
}

/** One package: identity, components, images and variables by its own definition. */
export function describePackage(
  { facts, selected }: DescribedPackage,
  shared: ReadonlySet<string>,
  signature: InspectedPackage['signature'],
): InspectedPackage {
  const { label, definition, files } = facts;
  const read = definition?.definition;
  const { metadata, build } = read ?? {};
  const architecture = build?.architecture ?? metadata?.architecture;
  const digest = files.get('zarf.yaml')?.digest;
  return {
    name: metadata?.name ?? label,
    ...(metadata?.version === undefined ? {} : { version: metadata.version }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(build?.flavor === undefined || build.flavor === '' ? {} : { flavor: build.flavor }),
    ...(metadata?.description === undefined ? {} : { description: metadata.description }),
    ...(build?.version === undefined ? {} : { zarfVersion: build.version }),
    ...(build?.differential === true
      ? { differenceTo: build.differentialPackageVersion ?? '' }
      : {}),
    ...(build?.timestamp === undefined ? {} : { builtAt: build.timestamp }),
    ...(digest === undefined ? {} : { digest }),
    size: [...files.values()].reduce((sum, file) => sum + file.size, 0),
    components: (read?.components ?? []).map((component) =>
      describeComponent(component, facts, selected),
    ),
    images: imagesOf(facts).map((image) => describeImage(image, shared)),
    variables: (read?.variables ?? []).map(
      ({ name, description, pattern, sensitive = false, default: value }) => ({
        name,
        ...(description === undefined ? {} : { description }),
        ...(pattern === undefined ? {} : { pattern }),
        ...(value === undefined || sensitive ? {} : { default: value }),
        hasDefault: value !== undefined,
        sensitive,
      }),
    ),
    constants: (read?.constants ?? []).map(({ name, value }) => ({ name, value })),
    signature,
  };
}

interface NamedImage {
  readonly name: string;
  readonly manifest: ImageManifestFacts;
}

/** Images of a package in the order of its index, one per manifest. */
function imagesOf({ images }: PackageFacts): readonly NamedImage[] {
  const named = (images?.roots ?? []).flatMap(({ name, descriptor, manifests }) =>
    manifests.map((manifest) => ({ name: name ?? descriptor.digest, manifest })),
  );
  const seen = new Set<string>();
  // A child of an index stands among the roots too, without a name.
  return named
    .toSorted((a, b) => Number(a.name.startsWith('sha256:')) - Number(b.name.startsWith('sha256:')))
    .filter(({ name, manifest }) => {
      const key = name.startsWith('sha256:')
        ? manifest.descriptor.digest
        : `${name} ${manifest.descriptor.digest}`;
      const twice = seen.has(key);
      seen.add(key).add(manifest.descriptor.digest);
      return !twice;
    });
}

/** Digests of layers that more than one image has; an image that two packages carry is one. */
export function sharedLayers(packages: readonly DescribedPackage[]): ReadonlySet<string> {
  const holders = new Map<string, Set<Digest>>();
  for (const { manifest } of packages.flatMap(({ facts }) => imagesOf(facts))) {
    for (const { digest } of manifest.layers)
      holders.set(digest, (holders.get(digest) ?? new Set()).add(manifest.descriptor.digest));
  }
  return new Set([...holders].filter(([, images]) => images.size > 1).map(([digest]) => digest));
}

/** Sums over all images. */
export function imageTotals(packages: readonly DescribedPackage[]): ImageTotals {
  const images = new Map(
    packages
      .flatMap(({ facts }) => imagesOf(facts))
      .map(({ manifest }) => [manifest.descriptor.digest, manifest]),
  );
  const blobs = new Map<string, number>();
  const layers = new Set<string>();
  for (const { descriptor, config, layers: own } of images.values()) {
    for (const { digest, size } of [descriptor, ...(config === undefined ? [] : [config]), ...own])
      blobs.set(digest, size);
    for (const { digest } of own) layers.add(digest);
  }
  return {
    count: images.size,
    layers: layers.size,
    size: [...images.values()].reduce(
      (sum, { size, descriptor }) => sum + size + descriptor.size,
      0,
    ),
    uniqueSize: [...blobs.values()].reduce((sum, size) => sum + size, 0),
  };
}

/** True when everything there is to show could be read. */
export function isComplete({ container, identity, packages, bundle }: ArchiveFacts): boolean {
  if (identity.format === 'unknown' || container.problems.some(({ fatal }) => fatal)) return false;
  const { bundle: legacy, next } = bundle?.definition ?? {};
  if (bundle !== undefined && legacy === undefined && next === undefined) return false;
  return (
    packages.length > 0 && packages.every(({ definition }) => definition?.definition !== undefined)
  );
}

/** What could not be read, in the archive and in its documents; sorted. */
export function describeProblems({
  container,
  identity,
  packages,
  bundle,
}: ArchiveFacts): readonly InspectProblem[] {
  const found: InspectProblem[] = container.problems.map(({ code, message }) => ({
    code,
    message,
  }));
  if (identity.format === 'unknown')
    found.push({
      code: 'FORMAT_UNKNOWN',
      message: 'the archive is neither a Zarf package nor a UDS bundle',
    });
  for (const { label, definition } of packages) {
    if (definition?.definition !== undefined) continue;
    const [first] = definition?.problems ?? [];
    found.push({
      code: 'DEFINITION_UNREADABLE',
      message: `zarf.yaml of ${label} ${first === undefined ? 'is not there, or could not be kept' : `cannot be read: ${first.line}:${first.column} ${first.message}`}`,
    });
  }
  if (
    bundle !== undefined &&
    bundle.definition?.bundle === undefined &&
    bundle.definition?.next === undefined
  ) {
    found.push({
      code: 'DEFINITION_UNREADABLE',
      message: 'the definition of the bundle cannot be read',
    });
  }
  for (const { code, subject, message } of bundle?.problems ?? [])
    found.push({ code, message: `${subject}: ${message}` });
  const key = ({ code, message }: InspectProblem): string => `${code} ${message}`;
  return [...new Map(found.map((problem) => [key(problem), problem])).values()].sort((a, b) =>
    key(a) < key(b) ? -1 : 1,
  );
}

function describeComponent(
  component: Component,
  { files }: PackageFacts,
  selected: ReadonlySet<string>,
): InspectedComponent {
  const {
    name,
    required = false,
    description,
    charts = [],
    manifests = [],
    files: carried = [],
    dataInjections = [],
    actions,
  } = component;
  const sets = [actions?.onDeploy, actions?.onRemove];
  return {
    name,
    required,
    selected: selected.has(name),
    ...(description === undefined ? {} : { description }),
    images: imageNamesOf(component).length,
    charts: charts.map((chart) =>
      chart.version === undefined ? chart.name : `${chart.name} ${chart.version}`,
    ),
    manifests: manifests.length,
    files: carried.length,
    dataInjections: dataInjections.length,
    actions: sets.reduce(
      (sum, set) =>
        sum +
        [set?.before, set?.after, set?.onSuccess, set?.onFailure].reduce(
          (all, list) => all + (list?.length ?? 0),
          0,
        ),
      0,
    ),
    size: files.get(`components/${name}.tar`)?.size ?? 0,
  };
}

function describeImage(
  { name, manifest }: NamedImage,
  shared: ReadonlySet<string>,
): InspectedImage {
  const { descriptor, platform, size, layers } = manifest;
  const common = layers.filter(({ digest }) => shared.has(digest));
  const known =
    platform?.os === undefined || platform.architecture === undefined
      ? {}
      : { platform: `${platform.os}/${platform.architecture}` };
  return {
    name,
    digest: descriptor.digest,
    ...known,
    size,
    layers: layers.map(({ digest, size: bytes, mediaType }) => ({
      digest,
      size: bytes,
      mediaType,
    })),
    shared: { layers: common.length, size: common.reduce((sum, each) => sum + each.size, 0) },
  };
}

function bundleVariables({
  name: packageName,
  overrides = {},
}: UdsPackage): readonly BundleVariable[] {
  return Object.entries(overrides).flatMap(([component, charts]) =>
    Object.entries(charts).flatMap(([chart, { variables = [] }]) =>
      variables.map(
        ({ name, path, description, default: value, sensitive = false }: OverrideVariable) => ({
          name,
          package: packageName,
          component,
          chart,
          path,
          ...(description === undefined ? {} : { description }),
          ...(value === undefined || sensitive ? {} : { default: value }),
          hasDefault: value !== undefined,
          sensitive,
        }),
      ),
    ),
  );
}
