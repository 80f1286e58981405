import { PackageURL } from 'packageurl-js';
import type { Inventory } from './inventory.ts';
import { isExpression } from './licences/licence-claim.ts';
import type { ReadComponent, ReadSbom } from './read-sbom.ts';

/** One rule and how much of the document keeps it. */
export interface SbomRule {
  /** As the reference calls it, e.g. `CMP-03`. */
  readonly id: string;
  readonly title: string;
  /** Lists of demands it is part of: NTIA 2021, CISA 2025. */
  readonly profiles: readonly string[];
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** Of so many things, so many keep it. */
  readonly kept: number;
  readonly of: number;
  readonly detail?: string;
}

/** What an SBOM is compared with. */
export interface JudgedAgainst {
  /** What its schema says; undefined where there is no schema for its version here. */
  readonly schemaFaults: readonly string[] | undefined;
  readonly now: Date;
  /** Days after which it is too old. */
  readonly maxAgeDays: number;
  /** The image it should be about, catalogued. */
  readonly inventory?: Inventory;
}

const dayMs = 24 * 60 * 60 * 1000;
const maxNamed = 5;

/**
 * Judges an SBOM of any maker by the elements that are demanded of one, and against the image it is about.
 * @see NTIA, The Minimum Elements For a Software Bill of Materials, 2021
 */
export function judgeSbom(sbom: ReadSbom, against: JudgedAgainst): readonly SbomRule[] {
  const { components } = sbom;
  const both = ['NTIA 2021', 'CISA 2025'];
  const cisa = ['CISA 2025'];
  const one = (
    id: string,
    title: string,
    profiles: readonly string[],
    good: boolean | undefined,
    detail?: string,
  ): SbomRule => ({
    id,
    title,
    profiles,
    outcome: good === undefined ? 'undecided' : good ? 'pass' : 'fail',
    kept: good === true ? 1 : 0,
    of: 1,
    ...(detail === undefined ? {} : { detail }),
  });
  const each = (
    id: string,
    title: string,
    profiles: readonly string[],
    good: (component: ReadComponent) => boolean,
  ): SbomRule => {
    const bad = components.filter((component) => !good(component));
    return {
      id,
      title,
      profiles,
      outcome: bad.length === 0 ? 'pass' : 'fail',
      kept: components.length - bad.length,
      of: components.length,
      ...(bad.length === 0 ? {} : { detail: named(bad.map(({ name }) => name)) }),
    };
  };
  const { schemaFaults, now, maxAgeDays } = against;
  const age =
    sbom.timestamp === undefined ? Number.NaN : now.getTime() - Date.parse(sbom.timestamp);
  const refs = components.map(({ ref }) => ref);
  return [
    one(
      'DOC-01',
      'It keeps to the schema of its format',
      both,
      schemaFaults === undefined ? undefined : schemaFaults.length === 0,
      schemaFaults === undefined
        ? `no schema of ${sbom.format} ${sbom.specVersion} is here`
        : schemaFaults.length === 0
          ? undefined
          : named(schemaFaults),
    ),
    one('DOC-02', 'It names its author', both, sbom.authors.length > 0),
    one(
      'DOC-03',
      'It says when it was made, and not in the future',
      both,
      !Number.isNaN(age) && age >= 0,
      sbom.timestamp,
    ),
    one(
      'DOC-04',
      'It names the tool that made it, with its version',
      cisa,
      sbom.tools.some((tool) => /[ -]\S*\d/.test(tool)),
    ),
    one('DOC-05', 'It says at which stage it was made', cisa, sbom.phase !== undefined),
    one('DOC-06', 'It has a name of its own', [], sbom.identifier !== undefined),
    one('DOC-08', 'It says how complete it is', cisa, sbom.completeness !== undefined),
    one(
      'DOC-11',
      `It is at most ${maxAgeDays} days old`,
      [],
      Number.isNaN(age) ? undefined : age <= maxAgeDays * dayMs,
    ),
    each('CMP-01', 'Every component has a name', both, ({ name }) => name !== ''),
    each('CMP-02', 'Every component has a version', both, ({ version }) => version !== ''),
    each(
      'CMP-03',
      'Every component names who supplies it',
      both,
      ({ supplier }) => supplier !== '',
    ),
    each(
      'CMP-04',
      'Every component has an identifier, and package URLs are right',
      both,
      ({ hasIdentifier, purl }) => hasIdentifier && (purl === '' || isPackageUrl(purl)),
    ),
    each('CMP-05', 'Every component has a digest', cisa, ({ hasHash }) => hasHash),
    each(
      'CMP-06',
      'Every component has a licence as an SPDX expression',
      cisa,
      ({ licences }) => licences.length > 0 && licences.every(isExpression),
    ),
    one(
      'CMP-07',
      'Every relation names something that is there',
      both,
      sbom.dangling === 0,
      sbom.dangling === 0 ? undefined : `${sbom.dangling} do not`,
    ),
    one(
      'CMP-10',
      'Every component has a reference of its own',
      [],
      new Set(refs).size === refs.length,
    ),
    ...againstImage(sbom, against.inventory, one),
  ];
}

/** Share of the rules' things that keep them, each rule alike, 0 to 10; what is undecided does not count. */
export function scoreOf(rules: readonly SbomRule[]): number {
  const judged = rules.filter(({ outcome, of }) => outcome !== 'undecided' && of > 0);
  const sum = judged.reduce((total, { kept, of }) => total + kept / of, 0);
  return judged.length === 0 ? 0 : Math.round((100 * sum) / judged.length) / 10;
}

function* againstImage(
  sbom: ReadSbom,
  inventory: Inventory | undefined,
  one: (
    id: string,
    title: string,
    profiles: readonly string[],
    good: boolean | undefined,
    detail?: string,
  ) => SbomRule,
): Generator<SbomRule> {
  if (inventory === undefined) return;
  const { digest } = inventory.subject;
  const bound = sbom.subjects.includes(digest.slice('sha256:'.length));
  yield one(
    'DOC-07',
    'It is about exactly this image',
    [],
    bound,
    bound ? undefined : `it names ${named(sbom.subjects) || 'no digest'}, the image is ${digest}`,
  );
  const here = new Set(inventory.packages.map(({ purl }) => identity(purl)));
  const told = new Set(sbom.components.map(({ purl }) => identity(purl)).filter((id) => id !== ''));
  const missing = [...here].filter((id) => !told.has(id)).sort();
  const extra = [...told].filter((id) => !here.has(id)).sort();
  yield {
    ...one(
      'CMP-11',
      'Every package found in the image is listed',
      [],
      missing.length === 0,
      missing.length === 0 ? undefined : named(missing),
    ),
    kept: here.size - missing.length,
    of: here.size,
  };
  yield {
    ...one(
      'CMP-12',
      'Every package listed is found in the image',
      [],
      extra.length === 0 ? true : undefined,
      extra.length === 0
        ? undefined
        : `${extra.length} are of kinds or places that are not catalogued here, or are not there: ${named(extra)}`,
    ),
    kept: told.size - extra.length,
    of: told.size,
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

function isPackageUrl(text: string): boolean {
  try {
    PackageURL.fromString(text);
    return true;
  } catch {
    return false;
  }
}

function named(names: readonly string[]): string {
  return `${names.slice(0, maxNamed).join(', ')}${names.length > maxNamed ? `, and ${names.length - maxNamed} more` : ''}`;
}
