import type { JsonObject } from '../oci/read-members.ts';
import type {
  Coverage,
  FoundPackage,
  InventoriedImage,
  Inventory,
  LicenceClaim,
} from './inventory.ts';
import { combined, isExpression } from './licences/licence-claim.ts';
import { derivedUuid, packageId } from './package-id.ts';
import { imageUrl, webAddress } from './package-url.ts';
import type { SbomMaker } from './render-syft.ts';
import type { Completeness } from './spdx-comment.ts';
import { writtenVersion } from './unknown-version.ts';

/** Prefix of properties of our own. */
const propertyPrefix = 'cowa-release:';

const componentTypes: Readonly<Record<FoundPackage['kind'], string>> = {
  deb: 'library',
  apk: 'library',
  rpm: 'library',
  python: 'library',
  npm: 'library',
  'go-module': 'library',
  binary: 'library',
  model: 'machine-learning-model',
  other: 'library',
};

/**
 * An inventory as CycloneDX 1.6 JSON, sorted, with a serial number that follows from its content.
 * @param created time of the document; an input, so that the same image gives the same bytes
 * @see CycloneDX 1.6, and shared reference of SBOMs, section 3
 */
export function renderCycloneDx(
  inventory: Inventory,
  { converter, author, ...tool }: SbomMaker,
  created: Date,
): Uint8Array {
  const { subject, packages, distro, coverage } = inventory;
  const root = subject.digest;
  const refs = packages.map(packageId);
  const byPurl = new Map(packages.map(({ purl }, index) => [purl, refs[index] ?? '']));
  const system =
    distro === undefined
      ? []
      : [
          {
            type: 'operating-system',
            'bom-ref': 'operating-system',
            name: distro.id,
            ...(distro.versionId === '' ? {} : { version: distro.versionId }),
            ...(distro.fields['PRETTY_NAME'] === undefined
              ? {}
              : { description: distro.fields['PRETTY_NAME'] }),
          },
        ];
  const listed = [...system.map((each) => each['bom-ref']), ...refs].sort();
  const body = {
    version: 1,
    metadata: {
      timestamp: isoSeconds(created),
      lifecycles: [{ phase: 'post-build' }],
      tools: {
        components: [tool, ...(converter === undefined ? [] : [converter])].map(
          ({ sha256, ...each }) => ({
            type: 'application',
            ...each,
            ...(sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
          }),
        ),
      },
      ...authorsOf(author),
      component: {
        type: subject.kind === 'files' ? 'data' : 'container',
        'bom-ref': root,
        name: subject.reference,
        version: root,
        hashes: [{ alg: 'SHA-256', content: root.slice('sha256:'.length) }],
        ...(subject.kind === 'image'
          ? { purl: imageUrl(subject.reference, root, subject.architecture) }
          : {}),
      },
      properties: [
        ...coverageProperties(coverage, subject.kind === 'image' ? subject.base : undefined),
        ...unknownAuthor(author),
      ],
    },
    components: [
      ...system,
      ...packages.map((found, index) => componentOf(found, refs[index] ?? '')),
    ],
    dependencies: [
      { ref: root, dependsOn: listed },
      ...packages.map(({ dependsOn = [] }, index) => {
        const needs = dependsOn.flatMap((purl) => byPurl.get(purl) ?? []);
        const ref = refs[index] ?? '';
        return {
          ref,
          ...(needs.length === 0
            ? {}
            : { dependsOn: [...new Set(needs)].filter((need) => need !== ref).sort() }),
        };
      }),
    ],
    compositions: [{ aggregate: aggregateOf(coverage), assemblies: [root] }],
  };
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${derivedUuid(JSON.stringify(body))}`,
    ...body,
  };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}

/** Who answers for a document, where that is known. */
export function authorsOf(author: string | undefined): JsonObject {
  return author === undefined ? {} : { authors: [{ name: author }] };
}

/** Where it is not, that is said: silence would look like an oversight. */
export function unknownAuthor(author: string | undefined): readonly JsonObject[] {
  return author === undefined ? [{ name: `${propertyPrefix}author`, value: 'unknown' }] : [];
}

/** Nothing was seen that no cataloger explains. */
export function isComplete(coverage: Coverage): boolean {
  const { uncovered, faults, unexplainedBinaries, untold } = coverage;
  return (
    untold !== true && uncovered.length === 0 && faults.length === 0 && unexplainedBinaries === 0
  );
}

/** How complete a list is, in CycloneDX's words. */
export function aggregateOf(coverage: Coverage): Completeness {
  if (coverage.untold === true) return 'unknown';
  return isComplete(coverage) ? 'complete' : 'incomplete';
}

/** RFC 3339 without fractions. */
export function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

function componentOf(found: FoundPackage, ref: string): JsonObject {
  const [cpe] = found.cpes;
  const hashes = (found.hashes ?? []).filter(({ alg }) => alg.startsWith('SHA-'));
  const home = webAddress(found.homepage);
  return {
    type: componentTypes[found.kind],
    'bom-ref': ref,
    ...(found.supplier === undefined ? {} : { supplier: { name: found.supplier } }),
    name: found.name,
    version: writtenVersion(found.version),
    ...(found.description === undefined ? {} : { description: found.description }),
    ...(hashes.length === 0 ? {} : { hashes }),
    ...(found.licences.length === 0 ? {} : { licenses: licencesOf(found.licences) }),
    ...(cpe === undefined ? {} : { cpe }),
    purl: found.purl,
    ...(home === undefined ? {} : { externalReferences: [{ type: 'website', url: home }] }),
    ...(found.model === undefined ? {} : { modelCard: modelCardOf(found.model) }),
    evidence: {
      occurrences: found.locations.map(({ path, diffId, primary }) => ({
        location: path,
        additionalContext: `${primary ? 'primary' : 'supporting'}, layer ${diffId}`,
      })),
    },
    properties: [
      { name: `${propertyPrefix}cataloger`, value: found.cataloger },
      ...[...new Set(found.locations.filter(({ primary }) => primary).map((at) => at.diffId))].map(
        (value) => ({ name: `${propertyPrefix}layer`, value }),
      ),
      { name: `${propertyPrefix}package-type`, value: found.foreignKind ?? found.kind },
      ...sourceProperties(found),
    ],
  };
}

/**
 * Of a Debian package that was built again (`+b1`) from a source of its own name: grype takes the version of that source
 * from the names syft gave these properties, and from the package URL only where the source has another name.
 */
function sourceProperties({
  kind,
  name,
  version,
  metadata,
}: FoundPackage): readonly { readonly name: string; readonly value: string }[] {
  const { source, sourceVersion } = metadata;
  if (kind !== 'deb' || source !== name || typeof sourceVersion !== 'string') return [];
  if (sourceVersion === '' || sourceVersion === version) return [];
  return [
    { name: 'syft:metadata:source', value: name },
    { name: 'syft:metadata:sourceVersion', value: sourceVersion },
    { name: 'syft:package:metadataType', value: 'dpkg-db-entry' },
  ];
}

/** One expression for all, unless each is one licence: then each stands for itself. */
function licencesOf(claims: readonly LicenceClaim[]): readonly JsonObject[] {
  const acknowledgement = 'declared';
  if (claims.every(({ expression }) => expression === '' || !/[ ()+]/.test(expression)))
    return claims.map(({ value, expression }) => ({
      license: {
        ...(expression === '' || !isExpression(expression) || expression.startsWith('LicenseRef-')
          ? { name: value }
          : { id: expression }),
        acknowledgement,
      },
    }));
  return [{ expression: combined(claims) ?? 'NOASSERTION', acknowledgement }];
}

function modelCardOf({ architecture, properties }: NonNullable<FoundPackage['model']>): JsonObject {
  return {
    modelParameters: {
      task: 'inference',
      ...(architecture === undefined ? {} : { modelArchitecture: architecture }),
    },
    properties: Object.entries(properties).map(([name, value]) => ({
      name: `${propertyPrefix}${name}`,
      value: String(value),
    })),
  };
}

/** What was looked at and what was not, in words a program can read. */
function coverageProperties(
  coverage: Coverage,
  base: InventoriedImage['base'],
): readonly { readonly name: string; readonly value: string }[] {
  const { catalogers, uncovered, faults, binaries, unexplainedBinaries } = coverage;
  const list: (readonly [string, string])[] = [
    ...(base?.name === undefined ? [] : [['base-image', base.name] as const]),
    ...(base?.digest === undefined ? [] : [['base-image-digest', base.digest] as const]),
    ...(coverage.untold === true
      ? [['coverage', 'its maker does not say what was not looked into'] as const]
      : [
          ['binaries', String(binaries)] as const,
          ['binaries-of-no-package', String(unexplainedBinaries)] as const,
        ]),
    ...catalogers.map(({ id, packages }) => ['cataloger', `${id}: ${packages}`] as const),
    ...faults.map(({ path, message }) => ['not-read', `${path}: ${message}`] as const),
    ...uncovered.map(
      ({ ecosystem, count }) => ['not-catalogued', `${ecosystem}: ${count}`] as const,
    ),
  ];
  return list.map(([name, value]) => ({ name: `${propertyPrefix}${name}`, value }));
}
