import type { ProgressEvent } from '../support/run.ts';
import {
  applyEvent,
  describeAll,
  describeFinished,
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
  const interval = setInterval(() => {
    const line = describeAll(state, options.now());
    if (line !== undefined) options.write(line);
  }, options.intervalMs);
  const firstSign = setTimeout(() => options.write('Working'), options.firstSignMs);
  interval.unref();
  firstSign.unref();
  return {
    onProgress: (event: ProgressEvent) => {
      clearTimeout(firstSign);
      state = applyEvent(state, event, options.now());
      const line = lineFor(state, event);
      if (line !== undefined) options.write(line);
    },
    end: async () => {
      clearTimeout(firstSign);
      clearInterval(interval);
    },
  };
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
