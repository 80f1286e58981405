import type { RunRecord, RunStep } from './run-record.ts';

/** What a number of recorded runs come to. Rates are null where there is nothing to count: no record is no success. */
export interface RunStatistics {
  readonly runs: Readonly<Record<RunRecord['outcome'], number>>;
  /** Of runs that ended by themselves, the part whose every step was done: neither partial nor killed ones. */
  readonly successRate: number | null;
  /** Of runs that were done. */
  readonly averageMs: number | null;
  readonly fastestMs: number | null;
  readonly slowestMs: number | null;
  /** Contents found in the cache, of those asked for. */
  readonly cacheHitRate: number | null;
  /** Requests to registries that were answered as hoped, of all. */
  readonly registrySuccessRate: number | null;
  /** Steps that took longest on average, and how often each succeeded. */
  readonly steps: readonly StepStatistics[];
  /** Archives and images, by name. */
  readonly outputs: readonly OutputStatistics[];
}

export interface StepStatistics {
  readonly id: string;
  /** Times it was tried; reused and skipped ones are not. */
  readonly tried: number;
  readonly successRate: number | null;
  /** Of those that were done. */
  readonly averageMs: number | null;
}

export interface OutputStatistics {
  readonly name: string;
  readonly made: number;
  readonly averageSize: number;
  /** Number of different contents it had. */
  readonly digests: number;
}

const mostSteps = 10;

/** Computed from the given records and nothing else. */
export function toRunStatistics(records: readonly RunRecord[]): RunStatistics {
  const ended = (outcome: RunRecord['outcome']): number =>
    records.filter((each) => each.outcome === outcome).length;
  const done = records.filter(({ outcome }) => outcome === 'done');
  const tried = done.length + ended('partial') + ended('failed') + ended('killed');
  const durations = done.map(({ durationMs }) => durationMs);
  const sum = (of: (record: RunRecord) => number): number =>
    records.reduce((total, record) => total + of(record), 0);
  const hits = sum(({ totals }) => totals.counts.cacheHits);
  const misses = sum(({ totals }) => totals.counts.cacheMisses);
  const requests = sum(({ totals }) => totals.counts.requests);
  const failed = sum(({ totals }) => totals.counts.failedRequests);
  return {
    runs: {
      done: done.length,
      partial: ended('partial'),
      failed: ended('failed'),
      interrupted: ended('interrupted'),
      running: ended('running'),
      killed: ended('killed'),
    },
    successRate: rate(done.length, tried),
    averageMs: average(durations),
    fastestMs: durations.length === 0 ? null : Math.min(...durations),
    slowestMs: durations.length === 0 ? null : Math.max(...durations),
    cacheHitRate: rate(hits, hits + misses),
    registrySuccessRate: rate(requests - failed, requests),
    steps: stepsOf(records),
    outputs: outputsOf(records),
  };
}

function stepsOf(records: readonly RunRecord[]): readonly StepStatistics[] {
  const byId = new Map<string, RunStep[]>();
  for (const step of records.flatMap(({ steps }) => steps)) {
    if (step.outcome === 'reused' || step.outcome === 'skipped') continue;
    byId.set(step.id, [...(byId.get(step.id) ?? []), step]);
  }
  return [...byId]
    .map(([id, steps]) => {
      const done = steps.filter(({ outcome }) => outcome === 'done');
      return {
        id,
        tried: steps.length,
        successRate: rate(done.length, steps.length),
        averageMs: average(done.map(({ durationMs }) => durationMs)),
      };
    })
    .toSorted((a, b) => (b.averageMs ?? 0) - (a.averageMs ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, mostSteps);
}

function outputsOf(records: readonly RunRecord[]): readonly OutputStatistics[] {
  const names = new Set(records.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
  return [...names].sort().map((name) => {
    const own = records.flatMap(({ outputs }) => outputs.filter((each) => each.name === name));
    return {
      name,
      made: own.filter(({ reused }) => !reused).length,
      averageSize: Math.round(own.reduce((total, { size }) => total + size, 0) / own.length),
      digests: new Set(own.map(({ digest }) => digest)).size,
    };
  });
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function average(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  return Math.round(numbers.reduce((total, each) => total + each, 0) / numbers.length);
}

/**
 * How long such a run took before: the latest that was done, of the same command, release and flavors.
 * @returns undefined where there is no record
 */
export function lastSuchRun(
  records: readonly RunRecord[],
  { command, release }: Pick<RunRecord, 'command' | 'release'>,
): RunRecord | undefined {
  const flavors = release.flavors.join(' ');
  return records.findLast(
    (each) =>
      each.outcome === 'done' &&
      each.command === command &&
      each.release.name === release.name &&
      each.release.flavors.join(' ') === flavors,
  );
}
