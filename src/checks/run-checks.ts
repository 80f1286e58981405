import { printable } from '../support/printable.ts';
import type { Check, GroundedFinding, Result } from './check.ts';
import { helpOf } from './code-help.ts';
import type { ArchiveFacts } from './facts.ts';
import { grounds } from './find-causes.ts';
import { unseen } from './results.ts';
import { sortFindings } from './sort-findings.ts';

/** Findings of one outcome that one check may make; a hostile archive could otherwise make millions. */
const maxAlike = 200;
const maxMessageLength = 2000;

/**
 * Runs checks over the facts of one archive. Sorted, so that the order of the checks does not matter.
 * Findings of one check beyond the 200th of an outcome and severity are counted in one more.
 */
export function runChecks(
  checks: readonly Check[],
  facts: ArchiveFacts,
): readonly GroundedFinding[] {
  const because = unseen(facts.container);
  return sortFindings(checks.flatMap((check) => runCheck(check, facts, because)));
}

function runCheck(
  check: Check,
  facts: ArchiveFacts,
  because: string | undefined,
): readonly GroundedFinding[] {
  // A check sees what it asked for and nothing else, so that `needs` tells the truth.
  const view = Object.fromEntries(check.needs.map((name) => [name, facts[name]]));
  const alike = new Map<string, GroundedFinding[]>();
  const more = new Map<string, number>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from `needs`, name by name
  for (const result of check.evaluate(view as unknown as ArchiveFacts)) {
    const finding = toFinding(check, result, because);
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
    // Many things may have many causes.
    const { restsOn: _restsOn, ...like } = last;
    return [...list, { ...like, subject, message: `${left} more of this kind` }];
  });
}

function toFinding(check: Check, result: Result, because: string | undefined): GroundedFinding {
  const { outcome, subject, message, code } = result;
  const restsOn = result.restsOn ?? groundOf(result, because);
  return {
    id: check.id,
    severity: result.severity ?? check.severity,
    outcome,
    // Names and messages hold what the archive says: it must not speak to the terminal.
    subject: { ...subject, name: printable(subject.name) },
    message: printable(message, maxMessageLength),
    ...(code === undefined ? {} : { code }),
    ...(restsOn === undefined ? {} : { restsOn: printable(restsOn) }),
    help: helpOf(check, code),
  };
}

/** Whoever could not look because reading ended says so in the one sentence there is for it. */
function groundOf({ outcome, message }: Result, because: string | undefined): string | undefined {
  return outcome === 'undecided' && because !== undefined && message.includes(because)
    ? grounds.reading
    : undefined;
}
