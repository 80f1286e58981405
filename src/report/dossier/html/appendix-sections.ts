import type { Dossier } from '../dossier.ts';
import type { DossierCheck } from '../dossier-judgement.ts';
import { statusWords } from '../dossier-words.ts';
import { roleTag, timeText } from './first-screen.ts';
import { html, type Markup } from './markup.ts';
import { bytes, digestCell, section, table } from './tables.ts';

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
      return table({
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
      });
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
          bytes(each.archives),
          digestCell(each.digest),
        ],
      })),
    }),
  );
}

/** Every result of every check, with the digest it rests on. */
export function allChecks({ checks }: Dossier): Markup {
  const open = checks.filter(({ role }) => role !== 'pass' && role !== 'not-applicable');
  const passed = checks.filter(({ role }) => role === 'pass');
  const others = checks.filter(({ role }) => role === 'not-applicable');
  return section(
    'checks',
    'Appendix: every check and its evidence',
    checkTable('What did not simply pass', open, true),
    folded('Passed', passed),
    folded('Did not apply', others),
  );
}

function folded(title: string, list: readonly DossierCheck[]): Markup {
  if (list.length === 0) return html``;
  return html`<details${list.length > 400 ? html` class="long"` : undefined}><summary>${title} (${list.length})</summary>
${checkTable(title, list, false)}</details>
`;
}

function checkTable(caption: string, list: readonly DossierCheck[], fixes: boolean): Markup {
  return table({
    caption: `${caption} (${list.length})`,
    columns: [
      { title: 'Check' },
      { title: 'Result' },
      { title: 'Of what' },
      { title: 'What was seen' },
      { title: 'Evidence' },
    ],
    rows: list.map((check) => ({
      cells: [
        html`${check.title}<br><code>${check.id}</code>`,
        html`${roleTag(check.role)}${check.code === undefined ? undefined : html`<br><code>${check.code}</code>`}`,
        html`${check.subject.name}${check.subject.line === undefined ? undefined : html`:${check.subject.line}`}${check.subject.object === undefined ? undefined : html` ${check.subject.object}`}${check.within === check.subject.name ? undefined : html`<br>in ${check.within}`}`,
        html`${check.message}${check.waiver === undefined ? undefined : html`<br>Waived until ${check.waiver.expires} by ${check.waiver.owner}: ${check.waiver.reason}`}${fixes && check.fix !== undefined ? html`<br><strong>To do:</strong> ${check.fix}` : undefined}`,
        check.evidence.length === 0
          ? 'none with a digest'
          : html`${check.evidence.map((digest, index) => html`${index === 0 ? undefined : html`<br>`}<code>${digest}</code>`)}`,
      ],
    })),
    ...(list.length > 12 ? { search: 'results' } : {}),
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
        cells: [name, kind, size === undefined ? 'not known' : bytes(size), digestCell(digest)],
      })),
      ...(files.length > 20 ? { search: 'files' } : {}),
    }),
  );
}
