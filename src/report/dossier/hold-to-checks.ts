import type { EvidenceArea } from '../../checks/check.ts';
import type { CriterionStatus, DossierCheck, DossierCriterion } from './dossier-judgement.ts';

const ranks: readonly CriterionStatus[] = ['met', 'caveat', 'open', 'not-met'];

/** The worst of several; `met` of none. */
export function worstStatus(all: readonly CriterionStatus[]): CriterionStatus {
  return all.reduce(
    (worst, each) => (ranks.indexOf(each) > ranks.indexOf(worst) ? each : worst),
    'met',
  );
}

/**
 * A criterion that is judged by what statements say is no better than the checks of those statements, either.
 * @param missingEvidence areas the policy demands and nobody could look at
 */
export function heldToChecks(
  criterion: DossierCriterion,
  checks: readonly DossierCheck[],
  missingEvidence: readonly EvidenceArea[],
): DossierCriterion {
  const own = checks.filter(({ id }) => criterion.checks.includes(id));
  const required = ({ role, area }: DossierCheck): boolean =>
    role === 'undecided' && missingEvidence.includes(area);
  const groups: readonly (readonly [CriterionStatus, readonly DossierCheck[]])[] = [
    ['not-met', own.filter(({ role }) => role === 'blocking')],
    ['open', own.filter(required)],
    ['caveat', own.filter(({ role }) => ['undecided', 'waived', 'warning'].includes(role))],
  ];
  const [status, [first, ...more]] = groups.find(([, found]) => found.length > 0) ?? ['met', []];
  if (first === undefined || worstStatus([criterion.status, status]) === criterion.status)
    return criterion;
  const because = `${first.message}${more.length === 0 ? '' : `, and ${more.length} more results of this kind`}`;
  const before = criterion.caveat === '' ? [] : [criterion.caveat];
  return { ...criterion, status, caveat: [because, ...before].join('; ') };
}
