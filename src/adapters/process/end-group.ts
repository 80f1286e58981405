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

/**
 * Ends the group of a program when this process ends without having said so: `kill -9` gives no chance to. A shell of
 * its own waits at a pipe that only this process holds open; it ends with the word that all is well, or kills.
 * @returns says that all is well
 */
export function watchGroup({ pid }: ChildProcess): () => void {
  if (process.platform === 'win32' || pid === undefined) return () => undefined;
  const watcher = spawn('/bin/sh', ['-c', 'read -r _ || kill -9 "-$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    cwd: '/',
    // Ctrl-C goes to the group of this process; the one who watches is not in it.
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => watcher.stdin.end('done\n');
}
