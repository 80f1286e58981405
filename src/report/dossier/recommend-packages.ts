import type { DossierPackage } from './dossier-contents.ts';
import type {
  CriterionStatus,
  DossierCheck,
  DossierCriterion,
  PackageRecommendation,
} from './dossier-judgement.ts';

interface RecommendInput {
  readonly packages: readonly DossierPackage[];
  readonly checks: readonly DossierCheck[];
  readonly criteria: readonly DossierCriterion[];
  /** Of the whole. */
  readonly status: CriterionStatus;
}

const maxReasons = 6;

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
  return packages.map(({ archive, name, version }) => {
    const others = packages.filter((each) => each.archive === archive && each.name !== name);
    const own = checks.filter(
      (check) =>
        (check.within === archive || !archives.has(check.within)) &&
        !others.some((other) => isAbout(check, other.name)),
    );
    const failed = own.filter(({ role }) => role === 'blocking');
    const required = criteria.filter((each) => each.status === 'open');
    const unmet = criteria.filter(
      (each) => each.status === 'not-met' && (each.checks.length === 0 || failed.length === 0),
    );
    const soft = own.filter(({ role }) => role === 'waived' || role === 'warning');
    const bad = [
      ...failed.map(said),
      // What is not told by a result of a check of this package, but holds for the whole.
      ...unmet
        .filter(({ checks: rested }) => rested.length === 0)
        .map(({ title, caveat }) => `${title}: ${caveat}`),
      ...required.map(({ title, caveat }) => `not proven: ${title}: ${caveat}`),
    ];
    const open = [
      ...soft.map(said),
      ...criteria
        .filter((each) => each.status === 'caveat' && each.evidence === 'none')
        .map(({ title, caveat }) => `${title}: ${caveat}`),
    ];
    // Where the whole is not ready because of another package, this one waits for it.
    const waits = bad.length === 0 && (status === 'not-met' || status === 'open');
    const recommendation =
      bad.length > 0 ? 'not-ready' : open.length > 0 || waits ? 'conditional' : 'ready';
    const reasons = [
      ...bad,
      ...(waits ? ['another part of this release is not ready'] : []),
      ...open,
    ];
    return {
      package: name,
      ...(version === undefined ? {} : { version }),
      archive,
      recommendation,
      reasons:
        reasons.length > maxReasons
          ? [...reasons.slice(0, maxReasons), `${reasons.length - maxReasons} more`]
          : reasons,
    };
  });
}

function isAbout({ subject }: DossierCheck, name: string): boolean {
  return [name, `${name}:`, `${name} `, `${name}/`].some((start) =>
    start === name ? subject.name === name : subject.name.startsWith(start),
  );
}

function said({ role, subject, message }: DossierCheck): string {
  const word = role === 'blocking' ? 'fails' : role === 'waived' ? 'waived' : 'warning';
  return `${word}: ${subject.name}: ${message}`;
}
