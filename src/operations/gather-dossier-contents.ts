import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import { imageSboms } from '../checks/image-sboms.ts';
import type {
  ProvenanceStatement,
  ReproductionStatement,
  TestResultStatement,
} from '../checks/provenance-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type {
  DossierBundle,
  DossierContents,
  DossierFiles,
  DossierImage,
  DossierPackage,
  DossierPermission,
  DossierSbom,
  DossierVariable,
} from '../report/dossier/dossier-contents.ts';
import type { InspectedPackage } from '../report/inspect-report.ts';
import { listedPackages, type PackagedSbom } from '../sbom/packaged-sbom.ts';
import { sbomFileName } from '../sbom/sbom-names.ts';
import {
  describeBundle,
  describedPackages,
  describePackage,
  sharedLayers,
} from './describe-archive.ts';
import { compareText } from './dossier-order.ts';
import type { ArchiveDeployment } from './gather-archive-deployment.ts';
import { permissionsOf } from './gather-dossier-permissions.ts';

/** What one archive holds, small enough to keep until the last archive was read. */
export interface ArchiveContents {
  readonly archive: string;
  readonly bundle: DossierBundle | undefined;
  readonly packages: readonly DossierPackage[];
  /** `carried` names archive and package. */
  readonly images: readonly (Omit<DossierImage, 'carriedBy'> & { readonly carried: string })[];
  readonly files: readonly DossierFiles[];
  readonly variables: readonly DossierVariable[];
  readonly permissions: readonly DossierPermission[];
  /** What lies with it about how it was made. */
  readonly provenance: readonly ProvenanceStatement[];
  /** What lies with it about making it again. */
  readonly reproductions: readonly ReproductionStatement[];
  /** What lies with it about tests and scans. */
  readonly testResults: readonly TestResultStatement[];
  /** What it would deploy was looked at. */
  readonly rendered: boolean;
  /** Files that could not be rendered, so that nobody knows what they permit. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

/** Takes what a report tells out of the facts of an archive, so that the facts need not be kept. */
export function archiveContents(
  facts: ArchiveFacts,
  deployment: ArchiveDeployment | undefined,
): ArchiveContents {
  const archive = facts.identity.fileName ?? 'standard input';
  const described = describedPackages(facts);
  const sboms = new Map(described.flatMap((each) => sbomsOf(each.facts)));
  const shared = sharedLayers(described);
  const inspected = described.map((each) => ({
    label: each.facts.label,
    read: describePackage(each, shared, 'signed'),
    facts: each.facts,
  }));
  const bundle = describeBundle(facts);
  const permissions = (deployment?.packages ?? []).flatMap(({ label, objects }) =>
    objects.flatMap((object) =>
      permissionsOf(object).map((each) => ({ archive, package: label, ...each })),
    ),
  );
  const unread = (deployment?.packages ?? []).flatMap(({ label, unread: lost }) =>
    lost.map(({ path, reason }) => ({ what: `${label}: ${path}`, reason })),
  );
  return {
    archive,
    bundle:
      bundle === null
        ? undefined
        : {
            archive,
            name: bundle.name,
            ...(bundle.version === undefined ? {} : { version: bundle.version }),
            ...(bundle.architecture === undefined ? {} : { architecture: bundle.architecture }),
            ...(bundle.description === undefined ? {} : { description: bundle.description }),
          },
    packages: inspected.map(({ read }) => toPackage(archive, read)),
    images: inspected.flatMap(({ read }) =>
      read.images.map(({ name, digest, platform, size, layers }) => {
        const sbom = sboms.get(digest);
        return {
          reference: name,
          digest,
          ...(platform === undefined ? {} : { platform }),
          size,
          layers: layers.map((layer) => ({ digest: layer.digest, size: layer.size, sharedBy: 1 })),
          ...(sbom === undefined ? {} : { sbom }),
          carried: `${archive}: ${read.name}`,
        };
      }),
    ),
    files: inspected.flatMap(({ read }) =>
      read.components
        .filter(({ files, dataInjections }) => files + dataInjections > 0)
        .map(({ name }): DossierFiles => {
          const sbom = sboms.get(`${read.name}/${name}`);
          return {
            archive,
            package: read.name,
            component: name,
            ...(sbom === undefined ? {} : { sbom }),
          };
        }),
    ),
    variables: [
      ...inspected.flatMap(({ read }) => packageVariables(archive, read)),
      ...(bundle?.variables ?? []).map((each) => ({
        archive,
        package: each.package,
        name: each.name,
        declaredBy: 'bundle' as const,
        target: `${each.component} ${each.chart} ${each.path}`,
        ...(each.description === undefined ? {} : { description: each.description }),
        ...(each.default === undefined ? {} : { default: asText(each.default) }),
        hasDefault: each.hasDefault,
        sensitive: each.sensitive,
      })),
    ],
    permissions,
    provenance: facts.provenance?.statements ?? [],
    reproductions: facts.provenance?.reproductions ?? [],
    testResults: facts.provenance?.testResults ?? [],
    rendered: deployment !== undefined,
    unread,
  };
}

/** What all archives hold together: each image once, with everything that carries it. */
export function joinContents(all: readonly ArchiveContents[]): DossierContents {
  const images = new Map<string, DossierImage>();
  const holders = new Map<Digest, Set<Digest>>();
  for (const { images: own } of all)
    for (const { digest, layers } of own)
      for (const layer of layers)
        holders.set(layer.digest, (holders.get(layer.digest) ?? new Set()).add(digest));
  for (const { images: own } of all) {
    for (const image of own) {
      const { carried, ...rest } = image;
      const key = `${image.reference} ${image.digest}`;
      const before = images.get(key);
      images.set(key, {
        ...rest,
        ...(before?.sbom === undefined ? {} : { sbom: before.sbom }),
        layers: image.layers.map((layer) => ({
          ...layer,
          sharedBy: holders.get(layer.digest)?.size ?? 1,
        })),
        carriedBy: [...new Set([...(before?.carriedBy ?? []), carried])].sort(),
      });
    }
  }
  const sorted = <T>(list: readonly T[], key: (item: T) => string): readonly T[] =>
    list
      .map((item) => [key(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, item]) => item);
  return {
    bundles: all.flatMap(({ bundle }) => (bundle === undefined ? [] : [bundle])),
    packages: all.flatMap(({ packages }) => packages),
    images: sorted([...images.values()], ({ reference, digest }) => `${reference} ${digest}`),
    files: all.flatMap(({ files }) => files),
    variables: sorted(
      all.flatMap(({ variables }) => variables),
      (each) => JSON.stringify([each.package, each.name, each.archive, each.target ?? '']),
    ),
    permissions: [
      ...new Map(
        sorted(
          all.flatMap(({ permissions }) => permissions),
          (each) =>
            JSON.stringify([
              each.kind,
              each.package,
              each.object,
              each.namespace,
              each.text,
              each.archive,
            ]),
        ).map((each) => [JSON.stringify(each), each]),
      ).values(),
    ],
  };
}

/** Documents of a package, by manifest of the image, or by `package/component`. */
function sbomsOf(facts: PackageFacts): readonly (readonly [string, DossierSbom])[] {
  const { metadata, components = [] } = facts.definition?.definition ?? {};
  const ofImages = imageSboms(facts).flatMap(({ image, sbom }) =>
    sbom === undefined ? [] : [[image.descriptor.digest, toSbom(sbom)] as const],
  );
  const ofFiles = components.flatMap(({ name }) => {
    const path = sbomFileName(`zarf-component-${metadata?.name ?? facts.label}-${name}`, 'syft');
    const found = facts.sboms?.documents.find((each) => each.path === path);
    return found === undefined
      ? []
      : [[`${metadata?.name ?? facts.label}/${name}`, toSbom(found)] as const];
  });
  return [...ofImages, ...ofFiles];
}

function toSbom(sbom: PackagedSbom): DossierSbom {
  const { path, digest, tool, distro, coverage, count } = sbom;
  const listed = listedPackages(sbom) ?? [];
  const more = Math.max(0, (count ?? 0) - listed.length);
  return {
    document: path,
    digest,
    ...(tool === '' ? {} : { tool }),
    ...(distro === '' ? {} : { distro }),
    ...(coverage === undefined ? {} : { gaps: coverage.gaps }),
    packages: listed
      .map(({ name, version, type, purl, licences }) => ({
        name,
        version,
        type,
        ...(purl === '' ? {} : { purl }),
        licences: licences ?? [],
      }))
      .sort(
        (a, b) =>
          compareText(a.name, b.name) ||
          compareText(a.version, b.version) ||
          compareText(a.type, b.type),
      ),
    ...(more === 0 ? {} : { more }),
  };
}

function toPackage(
  archive: string,
  { images, constants: _constants, variables: _variables, ...read }: InspectedPackage,
): DossierPackage {
  const { name, version, architecture, flavor, description, digest, size, signature, components } =
    read;
  return {
    archive,
    name,
    ...(version === undefined ? {} : { version }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(flavor === undefined ? {} : { flavor }),
    ...(description === undefined ? {} : { description }),
    ...(digest === undefined ? {} : { digest }),
    size,
    signature,
    components,
    images: images.map((image) => image.digest),
  };
}

function packageVariables(archive: string, read: InspectedPackage): readonly DossierVariable[] {
  return read.variables.map((each) => ({
    archive,
    package: read.name,
    name: each.name,
    declaredBy: 'package' as const,
    ...(each.description === undefined ? {} : { description: each.description }),
    ...(each.pattern === undefined ? {} : { pattern: each.pattern }),
    ...(each.default === undefined ? {} : { default: each.default }),
    hasDefault: each.hasDefault,
    sensitive: each.sensitive,
  }));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
