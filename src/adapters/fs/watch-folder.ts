import { watch } from 'node:fs';
import { posix, sep } from 'node:path';
import type { Run } from '../../support/run.ts';

/** Of these nobody waits for a new judgement. */
const quiet = /(?:^|\/)(?:\.git|node_modules)(?:\/|$)/;

/**
 * What changes below a folder, as paths below it, gathered until nothing changed for a moment. Ends only
 * when it is interrupted.
 * @param settleMs how long nothing may change before changes are told
 */
export function watchFolder(
  folder: string,
  run: Run,
  settleMs = 120,
): AsyncGenerator<ReadonlySet<string>> {
  // From now on, not from when somebody first asks: what changes meanwhile is told, too.
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;
  let failure: Error | undefined;
  /** Something changed, and nothing for a moment since. */
  let isSettled = false;
  const watcher = watch(folder, { recursive: true, signal: run.signal }, (_event, name) => {
    const path = (name ?? '').split(sep).join(posix.sep);
    if (quiet.test(path)) return;
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSettled = true;
      wake();
    }, settleMs);
  });
  watcher.on('error', (error) => {
    failure = error;
    wake();
  });
  const stop = (): void => wake();
  run.signal.addEventListener('abort', stop, { once: true });
  return batches();

  async function* batches(): AsyncGenerator<ReadonlySet<string>> {
    try {
      for (;;) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (run.signal.aborted || failure !== undefined || isSettled) resolve();
        });
        run.signal.throwIfAborted();
        if (failure !== undefined) throw failure;
        isSettled = false;
        const told = changed;
        changed = new Set();
        if (told.size > 0) yield told;
      }
    } finally {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', stop);
      watcher.close();
    }
  }
}
