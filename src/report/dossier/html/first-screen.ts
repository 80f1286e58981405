import { formatSize } from '../../../support/format-size.ts';
import { html, type Markup } from '../../html/markup.ts';
import type { Dossier } from '../dossier.ts';
import type { CriterionStatus, DossierCheck } from '../dossier-judgement.ts';
import { statusWords } from '../dossier-words.ts';
import { nextSteps } from '../next-steps.ts';

const marks: Readonly<Record<CriterionStatus, string>> = {
  met: '✓',
  caveat: '!',
  open: '?',
  'not-met': '✗',
};

/** What stands in each of the two lists; the rest is counted. */
const maxListed = 7;

/** What a reader has to know who reads nothing else: the verdict, for whom and when, what is open. */
export function firstScreen(dossier: Dossier): Markup {
  const { verdict } = dossier;
  return html`<div class="verdict ${verdict.status}">
<h1><span aria-hidden="true">${marks[verdict.status]} </span>${statusWords[verdict.status]}: ${titleOf(dossier)}</h1>
<p class="lead">${verdict.words}</p>
</div>
${whoAndWhen(dossier)}
<h2 class="next">What to do now</h2>
<ol>${nextSteps(dossier).map(({ text, chapter }) => html`<li><a href="#${chapter}">${text}</a></li>\n`)}</ol>
<div class="pair">
<div><h2 id="unseen-h">Not looked at</h2>
${unseen(dossier)}</div>
<div><h2 id="open-h">Open findings</h2>
${openFindings(dossier)}</div>
</div>
`;
}

/** What the report is about, in a few words. */
export function titleOf({ release, contents, subjects }: Dossier): string {
  if (release !== null) return `${release.product} ${release.version} (${release.flavor})`;
  const [bundle] = contents.bundles;
  const [single] = contents.packages;
  if (bundle !== undefined) return `${bundle.name} ${bundle.version ?? ''}`.trim();
  if (single !== undefined && contents.packages.length === 1)
    return `${single.name} ${single.version ?? ''}`.trim();
  const archives = subjects.filter(({ kind }) => kind !== 'file');
  return archives.length === 1 ? (archives[0]?.name ?? '') : `${archives.length} archives`;
}

function whoAndWhen(dossier: Dossier): Markup {
  const { run, release, program, subjects, trust, verdict } = dossier;
  const archives = subjects.filter(({ kind }) => kind !== 'file');
  const audience = run.audience ?? release?.audience?.join(', ') ?? 'nobody in particular is named';
  const whom =
    trust.trustPolicy !== undefined
      ? `of whom trust policy ${trust.trustPolicy.location}, version ${trust.trustPolicy.version}, names`
      : trust.key !== undefined
        ? `of key ${trust.key.origin} (${trust.key.fingerprint.slice(0, 16)}…)`
        : 'of nobody: no key was given';
  const list: readonly (readonly [string, string])[] = [
    ['For whom', audience],
    [run.command === 'assemble' ? 'Dated, like the release' : 'Judged on', timeText(run.date)],
    ...(run.preparedBy === undefined ? [] : [['Prepared by', run.preparedBy] as const]),
    [
      'What',
      `${archives.length} ${archives.length === 1 ? 'archive' : 'archives'}, ${formatSize(dossier.sizes.archives)}`,
    ],
    ['Signatures believed', whom],
    ['By policy', run.policy.builtIn ? 'the built-in one' : run.policy.name],
    ['By program', `${program.name} ${program.version}, without a network`],
    [
      'Results of checks',
      `${verdict.counts.pass} pass, ${verdict.counts.fail} fail, ${verdict.counts.undecided} undecided, ${verdict.counts.warning} warn`,
    ],
  ];
  return html`<dl class="who">${list.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`)}</dl>
${run.insecure.length === 0 ? undefined : html`<p><strong class="tag bad">Weakened by ${run.insecure.join(', ')}.</strong> What follows is worth less for it.</p>`}
`;
}

function unseen({ notLookedAt }: Dossier): Markup {
  const first = notLookedAt.slice(0, maxListed);
  const more = notLookedAt.length - first.length;
  return html`<ul>${first.map(({ what }) => html`<li>${what}</li>\n`)}</ul>
<p><a href="#limits">Why, and how to have it looked at</a>${more > 0 ? `, with ${more} more` : ''}</p>
`;
}

function openFindings({ checks }: Dossier): Markup {
  const open = checks.filter(({ role }) => role === 'blocking' || role === 'undecided');
  const lesser = checks.filter(({ role }) => role === 'warning' || role === 'waived');
  const list = [...open, ...lesser];
  if (list.length === 0) return html`<p>None. Every check that was made passes.</p>`;
  const grouped = groupedByTitle(list);
  const first = grouped.slice(0, maxListed);
  const more = grouped.length - first.length;
  return html`<ul>${first.map(({ role, subject, message, count, others }) => html`<li>${roleTag(role)} ${subject}: ${message}${count > 1 ? ` (and ${count - 1} more of the kind${others.length === 0 ? '' : `, in ${others.join(', ')}`})` : ''}</li>\n`)}</ul>
<p><a href="#checks">All results</a>${more === 0 ? '' : `, with ${more} more ${more === 1 ? 'kind' : 'kinds'}`}</p>
`;
}

interface Grouped {
  readonly role: DossierCheck['role'];
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly count: number;
  /** Other subjects it is about, each once, sorted. */
  readonly others: readonly string[];
}

/** The same check with the same role is told once. */
function groupedByTitle(list: readonly DossierCheck[]): readonly Grouped[] {
  const groups = new Map<string, Grouped>();
  for (const { role, id, title, subject, message } of list) {
    const key = `${role} ${id}`;
    const name = subject.object ?? subject.name;
    const before = groups.get(key) ?? { role, title, subject: name, message, count: 0, others: [] };
    const others =
      name === before.subject ? before.others : [...new Set([...before.others, name])].sort();
    groups.set(key, { ...before, count: before.count + 1, others });
  }
  return [...groups.values()];
}

const roleWords: Readonly<Record<DossierCheck['role'], readonly [string, string]>> = {
  blocking: ['Fails', 'bad'],
  undecided: ['Undecided', 'open'],
  waived: ['Waived', 'open'],
  warning: ['Warning', 'open'],
  note: ['Note', ''],
  pass: ['Pass', 'good'],
  'not-applicable': ['Does not apply', ''],
};

/** How a result bears on the verdict, in a word. */
export function roleTag(role: DossierCheck['role']): Markup {
  const [word, tone] = roleWords[role];
  return html`<span class="tag ${tone}">${word}</span>`;
}

/** A time as people read it: `2026-11-21 12:00 UTC`. */
export function timeText(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}
