import { parsePackageUrl } from './given/from-package-url.ts';
import type { Inventory } from './inventory.ts';
import { judgeAgainstImage } from './judge-against-image.ts';
import { isExpression } from './licences/licence-claim.ts';
import type { ReadComponent, ReadSbom } from './read-sbom.ts';
import { named, ruleOf, type SbomRule } from './sbom-rule.ts';

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

/**
 * Judges an SBOM of any maker by the elements that are demanded of one, and against the image it is about.
 * @see NTIA, The Minimum Elements For a Software Bill of Materials, 2021
 */
export function judgeSbom(sbom: ReadSbom, against: JudgedAgainst): readonly SbomRule[] {
  const { components } = sbom;
  const both = ['NTIA 2021', 'CISA 2025'];
  const cisa = ['CISA 2025'];
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
      // Nothing was judged where nothing is listed.
      outcome: components.length === 0 ? 'undecided' : bad.length === 0 ? 'pass' : 'fail',
      kept: components.length - bad.length,
      of: components.length,
      ...(components.length === 0 ? { detail: 'it lists no component' } : {}),
      ...(bad.length === 0 ? {} : { detail: named(bad.map(({ name }) => name)) }),
    };
  };
  const { schemaFaults, now, maxAgeDays } = against;
  const age =
    sbom.timestamp === undefined ? Number.NaN : now.getTime() - Date.parse(sbom.timestamp);
  const refs = components.map(({ ref }) => ref);
  return [
    ruleOf(
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
    ruleOf('DOC-02', 'It names its author', both, sbom.authors.length > 0),
    ruleOf(
      'DOC-03',
      'It says when it was made, and not in the future',
      both,
      !Number.isNaN(age) && age >= 0,
      sbom.timestamp,
    ),
    ruleOf(
      'DOC-04',
      'It names the tool that made it, with its version',
      cisa,
      sbom.tools.some((tool) => /[ -]\S*\d/.test(tool)),
    ),
    ruleOf('DOC-05', 'It says at which stage it was made', cisa, sbom.phase !== undefined),
    ruleOf('DOC-06', 'It has a name of its own', [], sbom.identifier !== undefined),
    ruleOf('DOC-08', 'It says how complete it is', cisa, sbom.completeness !== undefined),
    ruleOf(
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
      ({ hasIdentifier, purl }) =>
        hasIdentifier && (purl === '' || parsePackageUrl(purl) !== undefined),
    ),
    each('CMP-05', 'Every component has a digest', cisa, ({ hasHash }) => hasHash),
    each(
      'CMP-06',
      'Every component has a licence as an SPDX expression',
      cisa,
      ({ licences }) => licences.length > 0 && licences.every(isExpression),
    ),
    ruleOf(
      'CMP-07',
      'Every relation names something that is there',
      both,
      sbom.dangling === 0,
      sbom.dangling === 0 ? undefined : `${sbom.dangling} do not`,
    ),
    ruleOf(
      'CMP-10',
      'Every component has a reference of its own',
      [],
      new Set(refs).size === refs.length,
    ),
    ...(against.inventory === undefined ? [] : judgeAgainstImage(sbom, against.inventory)),
  ];
}

/** What a document is worth, and on how much of it that rests. */
export interface SbomScore {
  /** 0 to 10: share of each rule's things that keep it, every rule alike. What could not be decided counts as not kept. */
  readonly score: number;
  /** Rules that were decided. */
  readonly decided: number;
  /** Rules there are; those about nothing do not count. */
  readonly rules: number;
  /** The same of the decided rules alone; undefined where there are none. */
  readonly scoreOfDecided?: number;
}

/** Never better than what was looked at. */
export function scoreOf(rules: readonly SbomRule[]): SbomScore {
  const counting = rules.filter(({ outcome, of }) => outcome === 'undecided' || of > 0);
  const decided = counting.filter(({ outcome }) => outcome !== 'undecided');
  const sum = decided.reduce((total, { kept, of }) => total + kept / of, 0);
  // Rounded down: ten is for what leaves nothing open.
  const outOf = (count: number): number => Math.floor((100 * sum) / count + 1e-9) / 10;
  return {
    score: counting.length === 0 ? 0 : outOf(counting.length),
    decided: decided.length,
    rules: counting.length,
    ...(decided.length === 0 ? {} : { scoreOfDecided: outOf(decided.length) }),
  };
}
