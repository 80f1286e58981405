// Runs a command with the pinned Node first on PATH, so that npm scripts work under an older one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = ['node', 'node-bin']
  .map((prefix) => join(root, 'node_modules', `${prefix}-${platform}`, 'bin'))
  .find((path) => existsSync(path));
const path = [folder, join(root, 'node_modules', '.bin'), process.env.PATH]
  .filter(Boolean)
  .join(delimiter);
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
  shell: process.platform === 'win32',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exitCode = 127;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
