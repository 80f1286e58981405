import type { EvidenceArea } from '../../checks/check.ts';
import type { ApprovalDemand } from '../../policy/trust/judge-object.ts';
import { tests, testsCheck } from './carried-results.ts';
import type { Dossier, DossierTestResult } from './dossier.ts';
import type {
  CriterionStatus,
  DossierApproval,
  DossierCheck,
  DossierCriterion,
} from './dossier-judgement.ts';
import { heldToChecks, worstStatus } from './hold-to-checks.ts';
import { vulnerabilities } from './judge-scans.ts';
import { sbomGaps } from './sbom-gaps.ts';

/** What criteria are judged by. */
export type CriteriaInput = Pick<
  Dossier,
  'provenance' | 'approvals' | 'reproducibility' | 'scans' | 'release' | 'contents'
> & {
  readonly checks: readonly DossierCheck[];
  /** How many have to approve, and how many did, of the release and of each archive by itself. */
  readonly demanded: readonly ApprovalDemand[];
  /** Areas of evidence the policy demands and nobody could look at. */
  readonly missingEvidence: readonly EvidenceArea[];
  /** Names of what could not be opened. */
  readonly unreadable: readonly string[];
  /** Flags that weaken, as spelt. */
  readonly insecure: readonly string[];
  /** Names of files that lie with the archives. */
  readonly files: readonly string[];
  /** Limits and exceptions of the policy. */
  readonly limits: number;
  /** What statements say of tests. */
  readonly testResults: readonly DossierTestResult[];
  /** Names of what was judged. */
  readonly archives: readonly string[];
};

interface Rule {
  readonly id: string;
  readonly short: string;
  readonly title: string;
  /** What is said where nothing was looked at at all. */
  readonly unseen: string;
  /** Which checks it rests on. */
  readonly takes: (check: Pick<DossierCheck, 'id' | 'area'>) => boolean;
}

const inArea =
  (...areas: readonly string[]) =>
  ({ id, area }: Pick<DossierCheck, 'id' | 'area'>): boolean =>
    !hasOwnCriterion(id) && areas.includes(area);
const named =
  (...prefixes: readonly string[]) =>
  ({ id }: Pick<DossierCheck, 'id' | 'area'>): boolean =>
    prefixes.some((prefix) => id.startsWith(`${prefix}/`));

/** Checks that have a criterion by their name, whatever area they count to. */
function hasOwnCriterion(id: string): boolean {
  return (
    id.endsWith('/approvals') || ['sbom/', 'provenance/'].some((start) => id.startsWith(start))
  );
}

const rules: readonly Rule[] = [
  {
    id: 'integrity',
    short: 'integrity',
    title: 'The archives are whole, and every part is what its digest says',
    unseen: 'nothing was read',
    takes: inArea('container', 'checksums', 'oci', 'names', 'bundle', 'definition'),
  },
  {
    id: 'authenticity',
    short: 'signatures',
    title: 'What was delivered is signed by someone who is trusted here',
    unseen: 'no signature was judged',
    takes: inArea('signature'),
  },
  {
    id: 'completeness',
    short: 'completeness',
    title: 'Exactly what the signed release statement lists was delivered',
    unseen:
      'no release statement was judged: each archive was judged by itself, and nothing says whether one is missing',
    takes: inArea('statement'),
  },
  {
    id: 'deployment',
    short: 'what would be deployed',
    title: 'What would be deployed is sound and keeps to the rules of the cluster',
    unseen: 'nobody looked at what would be deployed',
    takes: inArea('deployment'),
  },
  {
    id: 'policy',
    short: 'sizes and exceptions',
    title: 'Sizes and exceptions keep to the policy',
    unseen: 'the policy sets limits, and nothing was measured against them',
    takes: inArea('budget', 'policy'),
  },
  {
    id: 'inventory',
    short: 'lists of contents',
    title: 'Every image comes with a list of what is in it, bound to it by digest',
    unseen: 'no list of contents (SBOM) was there to look at',
    takes: named('sbom'),
  },
  {
    id: 'provenance',
    short: 'how it was made',
    title: 'A signed statement says how each archive was made, and from what',
    unseen: 'no statement of how the archives were made was there to look at',
    takes: (check) =>
      named('provenance')(check) && check.id !== madeAgain && check.id !== testsCheck,
  },
];

/** The table of readiness: one row for each criterion, always all of them, in the same order. */
export function judgeCriteria(input: CriteriaInput): readonly DossierCriterion[] {
  return [
    ...rules.map((rule) =>
      weakened(incomplete(limitless(byChecks(rule, input), input), input), input),
    ),
    vulnerabilities(input),
    ...[reproducibility(input), tests(input), approvals(input)].map((each) =>
      heldToChecks(each, input.checks, input.missingEvidence),
    ),
  ];
}

function byChecks(
  { id, short, title, unseen, takes }: Rule,
  input: CriteriaInput,
): DossierCriterion {
  const own = input.checks.filter(takes);
  const count = (role: DossierCheck['role']): number =>
    own.filter((check) => check.role === role).length;
  const missing = input.missingEvidence;
  const required = own.some(
    ({ area, outcome }) => outcome === 'undecided' && missing.includes(area),
  );
  const unreadable = id === 'integrity' ? input.unreadable : [];
  const passed = count('pass');
  const openness = count('undecided');
  const said = [
    ...unreadable.map((name) => `${name} cannot be opened`),
    ...counted(count('blocking'), 'check result fails', 'check results fail'),
    ...counted(openness, 'result is undecided', 'results are undecided'),
    ...counted(count('waived'), 'failure is waived', 'failures are waived'),
    ...counted(count('warning'), 'warning', 'warnings'),
  ];
  const seen = passed + openness + said.length > 0;
  const status: CriterionStatus =
    count('blocking') + unreadable.length > 0
      ? 'not-met'
      : // What is demanded and no check looked at was not looked at, either.
        required || (!seen && missing.some((area) => takes({ id: `${area}/`, area })))
        ? 'open'
        : said.length > 0 || !seen
          ? 'caveat'
          : 'met';
  return {
    id,
    short,
    title,
    status,
    evidence: seen ? `${passed} of ${own.length - count('not-applicable')} results pass` : 'none',
    checks: [...new Set(own.map((check) => check.id))].sort(),
    caveat: seen ? said.join(', ') : unseen,
  };
}

/** A policy that sets no limits has none that could be broken. */
function limitless(criterion: DossierCriterion, { limits }: CriteriaInput): DossierCriterion {
  if (criterion.id !== 'policy' || limits > 0 || criterion.evidence !== 'none') return criterion;
  return {
    ...criterion,
    status: 'met',
    evidence: 'the policy sets no limits and has no exceptions',
    caveat: '',
  };
}

/** A list that names gaps, or does not say whether it has any, is no whole list; nor is one that is not there. */
function incomplete(criterion: DossierCriterion, { contents }: CriteriaInput): DossierCriterion {
  if (criterion.id !== 'inventory' || criterion.evidence === 'none') return criterion;
  const { bare, partial, silent } = sbomGaps(contents);
  const because = [
    ...counted(bare.length, 'image has no list', 'images have no list'),
    ...counted(
      partial.length,
      'list says that it is not complete',
      'lists say that they are not complete',
    ),
    ...counted(
      silent.length,
      'list does not say whether it is',
      'lists do not say whether they are',
    ),
  ];
  if (because.length === 0) return criterion;
  return {
    ...criterion,
    status: worstStatus([criterion.status, 'caveat']),
    caveat: [...(criterion.caveat === '' ? [] : [criterion.caveat]), ...because].join(', '),
  };
}

/** A flag that weakens the judgement leaves a mark on what it weakens. */
function weakened(criterion: DossierCriterion, { insecure }: CriteriaInput): DossierCriterion {
  if (insecure.length === 0 || criterion.id !== 'authenticity') return criterion;
  const because = `weakened by ${insecure.join(', ')}`;
  return {
    ...criterion,
    status: worstStatus([criterion.status, 'caveat']),
    caveat: criterion.caveat === '' ? because : `${criterion.caveat}; ${because}`,
  };
}

const madeAgain = 'provenance/reproduced';

const reproducedStatus = {
  same: 'met',
  own: 'caveat',
  'same-content': 'caveat',
  partly: 'caveat',
  unknown: 'caveat',
  different: 'not-met',
} as const;

/** Statements beside the archives say so, or nobody does; never better than what they say. */
function reproducibility({ reproducibility: made, checks }: CriteriaInput): DossierCriterion {
  const accepted = made?.statements.filter(({ state }) => state === 'accepted') ?? [];
  const signers = [...new Set(accepted.flatMap((each) => each.signers))].sort();
  return {
    id: 'reproducibility',
    short: 'making it again',
    title: 'Making it again from the same inputs gives the same bytes',
    status: made === undefined ? 'caveat' : reproducedStatus[made.outcome],
    evidence:
      accepted.length === 0
        ? 'none'
        : `${accepted.length} signed ${accepted.length === 1 ? 'statement' : 'statements'}, by ${signers.join(', ')}`,
    checks: checks.some(({ id }) => id === madeAgain) ? [madeAgain] : [],
    caveat:
      made === undefined
        ? 'not looked at: no statement about making it again was there'
        : made.outcome === 'same'
          ? ''
          : made.reason,
  };
}

/** Met only where somebody approved, as many as are demanded, and no approval is refused or in doubt. */
function approvals({ approvals: given, checks, demanded }: CriteriaInput): DossierCriterion {
  const own = checks.filter(({ id }) => id.endsWith('/approvals'));
  const inState = (state: DossierApproval['state']): readonly DossierApproval[] =>
    given.filter((each) => each.state === state);
  const [good, bad, open] = [inState('accepted'), inState('refused'), inState('undecided')];
  const missing = demanded.filter(({ threshold, counted: count }) => count < threshold);
  const failures = [
    ...new Set(
      missing.map(
        ({ role, threshold, counted: count }) =>
          `${count} of the ${threshold} approvals that are demanded of '${role}'`,
      ),
    ),
    ...(bad.length === 0 ? [] : [`${bad.length} refused: ${bad[0]?.reason ?? ''}`]),
  ];
  const failed = failures.length > 0 || own.some(({ role }) => role === 'blocking');
  const doubts = [
    ...(good.length > 0 || open.length === 0
      ? []
      : [`${open.length} ${open.length === 1 ? 'lies' : 'lie'} with it, ${open[0]?.reason ?? ''}`]),
    ...(given.length === 0 ? ['nobody has approved it yet'] : []),
    ...own
      .filter(({ role }) => role === 'undecided' || role === 'waived')
      .map((each) => each.message),
  ];
  return {
    id: 'approvals',
    short: good.length === 0 && open.length > 0 ? 'the approvals that lie with it' : 'approval',
    title: 'The people who have to approve did so',
    status: failed ? 'not-met' : doubts.length > 0 ? 'caveat' : 'met',
    evidence:
      good.map(({ role, signers }) => `${role}: ${signers.join(', ')}`).join('; ') || 'none',
    checks: [...new Set(own.map(({ id }) => id))].sort(),
    caveat: failed ? failures.join('; ') || 'an approval does not hold' : doubts.join('; '),
  };
}

function counted(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}
