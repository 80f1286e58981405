import { EngineError } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { spelledTime } from '../../support/spelled-time.ts';
import { runProgram } from '../process/run-program.ts';
import { EngineLog } from './engine-log.ts';

/** A program of an engine, and where it may put what it keeps. */
export interface EngineCall {
  readonly program: string;
  /** What people know it by, where another program starts it. */
  readonly title?: string;
  readonly args: readonly string[];
  /** Working folder; also its home and where its temporary files go. */
  readonly home: string;
  readonly timeoutMs: number;
  /** Variables besides those every engine gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts that are taken out of everything it says. */
  readonly hidden?: readonly string[];
  /** Told of lines it writes on standard error or output, as many as people can read. */
  readonly onLine?: (line: string) => void;
}

export interface EngineEnd {
  readonly code: number;
  /** Beginning of standard output. */
  readonly stdout: string;
  /** End of what it said on both streams. */
  readonly tail: string;
}

const keptOutputBytes = 64 * 2 ** 10;
const graceMs = 2000;
/** What an engine started in the background holds nobody up. */
const lingerMs = 2000;

/**
 * Runs a program of an engine to its end, with everything it started. However much it says, only the
 * beginning of its output and the end of its log are held.
 * @throws EngineError ENGINE_MISSING, ENGINE_TIMEOUT; the reason of the signal
 */
export async function callEngine(call: EngineCall, run: Run): Promise<EngineEnd> {
  const { program, args, home, timeoutMs, hidden = [] } = call;
  const log = new EngineLog(hidden, call.onLine);
  const onLine = (line: string): void => log.hear(line);
  const end = await runProgram(
    {
      ...{ program, args, timeoutMs, graceMs, lingerMs, onLine, cwd: home },
      env: { ...engineEnvironment(home), ...call.env },
      output: { maxBytes: keptOutputBytes, more: 'cut' },
    },
    run,
  );
  switch (end.kind) {
    case 'ended':
      return { code: end.code ?? 1, stdout: end.stdout.toString('utf8'), tail: log.tail() };
    case 'not-started':
      throw new EngineError('ENGINE_MISSING', `${program} cannot be started`, {
        cause: end.cause,
        suggestions: [`Install ${program}, or name another engine with --engine`],
      });
    case 'late':
    case 'too-much':
      throw new EngineError(
        'ENGINE_TIMEOUT',
        `${call.title ?? program} did not end within ${spelledTime(timeoutMs)} and was stopped${log.tail() === '' ? '' : `. It said last:\n${log.tail()}`}`,
        { suggestions: ['Give the image a larger timeoutMinutes in cowa-release.yaml'] },
      );
  }
}

/** Only what a program needs to start: nothing of the user's settings, and no secret, reaches it. */
export function engineEnvironment(
  home: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return {
    PATH: env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    TMPDIR: home,
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    LC_ALL: 'C',
  };
}
