import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';
import { escapeMarkup } from './escape-markup.ts';
import { findingStyle } from './html/finding-style.ts';
import { htmlPage } from './html/html-page.ts';
import { raw } from './html/markup.ts';
import type { Fact } from './report-facts.ts';
import {
  type FindingRole,
  placeText,
  type ReportPart,
  type ReportView,
  roleOf,
  seenText,
} from './report-view.ts';

const words = { pass: 'Pass', fail: 'Fail', incomplete: 'Not proven' } as const;
const marks = { pass: '✓', fail: '✗', incomplete: '?' } as const;

const sections: readonly { readonly role: FindingRole; readonly title: string }[] = [
  { role: 'blocking', title: 'Failed' },
  { role: 'undecided', title: 'Could not be looked at' },
  { role: 'waived', title: 'Waived' },
  { role: 'warning', title: 'Warnings' },
  { role: 'note', title: 'Notes' },
  { role: 'pass', title: 'Looked at and good' },
  { role: 'not-applicable', title: 'Did not apply' },
];
/** What nobody has to act on stands folded, and open on paper. */
const quietRoles: readonly FindingRole[] = ['pass', 'not-applicable'];

/**
 * One page that needs nothing besides itself: no script, no font, no request. Read by people and by
 * screen readers, in the dark and on paper.
 * @see WCAG 2.1, level AA
 */
export function renderHtml(view: ReportView, checks: readonly DescribedCheck[]): string {
  const titles = new Map(checks.map(({ id, title }) => [id, title]));
  const judgedBy = view.trust.length === 0 ? [] : factTable('Judged by', view.trust);
  // Who vouches is the news of a pass; of anything else, what is wrong.
  const [first, last] = view.outcome === 'pass' ? [judgedBy, []] : [[], judgedBy];
  const title = `${words[view.outcome]}: ${view.headline}`;
  const body = [
    '<a class="skip" href="#content">To the verdict</a>',
    `<header><p>${view.command === 'lint' ? 'Report on the definitions of a release' : 'Release verification report'} by ${escapeMarkup(view.program)}</p></header>`,
    '<main id="content">',
    `<h1 class="${view.outcome}">${outcomeMark(view.outcome)} ${escapeMarkup(view.headline)}</h1>`,
    `<p>Exit code ${view.exitCode}.${meaning(view)}</p>`,
    ...first,
    ...contents(view.parts),
    ...view.parts.flatMap((part, index) =>
      renderPart(part, { index, titles, alone: view.parts.length === 1 }),
    ),
    ...last,
    '</main>',
    '<footer><p>Undecided never counts as passed. What this page does not name was not looked at.</p></footer>',
    '',
  ].join('\n');
  return htmlPage({ title, style: findingStyle, body: raw(body) });
}

function outcomeMark(outcome: ReportView['outcome']): string {
  return `<span class="mark" aria-hidden="true">${marks[outcome]}</span> <strong>${words[outcome]}.</strong>`;
}

function meaning({ outcome, command }: ReportView): string {
  if (outcome === 'pass') return '';
  if (outcome === 'fail' && command === 'lint')
    return ' What would be built from these definitions would not be what is meant.';
  return outcome === 'fail'
    ? ' Do not use what was judged before the failures below are explained.'
    : ' Nothing failed, but required evidence could not be looked at: that is no pass.';
}

function contents(parts: readonly ReportPart[]): readonly string[] {
  if (parts.length < 2) return [];
  return [
    '<nav aria-label="Parts"><h2>Parts</h2><ol>',
    ...parts.map(
      ({ name, outcome }, index) =>
        `<li><a href="#part-${index + 1}">${escapeMarkup(name)}</a>: ${words[outcome]}</li>`,
    ),
    '</ol></nav>',
  ];
}

interface PartContext {
  readonly index: number;
  readonly titles: ReadonlyMap<string, string>;
  /** The heading of the page is about it. */
  readonly alone: boolean;
}

function renderPart(part: ReportPart, { index, titles, alone }: PartContext): readonly string[] {
  const { name, outcome, headline, facts, error, verdict } = part;
  const id = `part-${index + 1}`;
  const judged = facts.length === 0 ? [] : factTable('What was judged', facts);
  const [first, last] = outcome === 'pass' ? [judged, []] : [[], judged];
  const section = ({ role, title }: (typeof sections)[number]): readonly string[] =>
    renderSection(part, role, title, titles);
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}" class="${outcome}">${escapeMarkup(name)}</h2>`,
    ...(alone ? [] : [`<p>${outcomeMark(outcome)} ${escapeMarkup(headline)}</p>`]),
    ...(error === undefined
      ? []
      : [
          `<p>Error <code>${escapeMarkup(error.code)}</code>: ${escapeMarkup(error.message)}</p>`,
          '<ul>',
          ...error.suggestions.map((next) => `<li>${escapeMarkup(next)}</li>`),
          '</ul>',
        ]),
    ...(verdict === undefined ? [] : [`<p>${countsText(verdict.counts)}</p>`]),
    ...first,
    ...sections.filter(({ role }) => !quietRoles.includes(role)).flatMap(section),
    ...last,
    ...sections.filter(({ role }) => quietRoles.includes(role)).flatMap(section),
    '</section>',
  ];
}

/** What failed and what is open always, of the rest what there is. */
function countsText(counts: NonNullable<ReportPart['verdict']>['counts']): string {
  const said = [
    [counts.waived, 'waived'],
    [counts.warning, counts.warning === 1 ? 'warning' : 'warnings'],
    [counts.note, counts.note === 1 ? 'note' : 'notes'],
    [counts.pass, 'passed'],
    [counts.notApplicable, 'did not apply'],
  ] as const;
  return [
    `${counts.fail} failed`,
    `${counts.undecided} could not be looked at`,
    ...said.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`),
  ].join(', ');
}

function factTable(caption: string, facts: readonly Fact[]): readonly string[] {
  return [
    `<table class="facts"><caption>${escapeMarkup(caption)}</caption><tbody>`,
    ...facts.map(
      ([label, value]) =>
        `<tr><th scope="row">${escapeMarkup(label)}</th><td>${escapeMarkup(value)}</td></tr>`,
    ),
    '</tbody></table>',
  ];
}

function renderSection(
  { findings, verdict }: ReportPart,
  role: FindingRole,
  title: string,
  titles: ReadonlyMap<string, string>,
): readonly string[] {
  const told = findings.filter((each) => roleOf(each, verdict?.failOn ?? ['error']) === role);
  if (told.length === 0) return [];
  const quiet = quietRoles.includes(role);
  const caption = `${title} (${told.length})`;
  const table = [
    `<table class="findings ${role}"><caption>${caption}</caption>`,
    `<thead><tr><th scope="col">Check</th><th scope="col">What it is about</th><th scope="col">What was seen</th>${quiet ? '' : '<th scope="col">What to do</th>'}</tr></thead>`,
    '<tbody>',
    ...(role === 'undecided' ? byReason(told) : told.map((each) => [each])).map((group) =>
      renderRow(group, quiet, titles),
    ),
    '</tbody></table>',
  ];
  return quiet ? [`<details><summary>${caption}</summary>`, ...table, '</details>'] : table;
}

/** What could not be looked at for one and the same reason, together. */
function byReason(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { code, message, subject, id, followsFrom } = finding;
    const reason = JSON.stringify([
      message,
      subject,
      followsFrom,
      ...(code === undefined ? [] : [code, id]),
    ]);
    const group = groups.get(reason) ?? [];
    groups.set(reason, group);
    group.push(finding);
  }
  return [...groups.values()];
}

/** A row about one finding, or about several that say the same. */
function renderRow(
  group: readonly Finding[],
  quiet: boolean,
  titles: ReadonlyMap<string, string>,
): string {
  const [first, ...others] = group;
  if (first === undefined) return '';
  const { id, severity, subject, code, help, waiver, defaultSeverity, followsFrom } = first;
  const digest =
    subject.digest === undefined
      ? ''
      : `<br><code class="digest">${escapeMarkup(subject.digest)}</code>`;
  const tag = code === undefined ? '' : ` <code>${escapeMarkup(code)}</code>`;
  const changed = defaultSeverity === undefined ? '' : ` (by default ${defaultSeverity})`;
  const until =
    waiver === undefined
      ? ''
      : `<br>Waived until ${escapeMarkup(waiver.expires)} by ${escapeMarkup(waiver.owner)}: ${escapeMarkup(waiver.reason)}`;
  const named = others.length === 0 ? `<code>${escapeMarkup(id)}</code>` : `${group.length} checks`;
  const head = `<th scope="row">${named}${quiet ? '' : `<br>${severity}${changed}`}</th>`;
  const about = `<td>${escapeMarkup(`${subject.kind} ${placeText({ subject })}`)}${digest}</td>`;
  const seen = `<td>${escapeMarkup(seenText(first))}${tag}${until}</td>`;
  if (quiet) return `<tr>${head}${about}${seen}</tr>`;
  if (others.length > 0) {
    const ids = group.map((each) => `<code>${escapeMarkup(each.id)}</code>`).join(', ');
    return `<tr>${head}${about}${seen}<td>Mend what is named above, or bring the archive over again. <small>Not looked at: ${ids}</small></td></tr>`;
  }
  if (followsFrom !== undefined && !quiet)
    return `<tr>${head}${about}${seen}<td>Mend what it follows from. <small>${escapeMarkup(help.why)}</small></td></tr>`;
  const rule = titles.get(id);
  const why = `${rule === undefined ? '' : `Rule: ${rule}. `}${help.why}`;
  return `<tr>${head}${about}${seen}<td>${escapeMarkup(help.fix)}<br><small>${escapeMarkup(why)} (${escapeMarkup(help.source)})</small></td></tr>`;
}
