import type { DefaultRenderer, ListrTask, ListrTaskWrapper, SimpleRenderer } from 'listr2';
import type { ProgressEvent } from '../support/run.ts';
import {
  applyEvent,
  describeFinished,
  describeRunning,
  type Progress,
  type ProgressState,
  type StepState,
} from './progress-state.ts';

type Wrapper = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A step as it ended; `stopped` where the whole run did before it. */
type EndedStep = StepState & { readonly stopped?: boolean };

/** A step on the screen: its line, and how to end it. */
interface ShownStep {
  wrapper?: Wrapper;
  readonly finish: (step: EndedStep) => void;
}

/** Events that had to wait for the renderer to be loaded. */
type Waiting = { readonly kind: 'step'; readonly task: ListrTask } | { readonly kind: 'end' };

/**
 * Progress for a terminal: one line for each step with bytes, rate and time left, drawn by listr2 on
 * the given stream.
 */
export function liveProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  // Two for the mark before the line, two that listr2 leaves free.
  const columns = (): number => (stream.columns || 80) - 4;
  let state: ProgressState = new Map();
  const shown = new Map<string, ShownStep>();
  const queue = new WaitingQueue();
  // Begun with the first step: listr2 holds back what others write, the question for a password too.
  let run: Promise<void> | undefined;
  const refresh = setInterval(() => {
    for (const [id, { wrapper }] of shown) {
      const step = state.get(id);
      if (wrapper !== undefined && step !== undefined && step.finished === undefined)
        wrapper.title = describeRunning(step, now(), columns());
    }
  }, 200);
  refresh.unref();

  const show = (id: string, title: string): void => {
    let finish: (step: EndedStep) => void = () => undefined;
    const finished = new Promise<EndedStep>((resolve) => {
      finish = resolve;
    });
    const entry: ShownStep = { finish };
    shown.set(id, entry);
    const task: ListrTask = {
      title,
      task: async (_context: unknown, wrapper: Wrapper) => {
        entry.wrapper = wrapper;
        const step = await finished;
        wrapper.title = describeFinished(
          step,
          step.finished?.note === undefined ? columns() : undefined,
        );
        if (step.finished?.outcome === 'skipped' || step.stopped === true) wrapper.skip();
        if (step.finished?.outcome === 'failed' || step.finished?.outcome === 'partial')
          throw new Error(describeFinished(step));
      },
    };
    queue.push({ kind: 'step', task });
    run ??= draw(stream, queue);
  };

  return {
    onProgress: (event: ProgressEvent) => {
      state = applyEvent(state, event, now());
      if (event.kind === 'step-started') show(event.step, event.title);
      if (event.kind === 'note') {
        const id = `note ${shown.size}`;
        show(id, event.message);
        shown.get(id)?.finish(noted(id, event.message, now()));
      }
      if (event.kind === 'step-finished') {
        const step = state.get(event.step);
        if (!shown.has(event.step)) show(event.step, step?.title ?? event.step);
        if (step !== undefined) shown.get(event.step)?.finish(step);
      }
    },
    end: async (succeeded) => {
      clearInterval(refresh);
      for (const [id, { finish }] of shown) {
        const step = state.get(id);
        if (step === undefined || step.finished !== undefined) continue;
        finish(
          succeeded
            ? { ...step, finished: { at: now(), outcome: 'done' } }
            : { ...step, title: `${describeRunning(step, now())}  stopped`, stopped: true },
        );
      }
      queue.push({ kind: 'end' });
      await run;
    },
  };
}

function noted(step: string, title: string, at: number): StepState {
  return { step, title, bytes: 0, startedAt: at, samples: [] };
}

async function draw(stream: NodeJS.WriteStream, queue: WaitingQueue): Promise<void> {
  const {
    DefaultRenderer: Renderer,
    Listr: ListrClass,
    ListrLogger,
    ProcessOutput,
  } = await import('listr2');
  // listr2 asks whether standard output is a terminal; ours may be a file while people watch the other.
  class LiveRenderer extends Renderer {
    static override nonTTY = true;
  }
  const list = new ListrClass([nextStep(queue)], {
    renderer: LiveRenderer,
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: {
      logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      collapseSubtasks: false,
      collapseErrors: true,
      formatOutput: 'truncate',
    },
  });
  await list.run();
}

/**
 * listr2 wants its tasks beforehand, and ours come as they come: a task without a title, so without a
 * line, waits for the next step and then becomes that step and the wait for the one after it.
 */
function nextStep(queue: WaitingQueue): ListrTask {
  return {
    task: async (_context: unknown, wrapper: Wrapper) => {
      const next = await queue.take();
      if (next.kind === 'end') return undefined;
      return wrapper.newListr([next.task, nextStep(queue)], {
        concurrent: true,
        exitOnError: false,
      });
    },
  };
}

/** First in, first out; `take` waits. */
class WaitingQueue {
  readonly #items: Waiting[] = [];
  #waiter: ((item: Waiting) => void) | undefined;

  push(item: Waiting): void {
    if (this.#waiter === undefined) {
      this.#items.push(item);
      return;
    }
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter(item);
  }

  async take(): Promise<Waiting> {
    const item = this.#items.shift();
    if (item !== undefined) return item;
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }
}
