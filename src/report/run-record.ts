import type { RunCounter } from '../support/run.ts';

/** What is known of a run when it begins. */
export interface RunContext {
  /** `20261121T223015Z-3fa9c1`: sorts by time. */
  readonly id: string;
  /** As it is typed: `assemble`, `images build`. */
  readonly command: string;
  readonly program: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly release: {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    /** Sorted. */
    readonly flavors: readonly string[];
  };
  /** Steps at once. */
  readonly jobs: number;
  readonly machine: {
    readonly platform: string;
    readonly processors: number;
    readonly memoryBytes: number;
    readonly node: string;
  };
}

export type RunStepOutcome = 'done' | 'reused' | 'partial' | 'failed' | 'skipped';

/** One step of a run. Figures of processor and memory are those of the whole process while it ran: steps share it. */
export interface RunStep {
  readonly id: string;
  readonly outcome: RunStepOutcome;
  /** Milliseconds after the first step. */
  readonly startedMs: number;
  readonly durationMs: number;
  /** Bytes it read or wrote, as it told while it worked. */
  readonly bytes: number;
  /** What was counted; left out where nothing was. */
  readonly counts?: Readonly<Partial<Record<RunCounter, number>>>;
  readonly cpuMs?: number;
  /** Of programs it started and that have ended. */
  readonly childCpuMs?: number;
  readonly peakMemoryBytes?: number;
  readonly because?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** An archive or an image a run made or found made. */
export interface RunOutput {
  /** Of an archive. */
  readonly flavor?: string;
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  /** It was there as it is, and was not made again. */
  readonly reused: boolean;
  /** Of an archive: what it was judged. */
  readonly verdict?: string;
}

/** `run.json`, and what is kept of every run. */
export interface RunRecord extends RunContext {
  readonly schema: 'cowa-release/run/v1';
  /**
   * `done`: every step was. `partial`: nothing failed, and best effort did not come to its end. `interrupted`: somebody
   * stopped it. `running`: it has not ended. `killed`: it has, without saying so.
   */
  readonly outcome: 'done' | 'partial' | 'failed' | 'interrupted' | 'running' | 'killed';
  readonly durationMs: number;
  readonly totals: RunTotals;
  readonly steps: readonly RunStep[];
  readonly outputs: readonly RunOutput[];
  /** What ended a run before or behind its steps. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface RunTotals {
  readonly steps: Readonly<Record<RunStepOutcome, number>>;
  readonly bytes: number;
  readonly counts: Readonly<Record<RunCounter, number>>;
  readonly cpuMs?: number;
  readonly childCpuMs?: number;
  readonly peakMemoryBytes?: number;
}

/** How a run ended, besides its steps. */
export interface RunEnd {
  /** Milliseconds from its beginning. */
  readonly durationMs: number;
  readonly outputs: readonly RunOutput[];
  /** Of the whole process. */
  readonly usage?: {
    readonly cpuMs: number;
    readonly childCpuMs?: number;
    readonly peakMemoryBytes: number;
  };
  readonly interrupted?: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

const counters: readonly RunCounter[] = [
  'cacheHits',
  'cacheMisses',
  'requests',
  'failedRequests',
  'retries',
];

/** The record of a run that has ended. */
export function toRunRecord(
  context: RunContext,
  steps: readonly RunStep[],
  end: RunEnd,
): RunRecord {
  const failed = end.error !== undefined || steps.some(({ outcome }) => outcome === 'failed');
  const partial = steps.some(({ outcome }) => outcome === 'partial');
  return {
    schema: 'cowa-release/run/v1',
    ...context,
    outcome:
      end.interrupted === true ? 'interrupted' : failed ? 'failed' : partial ? 'partial' : 'done',
    durationMs: Math.round(end.durationMs),
    totals: totalsOf(steps, end),
    steps,
    outputs: end.outputs,
    ...(end.error === undefined ? {} : { error: end.error }),
  };
}

/** The record of a run that has only begun: what is left of it where it is killed. */
export function toBegunRecord(context: RunContext): RunRecord {
  return {
    schema: 'cowa-release/run/v1',
    ...context,
    outcome: 'running',
    durationMs: 0,
    totals: totalsOf([], { durationMs: 0, outputs: [] }),
    steps: [],
    outputs: [],
  };
}

function totalsOf(steps: readonly RunStep[], { usage }: RunEnd): RunTotals {
  const ended = (outcome: RunStepOutcome): number =>
    steps.filter((step) => step.outcome === outcome).length;
  const counted = (what: RunCounter): number =>
    steps.reduce((sum, { counts }) => sum + (counts?.[what] ?? 0), 0);
  return {
    steps: {
      done: ended('done'),
      reused: ended('reused'),
      partial: ended('partial'),
      failed: ended('failed'),
      skipped: ended('skipped'),
    },
    bytes: steps.reduce((sum, { bytes }) => sum + bytes, 0),
    counts: {
      cacheHits: counted('cacheHits'),
      cacheMisses: counted('cacheMisses'),
      requests: counted('requests'),
      failedRequests: counted('failedRequests'),
      retries: counted('retries'),
    },
    ...(usage === undefined
      ? {}
      : {
          cpuMs: Math.round(usage.cpuMs),
          ...(usage.childCpuMs === undefined ? {} : { childCpuMs: Math.round(usage.childCpuMs) }),
          peakMemoryBytes: usage.peakMemoryBytes,
        }),
  };
}

/** `run.json` as it is written. */
export function renderRunRecord(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** A record that this program wrote; undefined for anything else: a history may lie in a shared folder. */
export function parseRunRecord(text: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRunRecord(value) ? value : undefined;
}

function isRunRecord(value: unknown): value is RunRecord {
  const at = (key: string, of: unknown = value): unknown =>
    typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
  const release = at('release');
  const totals = at('totals');
  const counts = at('counts', totals);
  const texts = [at('id'), at('command'), at('startedAt'), at('outcome'), at('name', release)];
  const numbers = [
    at('durationMs'),
    at('bytes', totals),
    ...counters.map((each) => at(each, counts)),
    at('done', at('steps', totals)),
  ];
  const steps = at('steps');
  return (
    at('schema') === 'cowa-release/run/v1' &&
    texts.every((each) => typeof each === 'string') &&
    Array.isArray(at('flavors', release)) &&
    numbers.every((each) => typeof each === 'number' && Number.isFinite(each)) &&
    Array.isArray(at('outputs')) &&
    Array.isArray(steps) &&
    steps.every(
      (step) => typeof at('id', step) === 'string' && typeof at('durationMs', step) === 'number',
    )
  );
}
