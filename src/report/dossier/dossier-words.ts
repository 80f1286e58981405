import type {
  CriterionStatus,
  DossierCriterion,
  PackageRecommendation,
} from './dossier-judgement.ts';

/** A status in words, for people. */
export const statusWords: Readonly<Record<CriterionStatus, string>> = {
  met: 'Ready',
  caveat: 'Ready with conditions',
  open: 'Not proven',
  'not-met': 'Not ready',
};

/** A criterion's status in words. */
export const criterionWords: Readonly<Record<CriterionStatus, string>> = {
  met: 'Met',
  caveat: 'With caveat',
  open: 'Not proven',
  'not-met': 'Not met',
};

/** A recommendation in words. */
export const recommendationWords: Readonly<
  Record<PackageRecommendation['recommendation'], string>
> = { ready: 'Ready', conditional: 'Conditional', 'not-ready': 'Not ready' };

/**
 * The sentence that stands first. It names the worst criteria, so it is never better than they are.
 * @param headline what `verify` says, for what belongs to no criterion
 */
export function verdictWords(
  status: CriterionStatus,
  criteria: readonly Pick<DossierCriterion, 'short' | 'status' | 'caveat' | 'evidence'>[],
  headline: string,
): string {
  const decisive = criteria.filter((each) => each.status === status);
  const named = decisive.map(({ short, caveat }) =>
    caveat === '' ? short : `${short} (${caveat})`,
  );
  const told = named.length === 0 ? [headline] : named;
  switch (status) {
    case 'met':
      return 'Every criterion is met.';
    case 'caveat': {
      const unseen = decisive.filter(({ evidence }) => evidence === 'none');
      const others = decisive.filter(({ evidence }) => evidence !== 'none');
      return [
        'Nothing that counts failed.',
        ...(unseen.length === 0
          ? []
          : [`Nobody looked at: ${listed(unseen.map(({ short }) => short))}.`]),
        ...(others.length === 0
          ? []
          : [
              `There are open points: ${listed(others.map(({ short, caveat }) => `${short} (${caveat})`))}.`,
            ]),
        'Somebody has to accept that before it is deployed.',
      ].join(' ');
    }
    case 'open':
      return `Evidence that is required could not be looked at: ${listed(told)}. That is not a pass.`;
    case 'not-met':
      return `It must not be deployed as it is: ${listed(told)}.`;
  }
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
