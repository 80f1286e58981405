import { formatSize } from '../../../support/format-size.ts';
import { html, type Markup } from '../../html/markup.ts';
import { digestCell, section, table } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';
import { dossierGlossary } from '../dossier-glossary.ts';
import type { DossierCheck, DossierControl } from '../dossier-judgement.ts';
import { statusWords } from '../dossier-words.ts';
import { roleTag, timeText } from './first-screen.ts';

/** What the results support in frameworks. */
export function controls({ controls: mapped }: Dossier): Markup {
  const words = {
    supported: 'supports',
    partly: 'supports in part',
    unsupported: 'no support',
  } as const;
  const tones = { supported: 'good', partly: 'open', unsupported: '' } as const;
  const frameworks = [...new Set(mapped.map(({ framework }) => framework))];
  return section(
    'controls',
    'Controls this report supports',
    html`<p class="note">Evidence for those who assess controls. No control is satisfied by a report: that is for its owner to say.</p>`,
    ...frameworks.map((framework) => {
      const own = mapped.filter((each) => each.framework === framework);
      const count = (state: DossierControl['state']): number =>
        own.filter((each) => each.state === state).length;
      return html`<details><summary>${framework} ${own[0]?.version ?? ''}: supports ${count('supported')}, in part ${count('partly')}, none ${count('unsupported')}</summary>
${table({
  caption: `${framework} ${own[0]?.version ?? ''}`,
  columns: [
    { title: 'Control' },
    { title: 'This report' },
    { title: 'By' },
    { title: 'What is missing' },
  ],
  rows: own.map(({ id, title, state, supportedBy, gaps }) => ({
    cells: [
      `${id}: ${title}`,
      html`<span class="tag ${tones[state]}">${words[state]}</span>`,
      supportedBy.map(({ text }) => text).join('; ') || 'nothing',
      gaps.join('; ') || 'nothing that this report could add',
    ],
  })),
})}</details>
`;
    }),
  );
}

/** Earlier reports, so that runs can be compared. */
export function history({ history: runs, verdict, run, sizes, release }: Dossier): Markup {
  if (runs.length === 0)
    return section(
      'history',
      'Earlier runs',
      html`<p>None were given. With <code>--history</code> a folder of earlier reports is shown here, run by run.</p>`,
    );
  const now = {
    name: 'this report',
    date: run.date,
    release,
    status: verdict.status,
    failed: verdict.counts.fail,
    undecided: verdict.counts.undecided,
    archives: sizes.archives,
    digest: undefined,
  };
  return section(
    'history',
    'Earlier runs',
    table({
      caption: 'Runs, oldest first',
      columns: [
        { title: 'Report' },
        { title: 'Date' },
        { title: 'Release' },
        { title: 'Verdict' },
        { title: 'Failed', numeric: true },
        { title: 'Undecided', numeric: true },
        { title: 'Archives', numeric: true },
        { title: 'SHA-256 of the report' },
      ],
      rows: [...runs, now].map((each) => ({
        cells: [
          each.name,
          timeText(each.date),
          each.release === null
            ? 'none'
            : `${each.release.product} ${each.release.version} ${each.release.flavor}`,
          statusWords[each.status],
          each.failed,
          each.undecided,
          formatSize(each.archives),
          digestCell(each.digest),
        ],
      })),
    }),
  );
}

/** Every check with its results, and the digests it rests on. */
export function allChecks({ checks, evidence: files }: Dossier): Markup {
  const known = new Map(files.map(({ name, digest }) => [digest, name]));
  const urgent = checks.filter(({ role }) => ['blocking', 'undecided', 'waived'].includes(role));
  const lesser = checks.filter(({ role }) => role === 'warning' || role === 'note');
  const passed = checks.filter(({ role }) => role === 'pass');
  const others = checks.filter(({ role }) => role === 'not-applicable');
  return section(
    'checks',
    'Appendix: every check and its evidence',
    html`<p class="note">Each result is in report.json by itself. Evidence is named by digest; what is underlined leads to the file in the list at the end.</p>`,
    resultTable('Failed, undecided or waived', urgent, known),
    lesser.length === 0
      ? html``
      : html`<details><summary>Warnings and notes (${lesser.length})</summary>
${resultTable('Warnings and notes', lesser, known)}</details>
`,
    folded('Passed', passed, known, ''),
    folded('Did not apply', others, known, 'long'),
  );
}

function folded(
  title: string,
  list: readonly DossierCheck[],
  known: ReadonlyMap<string, string>,
  mark: string,
): Markup {
  if (list.length === 0) return html``;
  const groups = new Map<string, DossierCheck[]>();
  for (const check of list) {
    const known = groups.get(check.id) ?? [];
    known.push(check);
    groups.set(check.id, known);
  }
  const rows = [...groups.values()];
  return html`<details class="${mark}"><summary>${title} (${list.length} results of ${new Set(list.map(({ id }) => id)).size} checks)</summary>
${table({
  caption: title,
  columns: [
    { title: 'Check' },
    { title: 'Results', numeric: true },
    { title: 'The first of them' },
    { title: 'Evidence' },
  ],
  rows: rows.map((all) => {
    const [first] = all;
    return {
      cells:
        first === undefined
          ? []
          : [
              checkName(first),
              all.length,
              `${first.subject.name}: ${first.message}`,
              evidenceCell([...new Set(all.flatMap((each) => each.evidence.slice(-1)))], known),
            ],
      values: [undefined, all.length],
    };
  }),
  search: 'checks',
})}</details>
`;
}

/** Results that say the same of different things. */
function alike(list: readonly DossierCheck[]): readonly (readonly DossierCheck[])[] {
  const groups = new Map<string, DossierCheck[]>();
  for (const check of list) {
    const { id, role, code, message, waiver, fix } = check;
    const key = JSON.stringify([id, role, code, message, waiver, fix]);
    const known = groups.get(key) ?? [];
    known.push(check);
    groups.set(key, known);
  }
  return [...groups.values()];
}

function placeOf({ subject, within }: DossierCheck): Markup {
  const { name, line, object } = subject;
  return html`${object === undefined ? undefined : html`${object}, `}${name}${line === undefined ? undefined : html`:${line}`}${within === name ? undefined : html` in ${within}`}`;
}

function checkName({ title, id }: DossierCheck): Markup {
  return html`${title}<br><code>${id}</code>`;
}

/** Files of the list of evidence by name, all else by digest. */
function evidenceCell(digests: readonly string[], known: ReadonlyMap<string, string>): Markup {
  if (digests.length === 0) return html`none with a digest`;
  return html`${digests.slice(0, 4).map((digest, index) => {
    const name = known.get(digest);
    const shown =
      name === undefined
        ? html`<code>${digest}</code>`
        : html`<a href="#${anchorOf(digest)}"><code>${digest.slice(0, 19)}…</code></a>`;
    return html`${index === 0 ? undefined : html`<br>`}${shown}`;
  })}${digests.length > 4 ? ` and ${digests.length - 4} more` : undefined}`;
}

function anchorOf(digest: string): string {
  return `e-${digest.replace(/^sha256:/, '').slice(0, 24)}`;
}

function resultTable(
  caption: string,
  list: readonly DossierCheck[],
  known: ReadonlyMap<string, string>,
): Markup {
  return table({
    caption: `${caption} (${list.length})`,
    columns: [
      { title: 'Check' },
      { title: 'Result' },
      { title: 'What was seen, and where' },
      { title: 'Evidence' },
    ],
    rows: alike(list).map((all) => {
      const [check] = all;
      if (check === undefined) return { cells: [] };
      const { role, code, message, waiver, fix } = check;
      return {
        cells: [
          checkName(check),
          html`${roleTag(role)}${code === undefined ? undefined : html`<br><code>${code}</code>`}`,
          html`${message}${waiver === undefined ? undefined : html`<br>Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`}${fix === undefined ? undefined : html`<br><strong>To do:</strong> ${fix}`}<ul>${all.map((each) => html`<li>${placeOf(each)}</li>`)}</ul>`,
          evidenceCell([...new Set(all.flatMap((each) => each.evidence))], known),
        ],
      };
    }),
    ...(list.length > 12 ? { search: 'results' } : {}),
    empty: 'none',
  });
}

/** Files that the report rests on. */
export function evidence({ evidence: files }: Dossier): Markup {
  return section(
    'evidence',
    'Appendix: files this report rests on',
    table({
      caption: 'Evidence',
      columns: [
        { title: 'File' },
        { title: 'What it is' },
        { title: 'Size', numeric: true },
        { title: 'Digest' },
      ],
      rows: files.map(({ name, kind, size, digest }) => ({
        cells: [
          html`<span id="${anchorOf(digest)}">${name}</span>`,
          kind,
          size === undefined ? 'not known' : formatSize(size),
          digestCell(digest),
        ],
      })),
      ...(files.length > 20 ? { search: 'files' } : {}),
    }),
  );
}

/** Words that a reader from elsewhere need not know. */
export function glossary(): Markup {
  return section(
    'words',
    'Appendix: words of this report',
    html`<dl class="terms">${dossierGlossary.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>\n`)}</dl>`,
  );
}
