import type { Change, RunComparison } from '../report/compare-runs.ts';
import type { RunRecord, RunStep } from '../report/run-record.ts';
import type { RunStatistics } from '../report/run-statistics.ts';
import { counted } from '../support/counted.ts';
import { formatSize } from '../support/format-size.ts';
import type { HistoryResult } from './history-run.ts';
import { formatDuration } from './progress-state.ts';
import { wrapText } from './wrap-text.ts';

const mostSteps = 15;

/**
 * A list, one run, or what two have not in common.
 * @param columns lines are no longer, where words allow it
 */
export function renderHistory(result: HistoryResult, columns: number): string {
  return linesOf(result)
    .split('\n')
    .flatMap((line) => wrapText(line, columns, '', '    '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function linesOf(result: HistoryResult): string {
  switch (result.schema) {
    case 'cowa-release/history/v1':
      return result.runs.length === 0
        ? `no record of a run in ${result.cache}`
        : [
            ...result.runs.map(lineOf),
            '',
            ...statisticsOf(result.statistics),
            `records  ${result.cache}`,
          ].join('\n');
    case 'cowa-release/history-run/v1':
      return runOf(result.run).join('\n');
    case 'cowa-release/history-comparison/v1':
      return comparisonOf(result.comparison).join('\n');
  }
}

function lineOf(run: Omit<RunRecord, 'steps' | 'outputs'>): string {
  const { id, command, release, outcome, durationMs, totals } = run;
  const took = outcome === 'running' || outcome === 'killed' ? '' : formatDuration(durationMs);
  const { done, reused, failed, partial } = totals.steps;
  const steps = [
    `${done} done`,
    ...(reused === 0 ? [] : [`${reused} reused`]),
    ...(partial === 0 ? [] : [`${partial} partial`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(', ');
  return `${id}  ${outcome.padEnd(11)}  ${took.padStart(11)}  ${command} ${release.name} ${release.version} ${release.flavors.join('+')}  ${steps}`;
}

function statisticsOf(statistics: RunStatistics): readonly string[] {
  const { runs, successRate, averageMs, fastestMs, slowestMs, steps, outputs } = statistics;
  const counts = Object.entries(runs)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  const times =
    averageMs === null || fastestMs === null || slowestMs === null
      ? []
      : [
          `time     ${formatDuration(averageMs)} on average, ${formatDuration(fastestMs)} to ${formatDuration(slowestMs)}, of those that were done`,
        ];
  return [
    `runs     ${counts.join(', ')}`,
    ...told('success ', successRate, 'of those that ended by themselves'),
    ...times,
    ...told('cache   ', statistics.cacheHitRate, 'of what was asked for was there'),
    ...told('registry', statistics.registrySuccessRate, 'of requests were answered as hoped'),
    ...steps.map(
      ({ id, tried, successRate: rate, averageMs: each }) =>
        `step     ${id}: ${each === null ? 'never done' : formatDuration(each)}, ${percent(rate)} of ${tried}`,
    ),
    ...outputs.map(
      ({ name, averageSize, made, digests }) =>
        `output   ${name}: ${formatSize(averageSize)}, made ${counted(made, 'time')}, ${digests} different`,
    ),
  ];
}

/** Nothing where there was nothing to count. */
function told(what: string, rate: number | null, of: string): readonly string[] {
  return rate === null ? [] : [`${what} ${percent(rate)} ${of}`];
}

function runOf(run: RunRecord): readonly string[] {
  const { totals, machine, steps, outputs, error } = run;
  return [
    lineOf(run),
    `${machine.platform}, ${machine.processors} processors, Node ${machine.node}, ${run.program.name} ${run.program.version}, ${run.jobs} steps at once`,
    movedLine(totals),
    ...(totals.cpuMs === undefined || totals.peakMemoryBytes === undefined
      ? []
      : [
          `processor ${formatDuration(totals.cpuMs)}${totals.childCpuMs === undefined ? '' : `, of programs it started ${formatDuration(totals.childCpuMs)}`}; most memory ${formatSize(totals.peakMemoryBytes)}`,
        ]),
    ...(error === undefined ? [] : [`Error [${error.code}]: ${error.message}`]),
    '',
    ...steps.flatMap(stepLines),
    ...(outputs.length === 0 ? [] : ['']),
    ...outputs.map(
      ({ flavor, name, size, digest, reused, verdict }) =>
        `${(verdict ?? '').padEnd(10)} ${formatSize(size).padStart(10)}  ${flavor === undefined ? '' : `${flavor}/`}${name}${reused ? '  (unchanged)' : ''}\n                       ${digest}`,
    ),
  ];
}

function movedLine({ bytes, counts }: RunRecord['totals']): string {
  const { cacheHits, cacheMisses, requests, failedRequests, retries } = counts;
  return [
    `${formatSize(bytes)} moved`,
    cacheHits + cacheMisses === 0
      ? 'the cache was asked for nothing'
      : `cache: ${cacheHits} there, ${cacheMisses} not`,
    requests === 0
      ? 'no registry was asked'
      : `registries: ${counted(requests, 'request')}, ${failedRequests} failed, ${retries} again`,
  ].join('; ');
}

function stepLines(step: RunStep): readonly string[] {
  const { id, outcome, durationMs, bytes, peakMemoryBytes, because, error } = step;
  return [
    `${outcome.padEnd(8)} ${formatDuration(durationMs).padStart(11)}  ${formatSize(bytes).padStart(10)}  ${id}${because === undefined ? '' : `: needs ${because}`}${peakMemoryBytes === undefined ? '' : `  (memory ${formatSize(peakMemoryBytes)})`}`,
    ...(error === undefined ? [] : [`         Error [${error.code}]: ${error.message}`]),
  ];
}

function comparisonOf(comparison: RunComparison): readonly string[] {
  const { before, after, steps, outputs, conditions } = comparison;
  const ms = (value: number): string => formatDuration(value);
  const more = steps.length - mostSteps;
  return [
    `${before}  ->  ${after}`,
    ...changed('time', comparison.durationMs, ms),
    ...changed('processor', comparison.cpuMs, ms),
    ...changed('memory', comparison.peakMemoryBytes, formatSize),
    ...changed('bytes moved', comparison.bytes, formatSize),
    ...changed('cache hits', comparison.cacheHitRate, percent),
    ...changed('retries', comparison.retries, String),
    ...conditions.map((each) => `not the same  ${each}`),
    ...steps
      .slice(0, mostSteps)
      .map(
        ({ id, outcome, durationMs }) =>
          `step  ${id}  ${outcome.before ?? 'none'} ${figure(durationMs.before, ms)} -> ${outcome.after ?? 'none'} ${figure(durationMs.after, ms)}`,
      ),
    ...(more > 0 ? [`and ${more} more steps; --output json names all`] : []),
    ...outputs.map(
      ({ name, result, size }) =>
        `output  ${name}  ${result}${size.before === size.after ? '' : `, ${figure(size.before, formatSize)} -> ${figure(size.after, formatSize)}`}`,
    ),
  ];
}

function changed(
  what: string,
  { before, after }: Change,
  render: (value: number) => string,
): readonly string[] {
  const ratio =
    before === null || after === null || before === 0
      ? ''
      : `  (${after >= before ? '+' : ''}${Math.round(((after - before) / before) * 100)} %)`;
  return [`${what.padEnd(12)}  ${figure(before, render)} -> ${figure(after, render)}${ratio}`];
}

function figure(value: number | null, render: (value: number) => string): string {
  return value === null ? 'unknown' : render(value);
}

function percent(value: number | null): string {
  return value === null ? 'nothing' : `${(value * 100).toFixed(1)} %`;
}
