import type { JsonObject } from '../oci/read-members.ts';
import { coverageGaps } from './coverage-gaps.ts';
import type { FoundPackage, Inventory } from './inventory.ts';
import { combined, licenceRef, termOf } from './licences/licence-claim.ts';
import { derivedUuid, packageId } from './package-id.ts';
import { imageUrl, webAddress } from './package-url.ts';
import { aggregateOf, isoSeconds } from './render-cyclonedx.ts';
import type { SbomMaker, SbomTool } from './render-syft.ts';
import { commentOf } from './spdx-comment.ts';
import { writtenVersion } from './unknown-version.ts';

const noAssertion = 'NOASSERTION';
const rootId = 'SPDXRef-Image';

/**
 * An inventory as SPDX 2.3 JSON, sorted, with a namespace that follows from its content.
 * @param created time of the document; an input
 * @see SPDX 2.3
 */
export function renderSpdx(
  inventory: Inventory,
  { converter, author, ...tool }: SbomMaker,
  created: Date,
): Uint8Array {
  const { subject, packages, coverage, distro } = inventory;
  const { digest, reference: name } = subject;
  const ids = packages.map((found) => `SPDXRef-Package-${packageId(found)}`);
  const byPurl = new Map(packages.map(({ purl }, index) => [purl, ids[index] ?? '']));
  const relations: JsonObject[] = [
    {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: rootId,
    },
  ];
  for (const [index, { dependsOn = [] }] of packages.entries()) {
    const id = ids[index] ?? '';
    relations.push({
      spdxElementId: rootId,
      relationshipType: 'CONTAINS',
      relatedSpdxElement: id,
    });
    for (const purl of dependsOn) {
      const needed = byPurl.get(purl);
      if (needed !== undefined && needed !== id)
        relations.push({
          spdxElementId: id,
          relationshipType: 'DEPENDS_ON',
          relatedSpdxElement: needed,
        });
    }
  }
  const body = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    creationInfo: {
      created: isoSeconds(created),
      creators: creatorsOf([tool, ...(converter === undefined ? [] : [converter])], author),
      comment: commentOf(author, aggregateOf(coverage), coverageGaps(coverage)),
    },
    packages: [
      {
        SPDXID: rootId,
        name,
        versionInfo: digest,
        downloadLocation: noAssertion,
        filesAnalyzed: false,
        licenseConcluded: noAssertion,
        licenseDeclared: noAssertion,
        copyrightText: noAssertion,
        primaryPackagePurpose: subject.kind === 'files' ? 'ARCHIVE' : 'CONTAINER',
        checksums: [{ algorithm: 'SHA256', checksumValue: digest.slice('sha256:'.length) }],
        ...(subject.kind === 'image'
          ? {
              externalRefs: [
                reference('PACKAGE-MANAGER', 'purl', imageUrl(name, digest, subject.architecture)),
              ],
            }
          : {}),
        ...(distro === undefined
          ? {}
          : { comment: `Distribution: ${distro.fields['PRETTY_NAME'] ?? distro.id}` }),
      },
      ...packages.map((found, index) => packageOf(found, ids[index] ?? '')),
    ],
    ...extracted(packages),
    relationships: relations,
  };
  const namespace = `urn:uuid:${derivedUuid(JSON.stringify(body))}`;
  const { spdxVersion, dataLicense, SPDXID, name: _, ...rest } = body;
  return Buffer.from(
    `${JSON.stringify({ spdxVersion, dataLicense, SPDXID, name, documentNamespace: namespace, ...rest }, null, 1)}\n`,
  );
}

/**
 * The programs that made a document, and who answers for it.
 * @see SPDX 2.3, 6.8
 */
export function creatorsOf(
  tools: readonly SbomTool[],
  author: string | undefined,
): readonly string[] {
  return [
    ...tools.map(({ name, version }) => `Tool: ${name}-${version}`),
    ...(author === undefined ? [] : [`Organization: ${author}`]),
  ];
}

function packageOf(found: FoundPackage, id: string): JsonObject {
  const home = webAddress(found.homepage);
  const hashes = (found.hashes ?? []).filter(({ alg }) => alg === 'SHA-256');
  const [at] = found.locations;
  return {
    SPDXID: id,
    name: found.name,
    versionInfo: writtenVersion(found.version),
    supplier: found.supplier === undefined ? noAssertion : agent(found.supplier),
    downloadLocation: noAssertion,
    filesAnalyzed: false,
    ...(home === undefined ? {} : { homepage: home }),
    ...(hashes.length === 0
      ? {}
      : {
          checksums: hashes.map(({ content }) => ({ algorithm: 'SHA256', checksumValue: content })),
        }),
    sourceInfo: `found by the ${found.cataloger} cataloger: ${at?.path ?? ''} in layer ${at?.diffId ?? ''}`,
    licenseConcluded: noAssertion,
    licenseDeclared: combined(found.licences) ?? noAssertion,
    copyrightText: noAssertion,
    ...(found.description === undefined ? {} : { description: found.description }),
    primaryPackagePurpose: found.kind === 'model' ? 'OTHER' : 'LIBRARY',
    externalRefs: [
      ...found.cpes.map((cpe) => reference('SECURITY', 'cpe23Type', cpe)),
      reference('PACKAGE-MANAGER', 'purl', found.purl),
    ],
    ...(found.model === undefined
      ? {}
      : {
          comment: `Model: ${Object.entries({
            architecture: found.model.architecture,
            ...found.model.properties,
          })
            .filter(([, value]) => value !== undefined && value !== '')
            .map(([name, value]) => `${name} ${String(value)}`)
            .join(', ')}`,
        }),
  };
}

function reference(referenceCategory: string, referenceType: string, locator: string): JsonObject {
  return { referenceCategory, referenceType, referenceLocator: locator };
}

const organizations =
  /\b(?:team|maintainers|developers|group|inc|llc|ltd|gmbh|corporation|foundation|project|authors|community|packagers?|nvidia|red hat|fedora|debian|suse|canonical|ubuntu)\b/i;

/** Person or organization; nobody says which, so the words decide. @see SPDX 2.3, 7.5 */
export function agent(supplier: string): string {
  const [, name = '', email] = /^\s*"?(.*?)"?\s*(?:<([^<>]*)>)?\s*$/s.exec(supplier) ?? [];
  const plain = name.replace(/[()\s]+/g, ' ').trim();
  const said = plain === '' ? (email ?? '') : plain;
  if (said === '') return noAssertion;
  const kind = organizations.test(supplier) ? 'Organization' : 'Person';
  return `${kind}: ${said}${plain === '' || email === undefined || email === '' ? '' : ` (${email})`}`;
}

/** Every licence outside the list, with the words it was found under. */
function extracted(packages: readonly FoundPackage[]): JsonObject {
  const refs = new Map<string, string>();
  for (const claim of packages.flatMap(({ licences }) => licences)) {
    if (claim.expression === '') {
      const id = licenceRef(claim.value);
      if (!refs.has(id)) refs.set(id, claim.value);
    }
    for (const [id] of termOf(claim).matchAll(/LicenseRef-[A-Za-z0-9.-]+/g))
      if (!refs.has(id)) refs.set(id, claim.value);
  }
  if (refs.size === 0) return {};
  return {
    hasExtractedLicensingInfos: [...refs]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([licenseId, value]) => ({
        licenseId,
        name: value,
        extractedText: `The package names its licence "${value}"; the text was not looked for.`,
      })),
  };
}
