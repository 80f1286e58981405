import { differenceText } from '../operations/reproduce-archive.ts';
import type { ReproduceReport } from '../report/reproduce-report.ts';
import { archiveText } from './archive-text.ts';

const maxShown = 20;

/** Whether it is the same, and if not, where and why. */
export function renderReproduce(report: ReproduceReport, columns: number): string {
  const { archive, rebuilt, differences, firstByte, signatures, statement } = report;
  const more = differences.length - maxShown;
  return [
    headline(report),
    `  given    ${archive.digest}`,
    `  made now ${rebuilt.digest}`,
    ...(signatures === 'other'
      ? [
          '  signatures were made by another key: those of the archive do not fit, or no key was given',
        ]
      : []),
    ...(firstByte === undefined ? [] : [`  the first byte that differs is ${firstByte}`]),
    ...differences
      .slice(0, maxShown)
      .flatMap((each) => archiveText(differenceText(each), columns, '  ', '      ')),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(statement === undefined ? [] : [`The signed result is in ${statement}`]),
  ].join('\n');
}

function headline({ outcome, archive, signatures }: ReproduceReport): string {
  const { name } = archive;
  if (outcome === 'different') return `DIFFERENT  ${name}: made again, it is another archive`;
  if (outcome === 'same-content')
    return `SAME  ${name}: made again, it is the same up to signatures`;
  const taken = signatures === 'taken' ? ', and its signatures fit' : '';
  return `IDENTICAL  ${name}: made again, every byte is the same${taken}`;
}
