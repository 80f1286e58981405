import { type Block, renderBlocksHtml, renderBlocksMarkdown } from '../document-blocks.ts';
import { diffHeadline, isDifferent, signatureWords, valueWords } from './diff-words.ts';
import type { DiffSection, DossierDiff } from './dossier-diff.ts';

/** Rows of one part that are shown; the JSON has all. */
const maxRows = 400;

/** The comparison as one page: what changed first, then what did not, and what could not be compared. */
function diffBlocks(diff: DossierDiff): readonly Block[] {
  const { before, after, sections, notCompared } = diff;
  const quiet = sections.filter((section) => !isDifferent(section));
  return [
    { kind: 'title', text: `What changed: ${before.release} to ${after.release}` },
    { kind: 'text', text: `${diffHeadline(diff)}.` },
    {
      kind: 'table',
      caption: 'The two sides',
      head: ['', 'before', 'after'],
      rows: [
        ['named', before.location, after.location],
        ['release', before.release, after.release],
        ['judged', before.date, after.date],
        ['status', before.status, after.status],
        ['report', before.digest ?? 'judged now', after.digest ?? 'judged now'],
        ['vouched for', signatureWords(before), signatureWords(after)],
      ],
    },
    {
      kind: 'table',
      caption: 'Parts',
      head: ['part', 'added', 'removed', 'changed', 'the same'],
      ours: [0, 1, 2, 3, 4],
      rows: sections.map(({ title, added, removed, changed, same }) => [
        title,
        String(added.length),
        String(removed.length),
        String(changed.length),
        String(same),
      ]),
    },
    ...sections.filter(isDifferent).flatMap(sectionBlocks),
    ...(quiet.length === 0
      ? []
      : [
          { kind: 'heading', text: 'Unchanged' } as const,
          { kind: 'text', text: `${quiet.map(({ title }) => title).join('; ')}.` } as const,
        ]),
    ...(notCompared.length === 0
      ? []
      : [
          { kind: 'heading', text: 'Not compared' } as const,
          {
            kind: 'table',
            caption: 'What a difference may hide in',
            head: ['what', 'why'],
            rows: notCompared.map(({ what, why }) => [what, why]),
          } as const,
        ]),
  ];
}

function sectionBlocks({ title, added, removed, changed }: DiffSection): readonly Block[] {
  const rows = [
    ...removed.map(({ key, text }) => ['removed', key, text, '']),
    ...added.map(({ key, text }) => ['added', key, '', text]),
    ...changed.flatMap(({ key, fields }) =>
      fields.map(({ name, before, after }) => [
        'changed',
        `${key}: ${name}`,
        valueWords(before),
        valueWords(after),
      ]),
    ),
  ];
  const more = rows.length - maxRows;
  return [
    { kind: 'heading', text: title },
    {
      kind: 'table',
      caption: title,
      head: ['how', 'what', 'before', 'after'],
      ours: [0],
      rows: rows.slice(0, maxRows),
    },
    ...(more <= 0
      ? []
      : [{ kind: 'text', text: `${more} more: the JSON form has all of them.` } as const]),
  ];
}

/** As Markdown. */
export function renderDiffMarkdown(diff: DossierDiff): string {
  return renderBlocksMarkdown(diffBlocks(diff));
}

/** As one page that needs nothing besides itself. */
export function renderDiffHtml(diff: DossierDiff): string {
  const style =
    'td,th{font-variant-numeric:tabular-nums}th[scope=row]{min-width:6.5rem}@media (max-width:48rem){table{display:block;overflow-x:auto}}';
  return renderBlocksHtml(
    `What changed: ${diff.before.release} to ${diff.after.release}`,
    diffBlocks(diff),
    { style },
  );
}
