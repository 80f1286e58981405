import type { JsonObject } from '../../oci/read-members.ts';
import { objects, text } from '../../support/lenient-json.ts';
import { describedInSpdx } from '../described-in-spdx.ts';
import type { FoundPackage, LicenceClaim } from '../inventory.ts';
import { spdxExpression } from '../licences/licence-claim.ts';
import { meantVersion } from '../unknown-version.ts';
import type { ListedInDocument } from './from-cyclonedx.ts';
import { distroIn, distroNamed, parsePackageUrl, toldByPackageUrl } from './from-package-url.ts';

/** The packages of an SPDX 2 document, without what the document is about. @see SPDX 2.3 */
export function listedInSpdx(root: JsonObject): ListedInDocument {
  const relations = objects(root['relationships']);
  const described = describedInSpdx(root);
  const all = objects(root['packages']).filter(({ SPDXID }) => !described.has(text(SPDXID)));
  const isSystem = (each: JsonObject): boolean =>
    /^OPERATING[-_]SYSTEM$/.test(text(each['primaryPackagePurpose']));
  const packages = all.filter((each) => !isSystem(each));
  const urls = new Map(packages.map((each) => [text(each['SPDXID']), locatorOf(each, 'purl')]));
  const needs = new Map<string, Set<string>>();
  for (const { spdxElementId, relationshipType, relatedSpdxElement } of relations) {
    const [from, to] =
      relationshipType === 'DEPENDENCY_OF'
        ? [relatedSpdxElement, spdxElementId]
        : [spdxElementId, relatedSpdxElement];
    const needed = urls.get(text(to)) ?? '';
    if (!['DEPENDENCY_OF', 'DEPENDS_ON'].includes(text(relationshipType)) || needed === '')
      continue;
    needs.set(text(from), (needs.get(text(from)) ?? new Set()).add(needed));
  }
  const texted = new Map(
    objects(root['hasExtractedLicensingInfos']).map(({ licenseId, name }) => [
      text(licenseId),
      text(name),
    ]),
  );
  const system = all.find(isSystem);
  return {
    packages: packages.map((each) =>
      packageOf(each, [...(needs.get(text(each['SPDXID'])) ?? [])].sort(), texted),
    ),
    distro:
      system === undefined
        ? distroIn([...urls.values()].map(parsePackageUrl))
        : distroNamed(text(system['name']), text(system['versionInfo'])),
  };
}

function packageOf(
  each: JsonObject,
  dependsOn: readonly string[],
  texted: ReadonlyMap<string, string>,
): FoundPackage {
  const name = text(each['name']);
  const version = meantVersion(text(each['versionInfo']));
  const purl = locatorOf(each, 'purl');
  const supplier = (said(each['supplier']) || said(each['originator'])).replace(
    /^(?:Person|Organization|Tool): /,
    '',
  );
  const licence = said(each['licenseDeclared']) || said(each['licenseConcluded']);
  const homepage = said(each['homepage']);
  const description = text(each['description']);
  const hashes = objects(each['checksums']).map(({ algorithm, checksumValue }) => ({
    alg: text(algorithm).replace(/^SHA(?=\d)/, 'SHA-'),
    content: text(checksumValue),
  }));
  const cpes = objects(each['externalRefs'])
    .filter(({ referenceType }) => referenceType === 'cpe23Type')
    .map(({ referenceLocator }) => text(referenceLocator));
  return {
    ...toldByPackageUrl(parsePackageUrl(purl), { name, version }),
    cataloger: /^found by the (\S+) cataloger/.exec(text(each['sourceInfo']))?.[1] ?? 'given',
    name,
    version,
    purl,
    cpes,
    licences: licence === '' ? [] : [claimOf(texted.get(licence) || licence)],
    ...(supplier === '' ? {} : { supplier }),
    ...(description === '' ? {} : { description }),
    ...(homepage === '' ? {} : { homepage }),
    ...(hashes.length === 0 ? {} : { hashes }),
    // SPDX has no member for places inside an image.
    locations: [],
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
  };
}

function claimOf(value: string): LicenceClaim {
  return { value, expression: spdxExpression(value) };
}

function locatorOf(each: JsonObject, type: string): string {
  const found = objects(each['externalRefs']).find(({ referenceType }) => referenceType === type);
  return text(found?.['referenceLocator']);
}

function said(value: unknown): string {
  return ['NOASSERTION', 'NONE'].includes(text(value)) ? '' : text(value);
}
