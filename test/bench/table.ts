import type { Measured } from './measure.ts';

const mebi = 2 ** 20;

/** One line of the table: a program of ours beside another one. */
export interface Row {
  readonly what: string;
  readonly ours: Measured;
  readonly beside?: { readonly name: string; readonly theirs: Measured };
  /** The ratio of speeds that is meant, e.g. `≥ 1.5`, or a time. */
  readonly target: string;
}

/** The rows as a Markdown table. A ratio above 1 means that ours is faster. */
export function markdownTable(rows: readonly Row[]): string {
  const head = ['what', 'time', 'CPU', 'peak', 'beside', 'time', 'CPU', 'ratio', 'target'];
  const lines = rows.map(({ what, ours, beside, target }) => [
    what,
    seconds(ours.seconds),
    seconds(ours.cpuSeconds),
    ours.peakBytes === undefined ? '' : `${(ours.peakBytes / mebi).toFixed(0)} MiB`,
    beside?.name ?? '',
    seconds(beside?.theirs.seconds),
    seconds(beside?.theirs.cpuSeconds),
    beside === undefined ? '' : (beside.theirs.seconds / ours.seconds).toFixed(2),
    target,
  ]);
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function seconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(2)} s`;
}
