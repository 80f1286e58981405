import { createHash } from 'node:crypto';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { counted } from '../support/counted.ts';
import { bomItems } from './bom-items.ts';
import { derivedUuid } from './package-id.ts';
import type { BomItem, ReleaseBom } from './release-bom.ts';
import { isoSeconds } from './render-cyclonedx.ts';
import { agent, creatorsOf } from './render-spdx.ts';
import type { SbomTool } from './render-syft.ts';
import { type Completeness, commentOf } from './spdx-comment.ts';

const noAssertion = 'NOASSERTION';
const rootId = 'SPDXRef-Release';

/**
 * The same as SPDX 2.3: documents about images are named by namespace and digest.
 * @param created time of the release
 * @see SPDX 2.3, 6.6 and 11
 */
export function renderReleaseSpdx(bom: ReleaseBom, tool: SbomTool, created: Date): Uint8Array {
  const bundled = bom.kind === 'bundle';
  const gaps = gapsOf(bom);
  const packages: JsonObject[] = [packageOf(rootId, bom.name, bom.version, bom.digest)];
  const relations: JsonObject[] = [relation('SPDXRef-DOCUMENT', 'DESCRIBES', rootId)];
  const references = new Map<string, JsonObject>();
  for (const each of bom.packages) {
    const owner = bundled ? `SPDXRef-Package-${short(`${each.name} ${each.digest}`)}` : rootId;
    if (bundled) {
      packages.push(packageOf(owner, each.name, each.version, each.digest));
      relations.push(relation(rootId, 'CONTAINS', owner));
    }
    for (const item of bomItems(each, bundled ? each.name : '')) {
      const id = `SPDXRef-${item.kind}-${short(item.ref)}`;
      packages.push(itemOf(id, item));
      relations.push(relation(owner, 'CONTAINS', id));
      const spdx = item.document?.spdx;
      if (spdx === undefined) continue;
      const documentId = `DocumentRef-${short(spdx.namespace)}`;
      references.set(documentId, {
        externalDocumentId: documentId,
        spdxDocument: spdx.namespace,
        checksum: { algorithm: 'SHA256', checksumValue: hexOf(spdx.digest) },
      });
      relations.push(relation(id, 'DESCRIBED_BY', `${documentId}:SPDXRef-DOCUMENT`));
    }
  }
  const body = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: bom.name,
    creationInfo: {
      created: isoSeconds(created),
      creators: creatorsOf([tool], bom.author),
      comment: commentOf(bom.author, completenessOf(bom, gaps), gaps),
    },
    ...(references.size === 0
      ? {}
      : {
          externalDocumentRefs: [...references]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([, reference]) => reference),
        }),
    packages,
    relationships: relations,
  };
  const { spdxVersion, dataLicense, SPDXID, name, ...rest } = body;
  const documentNamespace = `urn:uuid:${derivedUuid(JSON.stringify(body))}`;
  return Buffer.from(
    `${JSON.stringify({ spdxVersion, dataLicense, SPDXID, name, documentNamespace, ...rest }, null, 1)}\n`,
  );
}

/** What is not listed, neither here nor in the documents about images and files. */
function gapsOf({ packages, partial }: ReleaseBom): readonly string[] {
  const parts = partsOf(packages);
  const without = parts.filter(({ document }) => document === undefined).length;
  const open = parts.filter(({ document }) => document?.complete === false).length;
  return [
    ...(partial ? ['not everything of the archive could be read'] : []),
    ...(without === 0 ? [] : [`no list of contents of ${counted(without, 'part')}`]),
    ...(open === 0 ? [] : [`${counted(open, 'list')} of contents with gaps`]),
  ];
}

function completenessOf({ packages }: ReleaseBom, gaps: readonly string[]): Completeness {
  if (gaps.length > 0) return 'incomplete';
  return partsOf(packages).every(({ document }) => document?.complete === true)
    ? 'complete'
    : 'unknown';
}

/** What lists of contents are about. */
function partsOf(packages: ReleaseBom['packages']) {
  return packages.flatMap(({ images, files }) => [...images, ...files]);
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function relation(
  spdxElementId: string,
  relationshipType: string,
  relatedSpdxElement: string,
): JsonObject {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function packageOf(
  id: string,
  name: string,
  version: string,
  digest: Digest | undefined,
  more: JsonObject = {},
): JsonObject {
  return {
    SPDXID: id,
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    supplier: noAssertion,
    downloadLocation: noAssertion,
    filesAnalyzed: false,
    licenseConcluded: noAssertion,
    licenseDeclared: noAssertion,
    copyrightText: noAssertion,
    ...(digest === undefined
      ? {}
      : { checksums: [{ algorithm: 'SHA256', checksumValue: hexOf(digest) }] }),
    ...more,
  };
}

const purposes: Readonly<Record<BomItem['kind'], string>> = {
  image: 'CONTAINER',
  chart: 'APPLICATION',
  file: 'ARCHIVE',
  repository: 'SOURCE',
};

function itemOf(
  id: string,
  { kind, name, version, digest, purl, url, supplier, licence }: BomItem,
): JsonObject {
  return packageOf(id, name, version, digest, {
    ...(supplier === undefined ? {} : { supplier: agent(supplier) }),
    ...(licence === undefined ? {} : { licenseDeclared: licence }),
    primaryPackagePurpose: purposes[kind],
    ...(url === '' ? {} : { comment: `from ${url}` }),
    ...(purl === undefined
      ? {}
      : {
          externalRefs: [
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'purl',
              referenceLocator: purl,
            },
          ],
        }),
  });
}
