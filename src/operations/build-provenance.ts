import { posix } from 'node:path';
import type { ProvenanceResource } from '../attestation/provenance.ts';
import { type ArchiveProvenance, renderProvenance } from '../attestation/render-provenance.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { SourceRevision } from '../ports/source-revision.ts';
import type { Run } from '../support/run.ts';
import type { UdsBundle } from '../uds/bundle.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import type { FinishedArchive } from './finish-flavor.ts';
import { imageInputs } from './image-inputs.ts';
import { lockFileName } from './load-lock.ts';
import type { PackageInput } from './package-inputs.ts';
import type { PackedPackage } from './packed-package.ts';
import { placeName } from './place-name.ts';
import type { PlannedBundle, PlannedPackage, ReleasePlan } from './plan-release.ts';
import type { ProvenanceContext } from './provenance-context.ts';
import { definitionDigest } from './write-flavor-archives.ts';
import { writtenFormats } from './written-formats.ts';

/** What is the same for every archive of a flavor. */
export interface ProvenanceRelease {
  readonly plan: ReleasePlan;
  readonly flavor: ReleaseFlavor;
  /** Only what the lock names was taken. */
  readonly locked: boolean;
  readonly context: ProvenanceContext;
}

/** The provenance statement of a package, unsigned. */
export async function packageProvenance(
  {
    planned,
    packed,
    archive,
    inputs,
    images,
  }: {
    readonly planned: PlannedPackage;
    readonly packed: PackedPackage;
    readonly archive: FinishedArchive;
    readonly inputs: readonly PackageInput[];
    readonly images: readonly ResolvedImage[];
  },
  release: ProvenanceRelease,
  run: Run,
): Promise<string> {
  const { plan, context } = release;
  const { config } = planned;
  const found: ProvenanceResource[] = [];
  for (const image of images)
    found.push(...(await imageInputs(image, plan.release.architecture, context.reads, run)));
  return renderProvenance({
    ...common(release, archive),
    manifest: packageManifest(packed).digest,
    externalParameters: {
      ...externalOf(release),
      package: placeName(config.path),
      ...(config.zarfFlavor === undefined ? {} : { zarfFlavor: config.zarfFlavor }),
      // Names only: a value may be a secret, and the definition that holds it is pinned.
      ...(config.set === undefined ? {} : { templates: Object.keys(config.set).sort() }),
      ...(config.registryOverrides === undefined
        ? {}
        : { registryOverrides: Object.keys(config.registryOverrides).sort() }),
    },
    dependencies: [
      ...commonDependencies(release),
      ...inputs.map(inputResource),
      ...found,
      ...givenFor(images, context),
    ],
    byproducts: packed.files.flatMap(({ path, blob }) =>
      path === 'checksums.txt' || path === 'sboms.tar' || /^components\/[^/]+\.tar$/.test(path)
        ? [{ name: path, digest: { sha256: hexOf(blob.digest) } }]
        : [],
    ),
  });
}

/** The provenance statement of a bundle, unsigned. What its packages were made from, their own statements say. */
export function bundleProvenance(
  {
    bundle,
    archive,
    members,
  }: {
    readonly bundle: PlannedBundle;
    readonly archive: FinishedArchive;
    /** By the name the bundle gives them. */
    readonly members: ReadonlyMap<string, PackedPackage>;
  },
  release: ProvenanceRelease,
): string {
  const { reads } = release.context;
  const folder = posix.dirname(bundle.path);
  const files = [
    { path: bundle.path, kind: 'definition' },
    ...valuesOf(bundle.definition).map((path) => ({
      path: posix.join(folder, path),
      kind: 'values',
    })),
  ];
  return renderProvenance({
    ...common(release, archive),
    externalParameters: { ...externalOf(release), bundle: placeName(bundle.path) },
    dependencies: [
      ...commonDependencies(release),
      ...files.flatMap(({ path, kind }) => fileResource(path, reads.digestOf(path), { kind })),
      ...bundle.members.flatMap((member) => {
        const packed = members.get(member.name);
        return packed === undefined ? [] : [memberResource(member, packed)];
      }),
    ],
    byproducts: [],
  });
}

function common(
  { plan, context }: ProvenanceRelease,
  { fileName, digest, root }: FinishedArchive,
): Pick<ArchiveProvenance, 'archive' | 'root' | 'internalParameters' | 'builder'> {
  const { renderer, sbomEngine, runActions, builder } = context;
  return {
    archive: { name: fileName, digest },
    root,
    internalParameters: {
      sourceDateEpoch: plan.timestamp.getTime() / 1000,
      runActions,
      formats: { ...writtenFormats },
      ...(renderer === undefined ? {} : { renderer: { ...renderer } }),
      sbomEngine: sbomEngine === undefined ? 'none' : { ...sbomEngine },
    },
    builder,
  };
}

function externalOf({ plan, flavor, locked, context }: ProvenanceRelease): Record<string, unknown> {
  const { name, version, architecture } = plan.release;
  return {
    definition: placeName(context.definition),
    release: { name, version },
    flavor,
    architecture,
    locked,
  };
}

function commonDependencies({ locked, context }: ProvenanceRelease): readonly ProvenanceResource[] {
  const { reads, definition, revision, tools } = context;
  return [
    ...fileResource(definition, reads.digestOf(definition), { kind: 'definition' }),
    ...(locked ? fileResource(lockFileName, reads.digestOf(lockFileName), { kind: 'lock' }) : []),
    ...(revision === undefined ? [] : [sourceResource(revision)]),
    ...(tools ?? []),
  ];
}

function sourceResource(revision: SourceRevision): ProvenanceResource {
  const { commit, repository, folder, dirty } = revision;
  return {
    name: 'source',
    ...(repository === undefined ? {} : { uri: `git+${repository}@${commit}` }),
    digest: { gitCommit: commit },
    annotations: { kind: 'source', folder, dirty: dirty ?? 'unknown' },
  };
}

function inputResource(input: PackageInput): ProvenanceResource {
  const { kind, path, digest, component, as, origin } = input;
  const commit = origin?.commit;
  return {
    name: placeName(path),
    ...(origin === undefined ? {} : { uri: origin.uri }),
    digest: { sha256: hexOf(digest), ...(commit === undefined ? {} : { gitCommit: commit }) },
    annotations: {
      kind,
      ...(component === undefined ? {} : { component }),
      ...(as === undefined ? {} : { path: as }),
    },
  };
}

function fileResource(
  path: string,
  digest: Digest | undefined,
  annotations: Readonly<Record<string, unknown>>,
): readonly ProvenanceResource[] {
  if (digest === undefined) return [];
  return [{ name: placeName(path), digest: { sha256: hexOf(digest) }, annotations }];
}

/** SBOMs that were given for the images of a package. */
function givenFor(
  images: readonly ResolvedImage[],
  { givenSboms = [] }: ProvenanceContext,
): readonly ProvenanceResource[] {
  const carried = new Set(images.map(({ normalized }) => normalized));
  return givenSboms
    .filter(({ image }) => carried.has(normalizeReference(image).normalized))
    .map(({ image, file, sha256 }) => ({
      name: placeName(file),
      digest: { sha256 },
      annotations: { kind: 'sbom', image },
    }));
}

/** By what its content hangs on: a bundle takes a package apart, so that the bytes of its archive are nowhere in it. */
function memberResource(
  member: PlannedBundle['members'][number],
  packed: PackedPackage,
): ProvenanceResource {
  const { name, version } = packed.definition.metadata;
  const place =
    member.kind === 'archive'
      ? { archive: placeName(member.path) }
      : member.kind === 'published'
        ? { reference: member.reference }
        : {};
  const manifest = packed.registryManifest?.digest;
  return {
    name: `${member.name}#zarf.yaml`,
    uri: `pkg:generic/${encodeURIComponent(name)}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`,
    digest: { sha256: hexOf(definitionDigest(packed)) },
    annotations: {
      kind: 'package',
      origin: member.kind,
      ...place,
      ...(manifest === undefined ? {} : { manifest }),
    },
  };
}

function valuesOf({ packages }: UdsBundle): readonly string[] {
  return packages.flatMap(({ overrides }) =>
    Object.values(overrides ?? {}).flatMap((charts) =>
      Object.values(charts).flatMap(({ valuesFiles }) => valuesFiles ?? []),
    ),
  );
}
