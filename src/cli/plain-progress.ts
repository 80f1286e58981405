import type { ProgressEvent } from '../support/run.ts';
import {
  applyEvent,
  describeAll,
  describeFinished,
  formatDuration,
  type Progress,
  type ProgressState,
} from './progress-state.ts';

export interface PlainProgressOptions {
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  readonly now: () => number;
  /** Milliseconds between two lines about work that goes on. */
  readonly intervalMs: number;
  /** Milliseconds after which the program says that it lives, where no step did. */
  readonly firstSignMs: number;
}

/** Progress for logs: a line when a step begins or ends, and one every few seconds in between. */
export function plainProgress(options: PlainProgressOptions): Progress {
  let state: ProgressState = new Map();
  const whole = new WholeRun();
  const interval = setInterval(() => {
    const line = describeAll(state, options.now());
    if (line !== undefined) options.write(`${line}${whole.describe(options.now())}`);
  }, options.intervalMs);
  const firstSign = setTimeout(() => options.write('Working'), options.firstSignMs);
  interval.unref();
  firstSign.unref();
  return {
    onProgress: (event: ProgressEvent) => {
      clearTimeout(firstSign);
      state = applyEvent(state, event, options.now());
      whole.note(event, options.now());
      const line = lineFor(state, event);
      if (line !== undefined) options.write(line);
    },
    end: async () => {
      clearTimeout(firstSign);
      clearInterval(interval);
    },
  };
}

/** How far the run is, where it said how many steps there are; and how long it will take, going by the last time. */
class WholeRun {
  #steps = 0;
  #settled = 0;
  #endsAt: number | undefined;
  readonly #aside = new Set<string>();

  note(event: ProgressEvent, now: number): void {
    if (event.kind === 'planned') {
      this.#steps = event.steps;
      this.#settled = 0;
    }
    if (event.kind === 'step-started' && event.aside === true) this.#aside.add(event.step);
    if (event.kind === 'step-finished' && !this.#aside.has(event.step)) this.#settled += 1;
    if (event.kind === 'expected') this.#endsAt = now + event.durationMs;
  }

  /** Empty where nobody said. */
  describe(now: number): string {
    const steps =
      this.#steps === 0 ? '' : `; ${Math.min(this.#settled, this.#steps)} of ${this.#steps} steps`;
    if (this.#endsAt === undefined) return steps;
    const left = this.#endsAt - now;
    return left > 0
      ? `${steps}, about ${formatDuration(left)} to go by the last time`
      : `${steps}, longer than the last time`;
  }
}

function lineFor(state: ProgressState, event: ProgressEvent): string | undefined {
  switch (event.kind) {
    case 'step-started':
      return event.title;
    case 'step-progress':
    case 'counted':
    case 'planned':
    case 'expected':
      return undefined;
    case 'step-finished': {
      const step = state.get(event.step);
      return step === undefined ? undefined : describeFinished(step);
    }
    case 'note':
      return event.message;
  }
}
