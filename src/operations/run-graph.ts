import { CowaError, InternalError } from '../errors/families.ts';
import type { Usage, UsageMeter } from '../ports/usage-meter.ts';
import type { Run } from '../support/run.ts';
import { spelledTime } from '../support/spelled-time.ts';
import { StepError } from './step-error.ts';
import { meteredRun, type StepCounts } from './step-meter.ts';

/** One piece of work in a graph: it runs once everything it needs is done. */
export interface GraphStep {
  /** Unique, stable: `image ghcr.io/…`, `package cpu/vllm`. */
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  /** Bytes it will move, where known; for progress. */
  readonly totalBytes?: number;
  /** It is stopped after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Memory it is said to need; steps that say so run together only as far as it goes. */
  readonly memoryBytes?: number;
  /** Not coming to its end leaves the run partial, in place of failing it. What needs it is skipped all the same. */
  readonly bestEffort?: boolean;
  /** Says `reused` when nothing had to be done. */
  work(run: Run): Promise<'done' | 'reused'>;
}

export interface StepResult extends StepCounts {
  readonly id: string;
  /** `partial`: best effort that did not come to its end; never a success. */
  readonly outcome: 'done' | 'reused' | 'partial' | 'failed' | 'skipped';
  /** Milliseconds by the given clock, from the beginning of the graph. */
  readonly startedMs: number;
  /** Milliseconds by the given clock. */
  readonly durationMs: number;
  readonly usage?: Usage;
  /** Of failed and partial ones. */
  readonly error?: CowaError;
  /** For skipped ones: the step whose failure is the reason. */
  readonly because?: string;
}

/** How a graph is run. */
export interface GraphOptions {
  /** Steps at once, at least 1. */
  readonly jobs: number;
  /** Memory that steps which name their need take together; one that needs more than all of it runs alone among them. */
  readonly memoryBytes?: number | undefined;
  /** Milliseconds, for durations only. */
  readonly now: () => number;
  readonly meter?: UsageMeter;
  /** Told of each step when it is settled, also in a graph that is stopped before its end. */
  readonly onSettled?: (result: StepResult) => void;
}

const unfinished: ReadonlySet<string> = new Set(['failed', 'partial', 'skipped']);

/**
 * Runs steps side by side, at most `jobs` at once, each after what it needs. A failure skips what
 * depends on it; everything else finishes. An abort stops at once.
 * @throws InternalError for steps that need unknown steps or each other
 */
export async function runGraph(
  steps: readonly GraphStep[],
  options: GraphOptions,
  run: Run,
): Promise<readonly StepResult[]> {
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) {
    const missing = step.needs.find((id) => !known.has(id));
    if (missing !== undefined)
      throw new InternalError(`step '${step.id}' needs unknown step '${missing}'`);
  }
  const began = options.now();
  run.onProgress?.({ kind: 'planned', steps: steps.length });
  const results = new Map<string, StepResult>();
  const waiting = new Set(steps);
  const running = new Map<string, Promise<void>>();
  const memory = new MemoryShare(options.memoryBytes);
  const settle = (result: StepResult): void => {
    results.set(result.id, result);
    options.onSettled?.(result);
  };
  while (waiting.size > 0 || running.size > 0) {
    run.signal.throwIfAborted();
    for (const step of [...waiting]) {
      const failed = step.needs.find((id) => unfinished.has(results.get(id)?.outcome ?? ''));
      if (failed !== undefined) {
        waiting.delete(step);
        const because = results.get(failed)?.because ?? failed;
        settle(skipped(step, because, options.now() - began));
        run.onProgress?.({
          kind: 'step-finished',
          step: step.id,
          outcome: 'skipped',
          note: `needs ${because}`,
        });
        continue;
      }
      if (running.size >= options.jobs || !step.needs.every((id) => results.has(id))) continue;
      if (!memory.take(step)) continue;
      waiting.delete(step);
      running.set(
        step.id,
        perform(step, options, began, run).then((result) => {
          running.delete(step.id);
          memory.giveBack(step);
          settle(result);
        }),
      );
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (waiting.size > 0 && !hasProgress(waiting, results)) {
      throw new InternalError(
        `steps need each other: ${[...waiting].map((step) => step.id).join(', ')}`,
      );
    }
  }
  run.signal.throwIfAborted();
  return steps.map((step) => results.get(step.id)).filter((result) => result !== undefined);
}

/** What running steps have of the memory there is. */
class MemoryShare {
  readonly #all: number;
  #taken = 0;

  constructor(all = Number.POSITIVE_INFINITY) {
    this.#all = all;
  }

  take({ memoryBytes = 0 }: GraphStep): boolean {
    if (this.#taken > 0 && memoryBytes > 0 && this.#taken + memoryBytes > this.#all) return false;
    this.#taken += memoryBytes;
    return true;
  }

  giveBack({ memoryBytes = 0 }: GraphStep): void {
    this.#taken -= memoryBytes;
  }
}

function skipped({ id }: GraphStep, because: string, startedMs: number): StepResult {
  return { id, outcome: 'skipped', startedMs, durationMs: 0, bytes: 0, counts: {}, because };
}

/** True when some waiting step can still be settled: it is ready, or what it needs failed. */
function hasProgress(
  waiting: ReadonlySet<GraphStep>,
  results: ReadonlyMap<string, StepResult>,
): boolean {
  for (const step of waiting) {
    if (step.needs.every((id) => results.has(id))) return true;
    if (step.needs.some((id) => unfinished.has(results.get(id)?.outcome ?? ''))) return true;
  }
  return false;
}

async function perform(
  step: GraphStep,
  { now, meter }: GraphOptions,
  graphBegan: number,
  run: Run,
): Promise<StepResult> {
  const { id, title, totalBytes } = step;
  const began = now();
  run.onProgress?.({
    kind: 'step-started',
    step: id,
    title,
    ...(totalBytes === undefined ? {} : { totalBytes }),
  });
  const metered = meteredRun(run);
  const measured = meter?.start();
  const settled = (): Omit<StepResult, 'outcome'> => {
    const usage = measured?.();
    return {
      id,
      startedMs: began - graphBegan,
      durationMs: now() - began,
      ...metered.read(),
      ...(usage === undefined ? {} : { usage }),
    };
  };
  try {
    const outcome = await inTime(step, metered.run);
    run.onProgress?.({ kind: 'step-finished', step: id, outcome });
    return { ...settled(), outcome };
  } catch (cause) {
    const error =
      cause instanceof CowaError
        ? cause
        : new InternalError(cause instanceof Error ? cause.message : String(cause), { cause });
    // A bug is no effort, and neither is somebody who stops it all.
    const allowed = step.bestEffort === true && error.exitCode !== 70 && !run.signal.aborted;
    const outcome = allowed ? 'partial' : 'failed';
    run.onProgress?.({ kind: 'step-finished', step: id, outcome, note: error.message });
    return { ...settled(), outcome, error };
  }
}

/** Works until it is done or its time is over. @throws StepError STEP_TIMEOUT */
async function inTime(step: GraphStep, run: Run): Promise<'done' | 'reused'> {
  const { id, timeoutMs } = step;
  if (timeoutMs === undefined) return step.work(run);
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), timeoutMs);
  try {
    return await step.work({ ...run, signal: AbortSignal.any([run.signal, clock.signal]) });
  } catch (cause) {
    if (!clock.signal.aborted || run.signal.aborted) throw cause;
    throw new StepError(
      'STEP_TIMEOUT',
      `'${id}' did not end within its ${spelledTime(timeoutMs)} and was stopped`,
      {
        cause,
        suggestions: [
          'Run the same command again: what was finished is not done again',
          'Or give it more timeoutMinutes under steps of cowa-release.yaml',
        ],
      },
    );
  } finally {
    clearTimeout(timer);
  }
}
