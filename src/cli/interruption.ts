import { InterruptedError } from '../errors/families.ts';

/** What the handler needs of the process; a fake in tests. */
interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface InterruptionOptions {
  readonly source: SignalSource;
  readonly now: () => number;
  /** Milliseconds an operation has to clean up before the program ends without it. */
  readonly graceMs: number;
  /** What a person may do next. */
  readonly suggestions: () => readonly string[];
  /** Called once, at the first signal. */
  readonly onFirst: (signal: NodeJS.Signals) => void;
  /** Ends the program at once: the second signal came, or the grace time is over. */
  readonly onForced: (error: InterruptedError) => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal sends Ctrl-C to every process of the group, and a parent that wraps us forwards it
 * once more: what comes within this time is the same key press.
 */
const echoMs = 250;

/**
 * Turns the first signal into an abort, and a second one, or an operation that does not stop, into
 * the end of the program. Disposed when the command has ended.
 */
export function listenForInterruption(
  options: InterruptionOptions,
): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let firstAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listeners = signals.map((name) => [name, () => receive(name)] as const);
  const receive = (name: NodeJS.Signals): void => {
    const error = new InterruptedError(`interrupted by ${name}`, {
      suggestions: options.suggestions(),
    });
    if (firstAt !== undefined) {
      if (options.now() - firstAt >= echoMs) options.onForced(error);
      return;
    }
    firstAt = options.now();
    options.onFirst(name);
    controller.abort(error);
    timer = setTimeout(() => options.onForced(error), options.graceMs);
  };
  for (const [name, listener] of listeners) options.source.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const [name, listener] of listeners) options.source.off(name, listener);
    },
  };
}
