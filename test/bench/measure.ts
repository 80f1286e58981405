import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What running a command line took. */
export interface Measured {
  readonly seconds: number;
  /** Of all its processes, user and system together; undefined where the system does not tell. */
  readonly cpuSeconds: number | undefined;
  /** The most memory that its processes held at once, bytes; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  readonly stdout: string;
}

const pollMs = 15;
/** Clock ticks in a second, as /proc counts them: the same on every Linux. */
const ticks = 100;

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
    const work = new Map<number, number>();
    const look = (): void => {
      if (child.pid === undefined) return;
      for (const pid of familyOf(child.pid)) {
        noteMost(peaks, pid, peakOf);
        noteMost(work, pid, cpuOf);
      }
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
      const { stdout } = said;
      resolve({ seconds, cpuSeconds: sumOf(work), peakBytes: sumOf(peaks), stdout });
    });
  });
}

/**
 * The best of some rounds for each of the runs. They take turns, so that other work on the machine, and
 * memory that is cold at first, falls on all alike.
 */
export async function bestInTurns(
  rounds: number,
  runs: readonly (() => Promise<Measured>)[],
): Promise<readonly Measured[]> {
  const found: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of runs.entries()) {
      const next = await run();
      const before = found[index];
      if (before === undefined || next.seconds < before.seconds) found[index] = next;
    }
  }
  return found;
}

function sumOf(values: ReadonlyMap<number, number>): number | undefined {
  if (values.size === 0) return undefined;
  return [...values.values()].reduce((total, value) => total + value, 0);
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
function noteMost(
  values: Map<number, number>,
  pid: number,
  of: (pid: number) => number | undefined,
): void {
  try {
    values.set(pid, Math.max(values.get(pid) ?? 0, of(pid) ?? 0));
  } catch {
    // It ended meanwhile.
  }
}

function peakOf(pid: number): number | undefined {
  const [, kibibytes] =
    /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** @see proc(5), /proc/pid/stat: fields 14 and 15, counted behind the name in parentheses */
function cpuOf(pid: number): number | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
