import type { DrillReport, DrillResult } from '../report/drill-report.ts';
import { formatSize } from '../support/format-size.ts';
import { printable } from '../support/printable.ts';
import { withoutCommands } from '../support/without-commands.ts';
import { archiveText } from './archive-text.ts';
import type { RenderOptions } from './render-findings.ts';

/** The drill for people: what was done, and what refused it, with the first line saying whether all was. */
export function renderDrill(report: DrillReport, { columns, paint }: RenderOptions): string {
  const { tamperings, notPlayed, untouched, unchanged, passes, bytesRead, standIns, location } =
    report;
  const refused = tamperings.filter((each) => each.refused).length;
  const told = tamperings.filter((each) => each.told !== undefined).length;
  const good = report.outcome === 'all-refused';
  const word = good
    ? paint('ALL REFUSED', 'green')
    : paint(untouched.outcome === 'fail' ? 'FAILS AS IT IS' : 'NOT ALL REFUSED', 'red');
  const sum = `${refused} of ${tamperings.length} ways to tamper with it are refused${told === 0 ? '' : `, ${told} told in the first line of the verdict`}`;
  const width = Math.max(...tamperings.map(({ id }) => id.length), 4);
  const bySubject = [...new Set(tamperings.map(({ subject }) => subject))];
  return withoutCommands(
    [
      `${word}  ${printable(location)}: ${sum}`,
      ...archiveText(
        `as it is: ${untouched.outcome}, ${untouched.headline}; ${unchanged ? 'judged the very same again afterwards' : 'JUDGED OTHERWISE afterwards'}`,
        columns,
        '  ',
        '    ',
      ),
      ...bySubject.flatMap((subject) => [
        '',
        printable(subject),
        ...tamperings
          .filter((each) => each.subject === subject)
          .flatMap((each) => row(each, width, { columns, paint })),
      ]),
      '',
      ...archiveText(
        `Read ${passes} times, ${formatSize(bytesRead)}; nothing was written. Each was played in passing, and what was changed inside was compressed anew, as by somebody who wants it to be read.`,
        columns,
        '  ',
        '  ',
      ),
      ...(standIns === undefined
        ? []
        : archiveText(
            `${standIns.contents} large contents, ${formatSize(standIns.bytes)}, were read at first and at the end; in between, the ways marked ~ took them as they had been seen, since they leave them alone.`,
            columns,
            '  ',
            '  ',
          )),
      ...(notPlayed.length === 0
        ? []
        : archiveText(
            `Not played: ${notPlayed.map(({ id, reason }) => `${id} (${reason})`).join(', ')}`,
            columns,
            '  ',
            '  ',
          )),
    ].join('\n'),
  );
}

function row(
  { id, what, where, refused, by, told, bySignatureOverBytesOnly, condensed, outcome }: DrillResult,
  width: number,
  { columns, paint }: Pick<RenderOptions, 'columns' | 'paint'>,
): readonly string[] {
  const mark = refused ? paint('✓', 'green') : told === undefined ? paint('✗', 'red') : '·';
  const indent = ' '.repeat(width + 6);
  const codes = by.map(({ check, code }) => (code === '' ? check : `${check} ${code}`)).join(', ');
  const answer = refused
    ? `refused by ${codes || 'the verdict'}${bySignatureOverBytesOnly ? ' (as any file that is compressed anew)' : ''}`
    : told === undefined
      ? `NOT REFUSED: ${outcome}`
      : `passes, and the first line says: ${told}`;
  return [
    ...archiveText(
      `${what}: ${shortened(where)}`,
      columns,
      `  ${mark}${condensed ? '~' : ' '}${id.padEnd(width)}  `,
      indent,
    ),
    ...archiveText(answer, columns, indent, `${indent}  `),
  ];
}

/** A digest is told from others by its beginning. */
function shortened(where: string): string {
  return where.replaceAll(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
