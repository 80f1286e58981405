import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress-state.ts';

export interface ProgressChoice {
  readonly stream: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** Lines that move on a terminal; plain ones where nobody watches: no terminal, one without width, a dumb one, or CI. */
export function openProgress({ stream, env, now }: ProgressChoice): Progress {
  const watched =
    stream.isTTY && stream.columns > 0 && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb';
  if (watched) return liveProgress(stream, now);
  return plainProgress({
    write: (line) => stream.write(`${line}\n`),
    now,
    intervalMs: 3_000,
    firstSignMs: 700,
  });
}
