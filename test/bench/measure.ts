import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What running a command line took. */
export interface Measured {
  readonly seconds: number;
  /** The most memory that its processes held at once, bytes; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  readonly stdout: string;
}

const pollMs = 15;

/**
 * Runs a command line to its end.
 * @param expected exit codes that are no failure
 */
export function measure(
  line: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly expected?: readonly number[] } = {},
): Promise<Measured> {
  const [command = '', ...args] = line;
  const { expected = [0] } = options;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    const peaks = new Map<number, number>();
    const look = (): void => {
      if (child.pid !== undefined) for (const pid of familyOf(child.pid)) noteMost(peaks, pid);
    };
    const timer = setInterval(look, pollMs);
    look();
    child.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      if (!expected.includes(code ?? -1)) {
        reject(new Error(`${line.join(' ')} ended with ${code}:\n${said.stderr}`));
        return;
      }
      const sum = [...peaks.values()].reduce((total, bytes) => total + bytes, 0);
      resolve({ seconds, peakBytes: sum === 0 ? undefined : sum, stdout: said.stdout });
    });
  });
}

/** The best of some runs: other work on the machine only ever makes it slower. */
export async function best(count: number, run: () => Promise<Measured>): Promise<Measured> {
  let found = await run();
  for (let again = 1; again < count; again++) {
    const next = await run();
    if (next.seconds < found.seconds) found = next;
  }
  return found;
}

function familyOf(pid: number): readonly number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
  } catch {
    return []; // it ended meanwhile, or the system has no such place
  }
}

/** The system keeps the highest value itself: looking shortly before the end is enough. */
function noteMost(peaks: Map<number, number>, pid: number): void {
  try {
    const [, kibibytes] =
      /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (kibibytes !== undefined)
      peaks.set(pid, Math.max(peaks.get(pid) ?? 0, Number(kibibytes) * 1024));
  } catch {
    // It ended meanwhile.
  }
}
