import { CowaError, InternalError } from '../errors/families.ts';
import type { Run } from '../support/run.ts';

/** One piece of work in a graph: it runs once everything it needs is done. */
export interface GraphStep {
  /** Unique, stable: `image ghcr.io/…`, `package cpu/vllm`. */
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  /** Bytes it will move, where known; for progress. */
  readonly totalBytes?: number;
  /** Says `reused` when nothing had to be done. */
  work(run: Run): Promise<'done' | 'reused'>;
}

export interface StepResult {
  readonly id: string;
  readonly outcome: 'done' | 'reused' | 'failed' | 'skipped';
  /** Milliseconds by the given clock. */
  readonly durationMs: number;
  readonly error?: CowaError;
  /** For skipped ones: the step whose failure is the reason. */
  readonly because?: string;
}

/**
 * Runs steps side by side, at most `jobs` at once, each after what it needs. A failure skips what
 * depends on it; everything else finishes. An abort stops at once.
 * @throws InternalError for steps that need unknown steps or each other
 */
export async function runGraph(
  steps: readonly GraphStep[],
  options: { readonly jobs: number; readonly now: () => number },
  run: Run,
): Promise<readonly StepResult[]> {
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) {
    const missing = step.needs.find((id) => !known.has(id));
    if (missing !== undefined)
      throw new InternalError(`step '${step.id}' needs unknown step '${missing}'`);
  }
  const results = new Map<string, StepResult>();
  const waiting = new Set(steps);
  const running = new Map<string, Promise<void>>();
  while (waiting.size > 0 || running.size > 0) {
    run.signal.throwIfAborted();
    for (const step of [...waiting]) {
      const failed = step.needs.find((id) =>
        ['failed', 'skipped'].includes(results.get(id)?.outcome ?? ''),
      );
      if (failed !== undefined) {
        waiting.delete(step);
        const because = results.get(failed)?.because ?? failed;
        results.set(step.id, { id: step.id, outcome: 'skipped', durationMs: 0, because });
        run.onProgress?.({
          kind: 'step-finished',
          step: step.id,
          outcome: 'skipped',
          note: `needs ${because}`,
        });
        continue;
      }
      if (running.size >= options.jobs || !step.needs.every((id) => results.has(id))) continue;
      waiting.delete(step);
      running.set(
        step.id,
        perform(step, options.now, run).then((result) => {
          running.delete(step.id);
          results.set(step.id, result);
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

/** True when some waiting step can still be settled: it is ready, or what it needs failed. */
function hasProgress(
  waiting: ReadonlySet<GraphStep>,
  results: ReadonlyMap<string, StepResult>,
): boolean {
  for (const step of waiting) {
    if (step.needs.every((id) => results.has(id))) return true;
    if (step.needs.some((id) => ['failed', 'skipped'].includes(results.get(id)?.outcome ?? '')))
      return true;
  }
  return false;
}

async function perform(step: GraphStep, now: () => number, run: Run): Promise<StepResult> {
  const began = now();
  const started = { kind: 'step-started', step: step.id, title: step.title } as const;
  run.onProgress?.(
    step.totalBytes === undefined ? started : { ...started, totalBytes: step.totalBytes },
  );
  try {
    const outcome = await step.work(run);
    run.onProgress?.({ kind: 'step-finished', step: step.id, outcome });
    return { id: step.id, outcome, durationMs: now() - began };
  } catch (cause) {
    const error =
      cause instanceof CowaError
        ? cause
        : new InternalError(cause instanceof Error ? cause.message : String(cause), { cause });
    run.onProgress?.({
      kind: 'step-finished',
      step: step.id,
      outcome: 'failed',
      note: error.message,
    });
    return { id: step.id, outcome: 'failed', durationMs: now() - began, error };
  }
}
