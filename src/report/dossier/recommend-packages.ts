import { counted } from '../../support/counted.ts';
import type { DossierPackage } from './dossier-contents.ts';
import type {
  CriterionStatus,
  DossierCheck,
  DossierCriterion,
  PackageRecommendation,
} from './dossier-judgement.ts';
import { listed } from './dossier-words.ts';

interface RecommendInput {
  readonly packages: readonly DossierPackage[];
  readonly checks: readonly DossierCheck[];
  readonly criteria: readonly DossierCriterion[];
  /** Of the whole. */
  readonly status: CriterionStatus;
}

const maxReasons = 8;

/**
 * Ready, conditional or not ready, for each package of each archive. What is wrong with an archive or with
 * the whole release counts for every package in it, unless it is about another package by name.
 */
export function recommendPackages({
  packages,
  checks,
  criteria,
  status,
}: RecommendInput): readonly PackageRecommendation[] {
  const archives = new Set(packages.map(({ archive }) => archive));
  const unproven = criteria.filter((each) => each.status === 'open');
  const failing = new Set(checks.filter(({ role }) => role === 'blocking').map(({ id }) => id));
  // What no single result tells by itself counts for all of them.
  const unmet = criteria.filter(
    (each) => each.status === 'not-met' && !each.checks.some((id) => failing.has(id)),
  );
  const unseen = criteria.filter((each) => each.status === 'caveat' && each.evidence === 'none');
  return packages.map(({ archive, name, version }) => {
    const others = packages.filter((each) => each.archive === archive && each.name !== name);
    const own = checks.filter(
      (check) =>
        (check.within === archive || !archives.has(check.within)) &&
        !others.some((other) => isAbout(check, other.name)),
    );
    const bad = [
      ...grouped(own.filter(({ role }) => role === 'blocking')),
      ...unmet.map(({ short, caveat }) => `${short}: ${caveat}`),
      ...unproven.map(({ short, caveat }) => `not proven: ${short}: ${caveat}`),
    ];
    const open = [
      ...(unseen.length === 0
        ? []
        : [`not looked at: ${listed(unseen.map(({ short }) => short))}`]),
      ...grouped(own.filter(({ role }) => role === 'waived')),
      ...grouped(own.filter(({ role }) => role === 'warning')),
    ];
    // Where the whole is not ready because of another package, this one waits for it.
    const waits = bad.length === 0 && (status === 'not-met' || status === 'open');
    const held = bad.length === 0 && open.length === 0 && status === 'caveat';
    const reasons = [
      ...bad,
      ...(waits ? ['another part of this release is not ready'] : []),
      ...(held ? ['another part of this release has conditions'] : []),
      ...open,
    ];
    return {
      package: name,
      ...(version === undefined ? {} : { version }),
      archive,
      recommendation: bad.length > 0 ? 'not-ready' : reasons.length > 0 ? 'conditional' : 'ready',
      reasons:
        reasons.length > maxReasons
          ? [
              ...reasons.slice(0, maxReasons),
              `${counted(reasons.length - maxReasons, 'more kind')}`,
            ]
          : reasons,
    };
  });
}

/** A recommendation for a package, told once for all archives of which the same is said. */
export interface SharedRecommendation extends Omit<PackageRecommendation, 'archive'> {
  readonly archives: readonly string[];
}

/** What is said of a package by itself and of the same in a bundle, in one where it is the same. */
export function sameRecommendations(
  packages: readonly PackageRecommendation[],
): readonly SharedRecommendation[] {
  const found = new Map<string, SharedRecommendation>();
  for (const { archive, ...said } of packages) {
    const key = JSON.stringify(said);
    found.set(key, { ...said, archives: [...(found.get(key)?.archives ?? []), archive] });
  }
  return [...found.values()];
}

function isAbout({ subject }: DossierCheck, name: string): boolean {
  return (
    subject.name === name ||
    [`${name}:`, `${name} `, `${name}/`].some((start) => subject.name.startsWith(start))
  );
}

const words = { blocking: 'fails', waived: 'waived', warning: 'warning' } as const;

/** One reason for each check: its first result, and how many there are. */
function grouped(list: readonly DossierCheck[]): readonly string[] {
  const found = new Map<string, { readonly first: DossierCheck; readonly count: number }>();
  for (const check of list) {
    const before = found.get(check.id);
    found.set(check.id, { first: before?.first ?? check, count: (before?.count ?? 0) + 1 });
  }
  return [...found.values()].map(({ first, count }) => {
    const { role, subject, message } = first;
    const word = role === 'blocking' || role === 'waived' ? words[role] : words.warning;
    return `${word}: ${subject.object ?? subject.name}: ${message}${count > 1 ? `, and ${count - 1} more of this kind` : ''}`;
  });
}
