import type { Finding, FindingCause, GroundedFinding } from './check.ts';

/** What findings rest on besides single files. */
export const grounds = {
  /** Reading ended before the end of the archive. */
  reading: 'the end of the archive',
  /** The way from the index of a bundle to its packages. */
  bundle: 'the tree of the bundle',
} as const;

/** Checks in the order in which they come near to a cause, by what their ids begin with; others come after them. */
const nearest = [
  'container/parts',
  'container/',
  'bundle/index',
  'bundle/root',
  'bundle/blobs',
  'definition/schema',
  'statement/complete',
  'checksums/',
  'oci/layout',
  'provenance/subject',
] as const;

/**
 * Says of findings that rest on one and the same thing which of them is the cause: the failure of the
 * check that looks at that thing most closely. Where nothing failed, nothing follows from anything.
 * Nothing is taken away, and no outcome changes.
 */
export function linkCauses(findings: readonly GroundedFinding[]): readonly Finding[] {
  const causes = new Map<string, Finding>();
  for (const { restsOn, ...finding } of findings) {
    if (restsOn === undefined || finding.outcome !== 'fail') continue;
    const before = causes.get(restsOn);
    if (before === undefined || nearness(finding) < nearness(before)) causes.set(restsOn, finding);
  }
  return findings.map(({ restsOn, ...finding }) => {
    const cause = restsOn === undefined ? undefined : causes.get(restsOn);
    return cause === undefined || !isConsequence(finding, cause)
      ? finding
      : { ...finding, followsFrom: toCause(cause) };
  });
}

/** The cause of a finding in words, for every output; empty where it has none. */
export function followsText({ followsFrom }: Pick<Finding, 'followsFrom'>): string {
  if (followsFrom === undefined) return '';
  const { id, code, subject } = followsFrom;
  return `follows from ${id}${code === undefined ? '' : ` [${code}]`} of ${subject}`;
}

/** The same check with the same code tells the same of another thing. */
function isConsequence({ id, code, outcome }: Finding, cause: Finding): boolean {
  if (outcome !== 'fail' && outcome !== 'undecided') return false;
  return id !== cause.id || code !== cause.code;
}

function toCause({ id, code, subject }: Finding): FindingCause {
  return { id, ...(code === undefined ? {} : { code }), subject: subject.name };
}

function nearness({ id }: Finding): number {
  const at = nearest.findIndex((each) => id.startsWith(each));
  return at < 0 ? nearest.length : at;
}
