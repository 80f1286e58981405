import type { Finding } from '../checks/check.ts';
import { codeSpan, plainMarkdown } from './markdown-text.ts';
import {
  type FindingRole,
  needsFix,
  placeText,
  type ReportPart,
  type ReportView,
  roleOf,
  seenText,
} from './report-view.ts';

/** Characters a comment of a pull request takes on GitHub; GitLab takes more. */
const maxCommentLength = 65_536;
/** Left for what says that something was cut, and for closing what is open. */
const reserve = 1_500;

const words = { pass: '✅ PASS', fail: '❌ FAIL', incomplete: '⚠️ NOT PROVEN' } as const;

const sections: readonly {
  readonly role: FindingRole;
  readonly title: string;
  readonly open: boolean;
}[] = [
  { role: 'blocking', title: 'Failed', open: true },
  { role: 'undecided', title: 'Could not be looked at', open: true },
  { role: 'waived', title: 'Waived', open: true },
  { role: 'warning', title: 'Warnings', open: false },
  { role: 'note', title: 'Notes', open: false },
  { role: 'pass', title: 'Looked at and good', open: false },
];

/**
 * Markdown that fits into a comment of a pull request: the verdict and what to do first, what is less
 * urgent folded. What does not fit is counted. Words of an archive stand in code spans, where they
 * are neither markup nor mentions nor links.
 * @param maxLength characters, at least 2000
 */
export function renderMarkdown(view: ReportView, maxLength = maxCommentLength): string {
  const page = new Page(Math.max(2000, maxLength) - reserve);
  page.add(`## ${words[view.outcome]}`, '', codeSpan(view.headline), '');
  for (const [label, value] of view.trust)
    page.add(`- ${plainMarkdown(label)}: ${codeSpan(value)}`);
  if (view.trust.length > 0) page.add('');
  // The urgent of every part before the rest of any.
  for (const part of view.parts) addPart(page, part, view.parts.length > 1);
  for (const part of view.parts) addFolded(page, part, view.parts.length > 1);
  const cut =
    page.left === 0
      ? []
      : [`_${page.left} more lines did not fit: see another report, or the output of verify._`, ''];
  const foot = `<sub>${plainMarkdown(view.program)}, exit code ${view.exitCode}</sub>`;
  return `${[...page.lines, ...cut, foot].join('\n')}\n`;
}

class Page {
  readonly lines: string[] = [];
  readonly #room: number;
  #used = 0;
  /** Lines that did not fit. */
  left = 0;

  constructor(room: number) {
    this.#room = room;
  }

  /** Adds lines together or not at all. */
  add(...lines: readonly string[]): boolean {
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (this.#used + length > this.#room) {
      this.left += lines.filter((line) => line !== '').length;
      return false;
    }
    this.#used += length;
    this.lines.push(...lines);
    return true;
  }

  /** Adds lines between others; room for the last ones is taken first, so that what is opened is closed. */
  fold(first: readonly string[], last: readonly string[], between: () => void): void {
    const closing = last.reduce((sum, line) => sum + line.length + 1, 0);
    this.#used += closing;
    if (this.add(...first)) {
      between();
      this.lines.push(...last);
    } else this.#used -= closing;
  }
}

function addPart(page: Page, part: ReportPart, several: boolean): void {
  const { name, outcome, headline, facts, error } = part;
  if (several) page.add(`### ${words[outcome]} ${codeSpan(name)}`, '', codeSpan(headline), '');
  if (error !== undefined) {
    page.add(`- **${codeSpan(error.code)}** ${codeSpan(error.message)}`);
    for (const next of error.suggestions) page.add(`  - next: ${codeSpan(next)}`);
    page.add('');
  }
  for (const [label, value] of facts.slice(0, 12))
    page.add(`- ${plainMarkdown(label)}: ${codeSpan(value)}`);
  if (facts.length > 0) page.add('');
  for (const { role, title, open } of sections) if (open) addSection(page, part, role, title);
}

function addSection(page: Page, part: ReportPart, role: FindingRole, title: string): void {
  const findings = findingsOf(part, role);
  if (findings.length === 0) return;
  page.add(`**${title} (${findings.length})**`, '');
  for (const finding of findings) page.add(...item(finding));
  page.add('');
}

function addFolded(page: Page, part: ReportPart, several: boolean): void {
  for (const { role, title, open } of sections) {
    const findings = open ? [] : findingsOf(part, role);
    if (findings.length === 0) continue;
    const of = several ? ` of ${codeSpan(part.name)}` : '';
    const head = ['<details>', `<summary>${title} (${findings.length})</summary>`, '', ...fold(of)];
    page.fold(head, ['', '</details>', ''], () => {
      for (const finding of findings) page.add(...item(finding));
    });
  }
}

function fold(of: string): readonly string[] {
  return of === '' ? [] : [`Findings${of}`, ''];
}

function findingsOf({ findings, verdict }: ReportPart, role: FindingRole): readonly Finding[] {
  return findings.filter((each) => roleOf(each, verdict?.failOn ?? ['error']) === role);
}

function item(finding: Finding): readonly string[] {
  const { id, subject, code, outcome, waiver, help } = finding;
  const tag = code === undefined ? '' : ` ${codeSpan(code)}`;
  const head = `- **${codeSpan(id)}**${tag} ${codeSpan(placeText({ subject }))}: ${codeSpan(seenText(finding))}`;
  if (outcome === 'pass') return [head];
  if (waiver !== undefined)
    return [
      head,
      `  - waived until ${plainMarkdown(waiver.expires)} by ${codeSpan(waiver.owner)}: ${codeSpan(waiver.reason)}`,
    ];
  return needsFix(finding) ? [head, `  - fix: ${plainMarkdown(help.fix)}`] : [head];
}
