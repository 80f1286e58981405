import { cataloguedTypes, hiddenTypes } from './catalogers/uncovered.ts';
import { coverageGaps } from './coverage-gaps.ts';
import { parsePackageUrl } from './given/from-package-url.ts';
import type { Inventory } from './inventory.ts';
import type { ReadSbom } from './read-sbom.ts';
import { named, ruleOf, type SbomRule } from './sbom-rule.ts';

/** Judges an SBOM against the image it should be about, as far as that was looked into. */
export function judgeAgainstImage(sbom: ReadSbom, inventory: Inventory): readonly SbomRule[] {
  const { digest } = inventory.subject;
  const subjects = [...new Set(sbom.subjects)];
  const bound = subjects.includes(digest.slice('sha256:'.length));
  return [
    ruleOf(
      'DOC-07',
      'It is about exactly this image',
      [],
      bound,
      bound ? undefined : `it names ${named(subjects) || 'no digest'}, the image is ${digest}`,
    ),
    foundIsListed(sbom, inventory),
    listedIsFound(sbom, inventory),
  ];
}

function foundIsListed(sbom: ReadSbom, { packages, coverage }: Inventory): SbomRule {
  const told = new Set(sbom.components.map(({ purl }) => identity(purl)));
  const here = new Set(packages.map(({ purl }) => identity(purl)));
  const missing = [...here].filter((id) => !told.has(id)).sort();
  const gaps = coverageGaps(coverage);
  const good = missing.length > 0 ? false : gaps.length > 0 ? undefined : true;
  const detail =
    missing.length > 0
      ? named(missing)
      : gaps.length > 0
        ? `what nobody here looked into may hold more: ${named(gaps)}`
        : undefined;
  return {
    ...ruleOf('CMP-11', 'Every package found in the image is listed', [], good, detail),
    kept: here.size - missing.length,
    of: here.size,
  };
}

function listedIsFound({ components }: ReadSbom, { packages, coverage }: Inventory): SbomRule {
  const here = new Set(packages.map(({ purl }) => identity(purl)));
  const alike = likenessTo(packages);
  const hidden = hiddenTypes(coverage);
  const told = new Map(components.map(({ purl }) => [identity(purl), purl]));
  const unnamed = components.filter(({ purl }) => purl === '').length;
  told.delete('');
  const extra = [...told].filter(([id]) => !here.has(id)).sort(([a], [b]) => (a < b ? -1 : 1));
  const absent = extra.filter(([, purl]) => {
    const [, type = ''] = /^pkg:\/*([^/]+)\//.exec(purl.toLowerCase()) ?? [];
    return cataloguedTypes.includes(type) && !hidden.has(type) && !alike(purl);
  });
  const open = extra.filter((each) => !absent.includes(each));
  const details = [
    ...(absent.length === 0
      ? []
      : [`${absent.length} not in the image: ${named(absent.map(([id]) => id))}`]),
    ...(open.length === 0
      ? []
      : [
          `${open.length} of kinds or places that are not catalogued here: ${named(open.map(([id]) => id))}`,
        ]),
    ...(unnamed === 0 ? [] : [`${unnamed} without a package URL to look for`]),
    ...(components.length === 0 ? ['it lists no component'] : []),
  ];
  const good = absent.length > 0 ? false : details.length > 0 ? undefined : true;
  return {
    ...ruleOf(
      'CMP-12',
      'Every package listed is found in the image',
      [],
      good,
      details.length === 0 ? undefined : details.join('; '),
    ),
    kept: told.size - extra.length,
    of: told.size + unnamed,
  };
}

/** What stays the same between makers: kind, name and version, not qualifiers. */
export function identity(purl: string): string {
  return decoded(purl.replace(/[?#].*$/, '')).toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whose namespace is the distribution, which makers spell differently. */
const systemTypes: readonly string[] = ['apk', 'deb', 'rpm'];

/** Tells packages that may be one of these, by what no two makers write differently. */
function likenessTo(packages: Inventory['packages']): (purl: string) => boolean {
  const here = new Map<string, Set<string>>();
  for (const { purl } of packages) {
    const { name, version } = looseKey(purl);
    here.set(name, (here.get(name) ?? new Set()).add(version));
  }
  return (purl) => {
    const { name, version } = looseKey(purl);
    const versions = here.get(name);
    // One of the two may not tell its version.
    return versions !== undefined && (version === '' || versions.has('') || versions.has(version));
  };
}

/** Without the distribution as namespace, epoch, the `v` of a version, and signs in names. */
function looseKey(purl: string): { readonly name: string; readonly version: string } {
  const url = parsePackageUrl(purl);
  if (url === undefined) return { name: purl, version: '' };
  const place = systemTypes.includes(url.type) ? '' : (url.namespace ?? '');
  return {
    name: `${url.type}/${place}/${url.name}`.toLowerCase().replace(/[-_.]+/g, '-'),
    version: (url.version ?? '').replace(/^(?:\d+:|v|go)/, ''),
  };
}
