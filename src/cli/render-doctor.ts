import type { DoctorReport, Examined } from '../report/doctor-report.ts';

const heads: Readonly<Record<DoctorReport['outcome'], string>> = {
  pass: 'PASS  this machine is ready',
  fail: 'FAIL  this machine is not ready',
  incomplete: 'INCOMPLETE  nothing is wrong, but something that is needed could not be looked at',
};

/** The summary, then everything that was looked at, each with its next step. */
export function renderDoctor({ outcome, definition, examined }: DoctorReport): string {
  const width = Math.max(...examined.map(({ id }) => id.length));
  const counts = (['fail', 'warn', 'undecided', 'pass', 'not needed'] as const)
    .map((word) => ({ word, count: examined.filter((each) => wordOf(each) === word).length }))
    .filter(({ count }) => count > 0);
  const untold = counts.find(({ word }) => word === 'undecided')?.count ?? 0;
  const within = definition === null ? '' : ` for ${definition}`;
  const but = outcome === 'pass' && untold > 0 ? `, but for ${untold} undecided` : '';
  return [
    `${heads[outcome]}${within}${but}`,
    '',
    ...examined.flatMap((each) => [
      `${wordOf(each).padEnd(10)}  ${each.id.padEnd(width)}  ${indented(each.message, width)}`,
      ...(each.fix === undefined || each.outcome === 'not-applicable'
        ? []
        : [`${' '.repeat(width + 14)}next: ${each.fix}`]),
    ]),
    '',
    counts.map(({ word, count }) => `${count} ${word}`).join(', '),
  ].join('\n');
}

function wordOf({ outcome, severity }: Examined): string {
  if (outcome === 'fail') return severity === 'error' ? 'fail' : 'warn';
  return outcome === 'not-applicable' ? 'not needed' : outcome;
}

function indented(message: string, width: number): string {
  return message.replaceAll('\n', `\n${' '.repeat(width + 14)}`);
}
