import { formatSize } from '../support/format-size.ts';
import type { ProgressEvent } from '../support/run.ts';

/** Shows what an operation reports. Everything goes to standard error. */
export interface Progress {
  readonly onProgress: (event: ProgressEvent) => void;
  /** After the last event: the final state stays on the screen; steps without an end were stopped, unless all went well. */
  end(succeeded: boolean): Promise<void>;
}

/** One step as people see it. Times are milliseconds of the caller's clock. */
export interface StepState {
  readonly step: string;
  readonly title: string;
  readonly totalBytes?: number;
  /** What it is doing now, where it does one thing after another. */
  readonly phase?: string;
  /** Bytes moved in the present phase; starts over where a step reads again what it wrote. */
  readonly bytes: number;
  readonly startedAt: number;
  /** What was seen lately, for the rate; oldest first. */
  readonly samples: readonly { readonly at: number; readonly bytes: number }[];
  readonly finished?: {
    readonly at: number;
    readonly outcome: StepOutcome;
    readonly note?: string;
  };
}

export type StepOutcome = Extract<ProgressEvent, { kind: 'step-finished' }>['outcome'];

/** Steps in the order they began. */
export type ProgressState = ReadonlyMap<string, StepState>;

/** The rate is that of the last seconds, so that it follows a line that gets slower. */
const rateWindowMs = 5_000;

/** The state after an event. Notes leave it alone; progress of unknown steps is dropped. */
export function applyEvent(state: ProgressState, event: ProgressEvent, now: number): ProgressState {
  const next = new Map(state);
  switch (event.kind) {
    case 'step-started': {
      const { step, title, totalBytes } = event;
      next.set(step, {
        step,
        title,
        bytes: 0,
        startedAt: now,
        samples: [{ at: now, bytes: 0 }],
        ...(totalBytes === undefined ? {} : { totalBytes }),
      });
      return next;
    }
    case 'step-progress': {
      const known = state.get(event.step);
      if (known === undefined || known.finished !== undefined) return state;
      next.set(event.step, withBytes(inPhase(known, event, now), event.bytes, now));
      return next;
    }
    case 'step-finished': {
      const known = state.get(event.step) ?? {
        step: event.step,
        title: event.step,
        bytes: 0,
        startedAt: now,
        samples: [],
      };
      const { outcome, note } = event;
      next.set(event.step, {
        ...known,
        finished: { at: now, outcome, ...(note === undefined ? {} : { note }) },
      });
      return next;
    }
    case 'note':
    case 'counted':
    case 'planned':
    case 'expected':
      return state;
  }
}

/** A new phase has its own end, and its own rate. */
function inPhase(
  step: StepState,
  { phase, totalBytes, bytes }: Extract<ProgressEvent, { kind: 'step-progress' }>,
  now: number,
): StepState {
  const sized = totalBytes === undefined ? {} : { totalBytes };
  if (phase === undefined || phase === step.phase) return { ...step, ...sized };
  const { totalBytes: _ofAnother, ...rest } = step;
  const known = step.phase === undefined ? step : rest;
  return { ...known, ...sized, phase, bytes, samples: [{ at: now, bytes }] };
}

function withBytes(step: StepState, bytes: number, now: number): StepState {
  if (bytes < step.bytes) return { ...step, bytes, samples: [{ at: now, bytes }] };
  const last = step.samples.at(-1);
  // Events come by the thousand; four samples a second say as much.
  if (last !== undefined && now - last.at < 250) return { ...step, bytes };
  const samples = [...step.samples, { at: now, bytes }];
  const oldest = samples.findLastIndex(({ at }) => now - at >= rateWindowMs);
  return { ...step, bytes, samples: samples.slice(Math.max(0, oldest)) };
}

/** Bytes per second over the last seconds; undefined while too little was seen. */
export function rateOf(step: StepState, now: number): number | undefined {
  const first = step.samples.at(0);
  if (first === undefined || now - first.at < 500 || step.bytes <= first.bytes) return undefined;
  return ((step.bytes - first.bytes) * 1000) / (now - first.at);
}

/** `gpu/vllm.tar.zst  writing 1.2 GiB of 2.3 GiB, 400.0 MiB/s, 3 s left`; the title shortened where columns are few. */
export function describeRunning(step: StepState, now: number, columns?: number): string {
  const { bytes, totalBytes } = step;
  const phase = step.phase === undefined ? '' : `${step.phase} `;
  if (bytes === 0) return fitted(step.title, phase.trimEnd(), columns);
  const total = totalBytes !== undefined && totalBytes >= bytes ? totalBytes : undefined;
  const rate = rateOf(step, now);
  const parts = [
    total === undefined ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(total)}`,
    ...(rate === undefined ? [] : [`${formatSize(Math.round(rate))}/s`]),
    ...(rate === undefined || total === undefined
      ? []
      : [`${formatDuration(((total - bytes) / rate) * 1000)} left`]),
  ];
  return fitted(step.title, `${phase}${parts.join(', ')}`, columns);
}

/** Title and figures in so many columns: what is left out comes from the middle of the title. */
function fitted(title: string, figures: string, columns = Number.POSITIVE_INFINITY): string {
  const tail = figures === '' ? '' : `  ${figures}`;
  const room = Math.max(12, columns - tail.length);
  if (title.length <= room) return `${title}${tail}`;
  const head = Math.floor((room - 1) / 3);
  return `${title.slice(0, head)}…${title.slice(title.length - (room - 1 - head))}${tail}`;
}

const words: Readonly<Record<StepOutcome, string>> = {
  done: 'done',
  reused: 'reused',
  partial: 'not finished, as best effort may be',
  failed: 'failed',
  skipped: 'skipped',
};

/** `Pack vllm  done, 2.3 GiB in 6 s`. */
export function describeFinished(step: StepState, columns?: number): string {
  const { finished } = step;
  if (finished === undefined) return step.title;
  const tookMs = finished.at - step.startedAt;
  const parts = [
    finished.outcome === 'skipped' || tookMs < 1000
      ? words[finished.outcome]
      : `${words[finished.outcome]}, ${step.bytes > 0 ? `${formatSize(step.bytes)} in ` : ''}${formatDuration(tookMs)}`,
    ...(finished.note === undefined ? [] : [finished.note]),
  ];
  return fitted(step.title, parts.join(': '), columns);
}

/** The running steps in one line: the one that began first, and how many more there are. */
export function describeAll(state: ProgressState, now: number): string | undefined {
  const running = [...state.values()].filter(({ finished }) => finished === undefined);
  const first = running[0];
  if (first === undefined) return undefined;
  const line = describeRunning(first, now);
  const waited = first.bytes === 0 ? `  ${formatDuration(now - first.startedAt)}` : '';
  return `${line}${waited}${running.length > 1 ? ` (and ${running.length - 1} more)` : ''}`;
}

/** `8 s`, `2 min 05 s`, `1 h 20 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
