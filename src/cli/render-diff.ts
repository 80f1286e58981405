import {
  diffHeadline,
  isDifferent,
  sideStatus,
  signatureWords,
  valueWords,
} from '../report/diff/diff-words.ts';
import type { DiffSection, DiffSide, DossierDiff } from '../report/diff/dossier-diff.ts';
import { printable } from '../support/printable.ts';
import { withoutCommands } from '../support/without-commands.ts';
import { archiveText } from './archive-text.ts';

/** Things of a part that are told one by one. */
const maxTold = 40;

export interface DiffTextOptions {
  readonly columns: number;
  /** Tell every one. */
  readonly all: boolean;
  readonly paint: (text: string, color: 'green' | 'red' | 'yellow') => string;
}

/** The comparison for people. */
export function renderDiff(diff: DossierDiff, options: DiffTextOptions): string {
  const { before, after, sections, notCompared } = diff;
  const { columns, paint } = options;
  const word = diff.outcome === 'same' ? paint('SAME', 'green') : paint('DIFFERENT', 'yellow');
  return withoutCommands(
    [
      ...archiveText(diffHeadline(diff), columns, `${word}  `, '    '),
      ...[['before', before] as const, ['after ', after] as const].flatMap(([label, side]) =>
        archiveText(sideWords(side), columns, `  ${label}  `, '          '),
      ),
      ...sections.filter(isDifferent).flatMap((section) => sectionLines(section, options)),
      ...(notCompared.length === 0 ? [] : ['', 'Not compared']),
      ...notCompared
        .slice(0, options.all ? undefined : maxTold)
        .flatMap(({ what, why }) => archiveText(`${what}: ${why}`, columns, '  ? ', '      ')),
      ...leftOver(notCompared.length, options),
    ].join('\n'),
  );
}

function sideWords(side: DiffSide): string {
  const { location, release, date } = side;
  return `${location}: ${release}, ${sideStatus(side)}, ${date}; ${signatureWords(side)}`;
}

function sectionLines(
  { title, added, removed, changed }: DiffSection,
  options: DiffTextOptions,
): readonly string[] {
  const { columns, paint, all } = options;
  const lines = [
    ...removed.map(({ key, text }) => ({ mark: paint('-', 'red'), text: withText(key, text) })),
    ...added.map(({ key, text }) => ({ mark: paint('+', 'green'), text: withText(key, text) })),
    ...changed.map(({ key, fields }) => ({
      mark: paint('~', 'yellow'),
      text: `${key}: ${fields.map(({ name, before, after }) => `${name} ${valueWords(before)} → ${valueWords(after)}`).join('; ')}`,
    })),
  ];
  return [
    '',
    `${title}: ${added.length} added, ${removed.length} removed, ${changed.length} changed`,
    ...lines
      .slice(0, all ? undefined : maxTold)
      .flatMap(({ mark, text }) =>
        archiveText(shortened(printable(text)), columns, `  ${mark} `, '      '),
      ),
    ...leftOver(lines.length, options),
  ];
}

function withText(key: string, text: string): string {
  return text === '' ? key : `${key}: ${text}`;
}

function leftOver(count: number, { all }: DiffTextOptions): readonly string[] {
  return all || count <= maxTold ? [] : [`  ${count - maxTold} more: --all lists them`];
}

/** A digest is told from others by its beginning; the other forms have it whole. */
function shortened(text: string): string {
  return text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
