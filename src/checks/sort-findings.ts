import type { Finding, Outcome, Severity } from './check.ts';

const severities: readonly Severity[] = ['error', 'warning', 'note'];
const outcomes: readonly Outcome[] = ['fail', 'undecided', 'pass', 'not-applicable'];

/**
 * Sorted so that the order of the checks does not matter: severity (error first), outcome (fail first),
 * parts of a split archive before all else and each before their whole, what others follow from before
 * what stands for itself, consequences last, id, subject, message.
 */
export function sortFindings<Each extends Finding>(findings: readonly Each[]): readonly Each[] {
  const causes = new Set(
    findings.flatMap(({ followsFrom }) => (followsFrom === undefined ? [] : [keyOf(followsFrom)])),
  );
  const rank = new Map<Finding, number>(findings.map((each) => [each, causeRank(each, causes)]));
  return findings.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) ||
      (rank.get(a) ?? 0) - (rank.get(b) ?? 0) ||
      compareText(a.id, b.id) ||
      compareText(a.subject.name, b.subject.name) ||
      compareText(a.message, b.message),
  );
}

/** A part that is missing or damaged is why other things are not as they should be, the archive in one piece among them. */
function causeRank(
  { id, code, subject, outcome, followsFrom }: Finding,
  causes: ReadonlySet<string>,
): number {
  if (followsFrom !== undefined) return 4;
  if (id === 'container/parts') return subject.kind === 'file' ? 0 : 1;
  const own = { id, ...(code === undefined ? {} : { code }), subject: subject.name };
  return outcome === 'fail' && causes.has(keyOf(own)) ? 2 : 3;
}

function keyOf({ id, code, subject }: NonNullable<Finding['followsFrom']>): string {
  return JSON.stringify([id, code, subject]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
