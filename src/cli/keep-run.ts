import { CowaError, InterruptedError } from '../errors/families.ts';
import { recordedStep } from '../operations/recorded-steps.ts';
import type { GraphOptions } from '../operations/run-graph.ts';
import type { UsageMeter } from '../ports/usage-meter.ts';
import { renderMetrics } from '../report/render-metrics.ts';
import {
  type RunContext,
  type RunOutput,
  type RunRecord,
  type RunStep,
  renderRunRecord,
  toBegunRecord,
  toRunRecord,
} from '../report/run-record.ts';
import { lastSuchRun } from '../report/run-statistics.ts';
import { toRunTrace } from '../report/run-trace.ts';
import { counted } from '../support/counted.ts';
import type { Run } from '../support/run.ts';
import { recordsIn } from './history-run.ts';
import { formatDuration } from './progress-state.ts';
import { type RunSinks, requireSinks } from './run-flags.ts';
import { contextOf, historyIn, openMeter, sendRunTrace, writeAtOnce } from './wire-run.ts';

/** Which run is recorded, and where. */
export interface RecordedRun extends Pick<RunContext, 'command' | 'release' | 'jobs'> {
  readonly programVersion: string;
  readonly cacheDir: string;
  readonly sinks?: RunSinks | undefined;
}

/** What the work of a recorded run is given. */
export interface Recording {
  readonly context: RunContext;
  /** How its graph is run, so that it is measured. */
  readonly graph: Required<Pick<GraphOptions, 'meter' | 'onSettled'>>;
  /** Says what was made. */
  made(outputs: readonly RunOutput[]): void;
}

/**
 * Does the work of a run and keeps a record of it, however it ends; one that is killed leaves what was kept when it
 * began. The record is kept beside the cache, and a failure to keep it fails nothing.
 * @throws MetricsError METRICS_UNWRITABLE, before any work
 */
export async function keepRun<T>(
  recorded: RecordedRun,
  run: Run,
  work: (recording: Recording) => Promise<T>,
): Promise<T> {
  const { sinks = {} } = recorded;
  await requireSinks(sinks);
  const context = contextOf(recorded);
  tellExpected(lastSuchRun(await recordsIn(recorded.cacheDir), context), run);
  const history = await historyIn(recorded.cacheDir);
  await history.keep(context.id, renderRunRecord(toBegunRecord(context)), true);
  const meter = await openMeter();
  const taken = new Taken(context, meter);
  const end = async (error?: unknown): Promise<void> => {
    const record = taken.end(error, run.signal.aborted);
    await history.keep(context.id, renderRunRecord(record), false);
    if (sinks.tracesUrl !== undefined && record.outcome !== 'interrupted')
      await sendRunTrace(toRunTrace(record), sinks.tracesUrl);
    if (sinks.metrics === undefined) return;
    await writeAtOnce(sinks.metrics, renderMetrics(record)).catch((failure: unknown) =>
      run.onProgress?.({
        kind: 'note',
        message: `the metrics were not written: ${told(failure).message}`,
      }),
    );
  };
  try {
    const result = await work({
      context,
      graph: { meter, onSettled: (step) => taken.steps.push(recordedStep(step)) },
      made: (outputs) => taken.outputs.push(...outputs),
    });
    await end();
    return result;
  } catch (error) {
    await end(error);
    throw error;
  }
}

/** What such a run took before, or that nobody knows: said before anything begins. */
function tellExpected(last: RunRecord | undefined, run: Run): void {
  if (last === undefined) {
    const message = 'No record yet of such a run: nobody knows how long it takes';
    run.onProgress?.({ kind: 'note', message });
    return;
  }
  const { durationMs, totals, startedAt } = last;
  const { done, reused } = totals.steps;
  const message = `Last time ${formatDuration(durationMs)}: ${counted(done, 'step')} done, ${reused} reused (${startedAt})`;
  run.onProgress?.({ kind: 'note', message });
  run.onProgress?.({ kind: 'expected', durationMs });
}

/** What a run did so far. */
class Taken {
  readonly steps: RunStep[] = [];
  readonly outputs: RunOutput[] = [];
  readonly #context: RunContext;
  readonly #began = performance.now();
  readonly #measured: ReturnType<UsageMeter['start']>;

  constructor(context: RunContext, meter: UsageMeter) {
    this.#context = context;
    this.#measured = meter.start();
  }

  end(error: unknown, aborted: boolean): RunRecord {
    const interrupted = aborted || error instanceof InterruptedError;
    return toRunRecord(this.#context, this.steps, {
      durationMs: performance.now() - this.#began,
      outputs: this.outputs,
      usage: this.#measured(),
      interrupted,
      ...(error === undefined || interrupted ? {} : { error: told(error) }),
    });
  }
}

function told(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CowaError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
