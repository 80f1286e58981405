import type { CheckId, Finding } from '../checks/check.ts';
import type { CowaError } from '../errors/families.ts';
import { definitionResolved, definitionSchema } from '../lint/definition-checks.ts';
import type { Place } from '../lint/deployed-package.ts';
import type { LintFinding } from '../lint/lint-check.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import type { DefinitionFlaw } from './load-definition.ts';

/** What is wrong with a document, as a finding at its place. */
export function problemFinding(file: string, problem: DocumentProblem): Finding {
  const { line, column, message, code, severity } = problem;
  return finding(definitionSchema, severity, { file, line, column }, message, code);
}

/**
 * What keeps a package from being built.
 * @param released whether a release names the package: what this program does not build is a fault only then
 */
export function flawFinding(
  { kind, message, place, field }: DefinitionFlaw,
  released: boolean,
): readonly Finding[] {
  // What says which objects there are is told by the check that renders them.
  const hides = /^\/(?:charts|manifests|import|scripts)(?:\/|$)/.test(field);
  if (kind === 'made' || kind === 'remote' || (kind === 'missing' && hides)) return [];
  if (kind !== 'unsupported') {
    const code =
      kind === 'missing'
        ? 'PACK_INPUT_MISSING'
        : kind === 'rule'
          ? 'PACK_DEFINITION_INVALID'
          : 'PACK_PAYLOAD_UNUSED';
    return [finding(definitionResolved, 'error', place, message, code)];
  }
  if (!released) return [];
  const text = `${message}: assemble refuses it, and the release names this package`;
  return [finding(definitionResolved, 'error', place, text, 'PACK_UNSUPPORTED')];
}

/** An error of the builder names its places as file:line:column, one a line. */
export function errorFindings(file: string, error: CowaError): readonly Finding[] {
  const rows = error.message
    .split('\n')
    .map((line) => /^(\S+?):(\d+):(\d+) (.*)$/s.exec(line))
    .filter((row) => row !== null);
  if (rows.length === 0)
    return [finding(definitionResolved, 'error', { file }, error.message, error.code)];
  return rows.map(([, name = file, line, column, message = '']) =>
    finding(
      definitionResolved,
      'error',
      { file: name, line: Number(line), column: Number(column) },
      message,
      error.code,
    ),
  );
}

function finding(
  { id, help }: { readonly id: CheckId; readonly help: Finding['help'] },
  severity: Finding['severity'],
  { file, ...place }: Pick<Place, 'file'> & Partial<Place>,
  message: string,
  code: string,
): Finding {
  const subject = { kind: 'file' as const, name: file, ...place };
  return { id, severity, outcome: 'fail', subject, message, code, help };
}

/**
 * What could not be read is told once, with how much hangs on it: every check that would have looked there says so
 * too. Where nothing else tells it, the first of them stays.
 */
export function foldHanging(findings: readonly LintFinding[]): readonly LintFinding[] {
  const groups = Map.groupBy(findings, ({ hangsOn }) => hangsOn);
  const notes = new Map<LintFinding, readonly LintFinding[]>();
  const left = new Set<LintFinding>();
  for (const [reason, group] of groups) {
    if (reason === undefined) continue;
    const told = findings.find(
      ({ id, outcome, subject, message }) =>
        id === 'deployment/rendered' &&
        outcome !== 'pass' &&
        reason.startsWith(subject.name) &&
        reason.endsWith(message),
    );
    const kept = told ?? group.toSorted(bySeverity)[0];
    const others = group.filter((each) => each !== kept);
    for (const each of others) left.add(each);
    if (kept === undefined || others.length === 0) continue;
    notes.set(kept, [...(notes.get(kept) ?? []), ...others]);
  }
  return findings
    .filter((each) => !left.has(each))
    .map((each) => {
      const { hangsOn: _reason, ...plain } = each;
      const others = notes.get(each);
      return others === undefined
        ? plain
        : { ...plain, message: `${each.message}${counted(others)}` };
    });
}

function counted(others: readonly LintFinding[]): string {
  const checks = new Set(others.map(({ id }) => id)).size;
  const results = `${others.length} more result${others.length === 1 ? '' : 's'}`;
  return ` (${results} of ${checks} check${checks === 1 ? '' : 's'} hang${others.length === 1 ? 's' : ''} on it)`;
}

function bySeverity(a: LintFinding, b: LintFinding): number {
  const order = ['error', 'warning', 'note'];
  return order.indexOf(a.severity) - order.indexOf(b.severity);
}

/** Two flavors of one package say many things twice. */
export function uniqueFindings(findings: readonly LintFinding[]): readonly LintFinding[] {
  const seen = new Map<string, LintFinding>();
  for (const each of findings) {
    const { id, outcome, subject, message } = each;
    const { kind, name, line, column, object } = subject;
    const key = JSON.stringify([id, outcome, kind, name, line, column, object, message]);
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}
