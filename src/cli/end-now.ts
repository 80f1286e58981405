import { existsSync } from 'node:fs';
import type { ExitCode } from '../errors/exit-codes.ts';

const shell = '/bin/sh';

/** Ends the program at once, whatever still runs. */
export function endNow(code: ExitCode): never {
  // What progress and password prompts changed on the terminal.
  if (process.stderr.isTTY) process.stderr.write('\u001B[?25h');
  if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false);
  // process.exit waits for the threads of the system calls; one that hangs (a dead network disk, a
  // pipe nobody writes to) would hold us for ever. A program that only has an exit code has none.
  if (typeof process.execve === 'function' && process.platform !== 'win32' && existsSync(shell)) {
    process.execve(shell, ['sh', '-c', `exit ${code}`], {});
  }
  process.exit(code);
}
