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

/** A rule about the document as a whole. @param good undefined: nobody can tell */
export function ruleOf(
  id: string,
  title: string,
  profiles: readonly string[],
  good: boolean | undefined,
  detail?: string,
): SbomRule {
  return {
    id,
    title,
    profiles,
    outcome: good === undefined ? 'undecided' : good ? 'pass' : 'fail',
    kept: good === true ? 1 : 0,
    of: 1,
    ...(detail === undefined ? {} : { detail }),
  };
}

const maxNamed = 5;

/** The first few, and how many more. */
export function named(names: readonly string[]): string {
  return `${names.slice(0, maxNamed).join(', ')}${names.length > maxNamed ? `, and ${names.length - maxNamed} more` : ''}`;
}
