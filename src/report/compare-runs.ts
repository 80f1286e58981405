import type { RunRecord, RunStep } from './run-record.ts';
import { toRunStatistics } from './run-statistics.ts';

/** What changed from one run to another. */
export interface RunComparison {
  readonly before: string;
  readonly after: string;
  readonly durationMs: Change;
  readonly bytes: Change;
  readonly cpuMs: Change;
  readonly peakMemoryBytes: Change;
  /** From 0 to 1. */
  readonly cacheHitRate: Change;
  readonly retries: Change;
  /** Steps that ended otherwise or took another time, the largest difference first. */
  readonly steps: readonly StepChange[];
  /** Archives and images of either. */
  readonly outputs: readonly OutputChange[];
  /** What else was not the same, and may be the reason. */
  readonly conditions: readonly string[];
}

/** Null where a side has no such figure. */
export interface Change {
  readonly before: number | null;
  readonly after: number | null;
}

export interface StepChange {
  readonly id: string;
  readonly outcome: { readonly before: string | null; readonly after: string | null };
  readonly durationMs: Change;
}

export interface OutputChange {
  readonly name: string;
  readonly result: 'same bytes' | 'other bytes' | 'only before' | 'only after';
  readonly size: Change;
}

/** Compares two recorded runs. */
export function compareRuns(before: RunRecord, after: RunRecord): RunComparison {
  const of = (read: (record: RunRecord) => number | null | undefined): Change => ({
    before: read(before) ?? null,
    after: read(after) ?? null,
  });
  return {
    before: before.id,
    after: after.id,
    durationMs: of(({ durationMs }) => durationMs),
    bytes: of(({ totals }) => totals.bytes),
    cpuMs: of(({ totals }) => totals.cpuMs),
    peakMemoryBytes: of(({ totals }) => totals.peakMemoryBytes),
    cacheHitRate: of((record) => toRunStatistics([record]).cacheHitRate),
    retries: of(({ totals }) => totals.counts.retries),
    steps: stepChanges(before.steps, after.steps),
    outputs: outputChanges(before, after),
    conditions: conditionsOf(before, after),
  };
}

function stepChanges(before: readonly RunStep[], after: readonly RunStep[]): readonly StepChange[] {
  const ids = new Set([...before, ...after].map(({ id }) => id));
  return [...ids]
    .map((id): StepChange => {
      const [a, b] = [before, after].map((steps) => steps.find((step) => step.id === id));
      return {
        id,
        outcome: { before: a?.outcome ?? null, after: b?.outcome ?? null },
        durationMs: { before: a?.durationMs ?? null, after: b?.durationMs ?? null },
      };
    })
    .filter(
      ({ outcome, durationMs }) =>
        outcome.before !== outcome.after || durationMs.before !== durationMs.after,
    )
    .toSorted((a, b) => difference(b) - difference(a) || (a.id < b.id ? -1 : 1));
}

function difference({ durationMs }: StepChange): number {
  return Math.abs((durationMs.after ?? 0) - (durationMs.before ?? 0));
}

function outputChanges(before: RunRecord, after: RunRecord): readonly OutputChange[] {
  const key = ({ flavor, name }: RunRecord['outputs'][number]): string =>
    flavor === undefined ? name : `${flavor}/${name}`;
  const names = new Set([...before.outputs, ...after.outputs].map(key));
  return [...names].sort().map((name) => {
    const [a, b] = [before, after].map(({ outputs }) => outputs.find((each) => key(each) === name));
    const result =
      a === undefined
        ? 'only after'
        : b === undefined
          ? 'only before'
          : a.digest === b.digest
            ? 'same bytes'
            : 'other bytes';
    return { name, result, size: { before: a?.size ?? null, after: b?.size ?? null } };
  });
}

function conditionsOf(before: RunRecord, after: RunRecord): readonly string[] {
  const of = (what: string, read: (record: RunRecord) => string): readonly string[] => {
    const [a, b] = [read(before), read(after)];
    return a === b ? [] : [`${what}: ${a}, then ${b}`];
  };
  return [
    ...of('command', ({ command }) => command),
    ...of('release', ({ release }) => `${release.name} ${release.version}`),
    ...of('flavors', ({ release }) => release.flavors.join(' ')),
    ...of('program', ({ program }) => program.version),
    ...of('node', ({ machine }) => machine.node),
    ...of('machine', ({ machine }) => `${machine.platform}, ${machine.processors} processors`),
    ...of('steps at once', ({ jobs }) => String(jobs)),
  ];
}
