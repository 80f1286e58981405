import { type Block, renderBlocksHtml, renderBlocksMarkdown } from '../document-blocks.ts';
import {
  countWords,
  diffHeadline,
  foremost,
  isDifferent,
  notComparedWords,
  sideStatus,
  signatureWords,
  valueWords,
} from './diff-words.ts';
import type { DiffSection, DossierDiff } from './dossier-diff.ts';

/** Rows of one part that are shown; the JSON has all. */
const maxRows = 400;

/** The comparison: a first page that says it all in short, then every change, part by part. */
function diffBlocks(diff: DossierDiff): readonly Block[] {
  const { before, after, sections, notCompared } = diff;
  const different = sections.filter(isDifferent);
  const quiet = sections.filter((section) => !isDifferent(section));
  const open = notCompared.length;
  return [
    { kind: 'title', text: `What changed: ${before.release} to ${after.release}` },
    { kind: 'text', text: `${diffHeadline(diff, 'sum')}.` },
    {
      kind: 'table',
      caption: 'The two sides',
      head: ['what', 'before', 'after'],
      rows: [
        ['release', before.release, after.release],
        ['status', sideStatus(before), sideStatus(after)],
        ['judged', before.date, after.date],
        ['report', before.digest ?? 'judged now', after.digest ?? 'judged now'],
        ['vouched for', signatureWords(before), signatureWords(after)],
      ],
    },
    ...(different.length === 0
      ? []
      : [
          {
            kind: 'table',
            caption: 'What changed, in short',
            head: ['part', 'changes', 'first of all'],
            ours: [0, 1],
            rows: different.map((section) => [
              section.title,
              countWords(section),
              foremost(section),
            ]),
          } as const,
        ]),
    ...(quiet.length === 0
      ? []
      : [
          {
            kind: 'text',
            text: `The same on both sides: ${quiet.map(({ title }) => title.toLowerCase()).join('; ')}.`,
          } as const,
        ]),
    ...(open === 0
      ? []
      : [
          {
            kind: 'text',
            text: `Not compared, so that a difference may hide there: ${notComparedWords(diff)}.`,
          } as const,
        ]),
    ...(different.length === 0
      ? []
      : [
          { kind: 'heading', text: 'Every change, part by part' } as const,
          {
            kind: 'text',
            text: 'The page before says what changed; from here on stands each change by itself.',
          } as const,
        ]),
    ...different.flatMap(sectionBlocks),
    ...(open === 0
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
    {
      kind: 'text',
      text: `Named as ${before.location} and ${after.location}; compared by cowa-release ${diff.program.version}.`,
    },
  ];
}

function sectionBlocks(section: DiffSection): readonly Block[] {
  const { title, added, removed, changed } = section;
  const rows = [
    ...removed.map(({ key, text }) => [key, 'removed', text, '']),
    ...added.map(({ key, text }) => [key, 'added', '', text]),
    ...changed.flatMap(({ key, fields }) =>
      fields.map(({ name, before, after }) => [
        `${key}: ${name}`,
        'changed',
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
      caption: countWords(section),
      head: ['what', 'how', 'before', 'after'],
      ours: [1],
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
    'td,th{font-variant-numeric:tabular-nums}@media print{body{font-size:9pt}p{margin:.3rem 0}table{font-size:8pt;margin:.4rem 0;line-height:1.3}h1{font-size:14pt;margin:0}th,td{padding:.12rem .35rem}h2:first-of-type{break-before:page;border-top:0}}';
  return renderBlocksHtml(
    `What changed: ${diff.before.release} to ${diff.after.release}`,
    diffBlocks(diff),
    { style },
  );
}
