import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';
import { printableEvent } from './printable-lines.ts';
import type { Progress } from './progress-state.ts';

export interface ProgressChoice {
  readonly stream: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/** Lines that move on a terminal; plain ones where nobody watches. Names in them cannot speak to the terminal. */
export function openProgress(choice: ProgressChoice): Progress {
  const { onProgress, end } = fitting(choice);
  return { onProgress: (event) => onProgress(printableEvent(event)), end };
}

/** Nobody watches what is no terminal, one without width, a dumb one, or CI. */
function fitting({ stream, env, now }: ProgressChoice): Progress {
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
