import { printable } from '../support/printable.ts';
import type { Check, Finding, Outcome, Result, Severity } from './check.ts';
import { helpOf } from './code-help.ts';
import type { ArchiveFacts } from './facts.ts';

/** Findings of one outcome that one check may make; a hostile archive could otherwise make millions. */
const maxAlike = 200;
const maxMessageLength = 2000;
const severities: readonly Severity[] = ['error', 'warning', 'note'];
const outcomes: readonly Outcome[] = ['fail', 'undecided', 'pass', 'not-applicable'];

/**
 * Runs checks over the facts of one archive. Sorted by severity (error first), outcome (fail first),
 * id, subject and message, so that the order of the checks does not matter. Findings of one check
 * beyond the 200th of an outcome and severity are counted in one more.
 */
export function runChecks(checks: readonly Check[], facts: ArchiveFacts): readonly Finding[] {
  return checks.flatMap((check) => runCheck(check, facts)).sort(compareFindings);
}

function runCheck(check: Check, facts: ArchiveFacts): readonly Finding[] {
  // A check sees what it asked for and nothing else, so that `needs` tells the truth.
  const view = Object.fromEntries(check.needs.map((name) => [name, facts[name]]));
  const alike = new Map<string, Finding[]>();
  const more = new Map<string, number>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from `needs`, name by name
  for (const result of check.evaluate(view as unknown as ArchiveFacts)) {
    const finding = toFinding(check, result);
    const kind = `${finding.outcome} ${finding.severity}`;
    const list = alike.get(kind) ?? [];
    alike.set(kind, list);
    if (list.length < maxAlike) list.push(finding);
    else more.set(kind, (more.get(kind) ?? 0) + 1);
  }
  return [...alike].flatMap(([kind, list]) => {
    const left = more.get(kind);
    const last = list.at(-1);
    if (left === undefined || last === undefined) return list;
    const name = printable(facts.identity.fileName ?? 'standard input');
    const subject = { kind: 'archive', name } as const;
    return [...list, { ...last, subject, message: `${left} more of this kind` }];
  });
}

function toFinding(check: Check, result: Result): Finding {
  const { outcome, subject, message, code } = result;
  return {
    id: check.id,
    severity: result.severity ?? check.severity,
    outcome,
    // Names and messages hold what the archive says: it must not speak to the terminal.
    subject: { ...subject, name: printable(subject.name) },
    message: printable(message, maxMessageLength),
    ...(code === undefined ? {} : { code }),
    help: helpOf(check, code),
  };
}

/** A part that is missing or damaged is why other things are not as they should be, the archive in one piece among them. */
function causeRank({ id, subject }: Finding): number {
  if (id !== 'container/parts') return 2;
  return subject.kind === 'file' ? 0 : 1;
}

/**
 * Severity (error first), outcome (fail first), parts of a split archive before all else and each before their whole,
 * id, subject, message.
 */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) ||
    causeRank(a) - causeRank(b) ||
    compareText(a.id, b.id) ||
    compareText(a.subject.name, b.subject.name) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
