import { type ChildProcess, spawn } from 'node:child_process';

/** Sends a signal to a program and to everything it started that did not leave its process group. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Waits for the end of this process. */
export interface GroupWatch {
  /** Names the program whose group is to end with this process. */
  over(child: ChildProcess): void;
  /** Says that nothing is to be ended any more. */
  allIsWell(): void;
}

/**
 * Ends the group of a program when this process ends without having said so: `kill -9` gives no chance to. A shell of
 * its own waits at a pipe that only this process holds open; it ends with the word that all is well, or kills. It is
 * started before the program, so that naming it is one write. A kill between the start and that write, less than a
 * millisecond unless the machine is very busy, leaves a program that has only begun.
 */
export function watchGroup(): GroupWatch {
  if (process.platform === 'win32') return { over: () => undefined, allIsWell: () => undefined };
  const script = 'read -r group && { read -r _ || kill -9 "-$group"; }';
  const watcher = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    cwd: '/',
    // Ctrl-C goes to the group of this process; the one who watches is not in it.
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return {
    over: ({ pid }) => pid !== undefined && watcher.stdin.write(`${pid}\n`),
    allIsWell: () => watcher.stdin.end('done\n'),
  };
}
