import { isDigest } from '../../oci/digest.ts';
import type { JsonObject } from '../../oci/read-members.ts';
import { object, objects, text, texts } from '../../support/lenient-json.ts';
import type { Distro } from '../image-view.ts';
import type { FoundAt, FoundPackage, LicenceClaim } from '../inventory.ts';
import { spdxExpression } from '../licences/licence-claim.ts';
import { flattened } from '../read-sbom.ts';
import { meantVersion } from '../unknown-version.ts';
import { distroIn, distroNamed, parsePackageUrl, toldByPackageUrl } from './from-package-url.ts';

/** What a document lists, in the words of an inventory. */
export interface ListedInDocument {
  readonly packages: readonly FoundPackage[];
  readonly distro: Distro | undefined;
}

const noPackages: ReadonlySet<string> = new Set([
  'operating-system',
  'file',
  'container',
  'device',
]);

/** The components of a CycloneDX document that are packages. @see CycloneDX 1.6 */
export function listedInCycloneDx(root: JsonObject): ListedInDocument {
  const all = flattened(objects(root['components']));
  const components = all.filter(({ type }) => !noPackages.has(text(type)));
  const urls = new Map(components.map((each) => [text(each['bom-ref']), text(each['purl'])]));
  const needs = new Map(
    objects(root['dependencies']).map(({ ref, dependsOn }) => [
      text(ref),
      texts(dependsOn).flatMap((needed) => urls.get(needed) || []),
    ]),
  );
  const system = all.find(({ type }) => type === 'operating-system');
  return {
    packages: components.map((each) => packageOf(each, needs.get(text(each['bom-ref'])) ?? [])),
    distro:
      system === undefined
        ? distroIn(components.map(({ purl }) => parsePackageUrl(text(purl))))
        : distroNamed(text(system['name']), text(system['version']), text(system['description'])),
  };
}

function packageOf(component: JsonObject, dependsOn: readonly string[]): FoundPackage {
  const properties = new Map(
    objects(component['properties']).map(({ name, value }) => [text(name), text(value)]),
  );
  const said = (...names: readonly string[]): string =>
    names.map((name) => properties.get(name) ?? '').find((value) => value !== '') ?? '';
  const group = text(component['group']);
  const name = text(component['name']);
  const version = meantVersion(text(component['version']));
  const purl = text(component['purl']);
  const word =
    component['type'] === 'machine-learning-model'
      ? 'model'
      : said('cowa-release:package-type', 'syft:package:type');
  const url = parsePackageUrl(purl);
  // Syft joins both with the character of the ecosystem, which for all but Java is a slash.
  const full = group === '' || url?.type === 'maven' ? name : `${group}/${name}`;
  const supplier =
    text(object(component['supplier'])['name']) ||
    text(object(component['manufacturer'])['name']) ||
    text(component['publisher']) ||
    text(component['author']);
  const description = text(component['description']);
  const homepage = objects(component['externalReferences']).find(({ type }) => type === 'website');
  const hashes = objects(component['hashes']).map(({ alg, content }) => ({
    alg: text(alg),
    content: text(content),
  }));
  const cpe = text(component['cpe']);
  return {
    ...toldByPackageUrl(url, { name: full, version }, word),
    cataloger:
      said('cowa-release:cataloger', 'syft:package:foundBy').replace(/-cataloger$/, '') || 'given',
    name: full,
    version,
    purl,
    cpes: cpe === '' ? [] : [cpe],
    licences: licencesOf(component),
    ...(supplier === '' ? {} : { supplier }),
    ...(description === '' ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage: text(homepage['url']) }),
    ...(hashes.length === 0 ? {} : { hashes }),
    locations: locationsOf(component, properties),
    ...(dependsOn.length === 0 ? {} : { dependsOn: [...new Set(dependsOn)].sort() }),
    ...(word === 'model' ? { model: modelOf(component) } : {}),
  };
}

function licencesOf(component: JsonObject): readonly LicenceClaim[] {
  return objects(component['licenses']).flatMap(({ expression, license }) => {
    const { id, name } = object(license);
    const value = text(expression) || text(id) || text(name);
    return value === '' ? [] : [{ value, expression: spdxExpression(value) }];
  });
}

/** Places whose layer is told: in the words of this program, or of syft. Others say too little. */
function locationsOf(
  component: JsonObject,
  properties: ReadonlyMap<string, string>,
): readonly FoundAt[] {
  const found: FoundAt[] = [];
  for (const { location, additionalContext } of objects(
    object(component['evidence'])['occurrences'],
  )) {
    const [, role, layer = ''] =
      /^(primary|supporting), layer (\S+)$/.exec(text(additionalContext)) ?? [];
    if (isDigest(layer))
      found.push({ path: text(location), diffId: layer, primary: role === 'primary' });
  }
  for (let at = 0; ; at += 1) {
    const path = properties.get(`syft:location:${at}:path`);
    const layer = properties.get(`syft:location:${at}:layerID`) ?? '';
    if (path === undefined) return found;
    if (isDigest(layer)) found.push({ path, diffId: layer, primary: at === 0 });
  }
}

function modelOf(component: JsonObject): NonNullable<FoundPackage['model']> {
  const card = object(component['modelCard']);
  const architecture = text(object(card['modelParameters'])['modelArchitecture']);
  return {
    ...(architecture === '' ? {} : { architecture }),
    properties: Object.fromEntries(
      objects(card['properties']).map(({ name, value }) => [
        text(name).replace(/^cowa-release:/, ''),
        text(value),
      ]),
    ),
  };
}
