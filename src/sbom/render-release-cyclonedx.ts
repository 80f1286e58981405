import { hexOf } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { bomItems } from './bom-items.ts';
import { derivedUuid } from './package-id.ts';
import type { BomDocument, BomItem, BomPackage, ReleaseBom } from './release-bom.ts';
import { authorsOf, isoSeconds, unknownAuthor } from './render-cyclonedx.ts';
import type { SbomTool } from './render-syft.ts';

/**
 * What an archive holds as CycloneDX 1.6: packages, their images with links to the documents about them,
 * charts, files and repositories. Sorted, with a serial number that follows from its content.
 * @param created time of the release
 * @see CycloneDX 1.6, BOM-Link; shared reference of SBOMs, section 2
 */
export function renderReleaseCycloneDx(bom: ReleaseBom, tool: SbomTool, created: Date): Uint8Array {
  const packages = bom.packages.map((each) => {
    const ref = bom.kind === 'package' ? bom.digest : `package/${each.name}/${each.digest}`;
    return { each, ref, items: bomItems(each, bom.kind === 'package' ? '' : each.name) };
  });
  const bundled = bom.kind === 'bundle';
  const documented = packages.flatMap(({ items }) => items).filter(({ kind }) => kind !== 'chart');
  const said = (complete: boolean | undefined): readonly string[] =>
    documented
      .filter(({ document }) => document !== undefined && document.complete === complete)
      .map(({ ref }) => ref);
  const undocumented = documented.filter(({ document }) => document === undefined);
  const body = {
    version: 1,
    metadata: {
      timestamp: isoSeconds(created),
      lifecycles: [{ phase: 'post-build' }],
      tools: { components: [{ type: 'application', ...tool }] },
      ...authorsOf(bom.author),
      component: {
        type: 'application',
        'bom-ref': bom.digest,
        name: bom.name,
        version: bom.version,
        hashes: hashesOf(bom.digest),
        ...(bundled ? {} : detailsOf(packages[0]?.each)),
      },
      properties: [{ name: 'cowa-release:kind', value: bom.kind }, ...unknownAuthor(bom.author)],
    },
    components: bundled
      ? packages.map(({ each, ref, items }) => ({
          type: 'application',
          'bom-ref': ref,
          name: each.name,
          version: each.version,
          hashes: hashesOf(each.digest),
          ...detailsOf(each),
          ...(items.length === 0 ? {} : { components: items.map(componentOf) }),
        }))
      : packages.flatMap(({ items }) => items.map(componentOf)),
    dependencies: [
      ...(bundled ? [{ ref: bom.digest, dependsOn: packages.map(({ ref }) => ref).sort() }] : []),
      ...packages.map(({ ref, items }) => ({
        ref,
        ...(items.length === 0 ? {} : { dependsOn: items.map((item) => item.ref) }),
      })),
      ...packages.flatMap(({ items }) => items.map(({ ref }) => ({ ref }))),
    ],
    compositions: [
      {
        aggregate: bom.partial ? 'incomplete' : 'complete',
        assemblies: [...new Set([bom.digest, ...packages.map(({ ref }) => ref)])],
      },
      ...composed('complete', said(true)),
      ...composed('incomplete', said(false)),
      ...composed('unknown', [...said(undefined), ...undocumented.map(({ ref }) => ref)]),
    ],
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

function composed(aggregate: string, assemblies: readonly string[]): readonly JsonObject[] {
  return assemblies.length === 0 ? [] : [{ aggregate, assemblies: assemblies.toSorted() }];
}

function detailsOf(each: BomPackage | undefined): JsonObject {
  return {
    ...(each === undefined || each.description === '' ? {} : { description: each.description }),
    ...(each === undefined || each.architecture === ''
      ? {}
      : { properties: [{ name: 'cowa-release:architecture', value: each.architecture }] }),
  };
}

const types: Readonly<Record<BomItem['kind'], string>> = {
  image: 'container',
  chart: 'application',
  file: 'file',
  repository: 'data',
};

function componentOf(item: BomItem): JsonObject {
  const { kind, ref, name, version, digest, purl, url, supplier, licence, document } = item;
  const links = [
    ...(document === undefined ? [] : [linkTo(document)]),
    ...(url === '' ? [] : [{ type: kind === 'repository' ? 'vcs' : 'distribution', url }]),
  ];
  return {
    type: types[kind],
    'bom-ref': ref,
    ...(supplier === undefined ? {} : { supplier: { name: supplier } }),
    name,
    ...(version === '' ? {} : { version }),
    ...(digest === undefined ? {} : { hashes: hashesOf(digest) }),
    ...(licence === undefined
      ? {}
      : { licenses: [{ expression: licence, acknowledgement: 'declared' }] }),
    ...(purl === undefined ? {} : { purl }),
    ...(links.length === 0 ? {} : { externalReferences: links }),
  };
}

/** A CycloneDX document by BOM-Link, any other by where it lies. */
function linkTo({ serial, location, digest }: BomDocument): JsonObject {
  return {
    type: 'bom',
    url: serial === undefined ? encodeURI(location) : `urn:cdx:${serial}/1`,
    comment: location,
    hashes: hashesOf(digest),
  };
}

function hashesOf(digest: BomPackage['digest']): readonly JsonObject[] {
  return [{ alg: 'SHA-256', content: hexOf(digest) }];
}
