#!/usr/bin/env node
// Starts the program. On a Node that is too old it looks for the one that is pinned beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 15)) {
  const { start } = await import('../dist/cli/start.js');
  await start({ root, args: process.argv.slice(2) });
} else {
  const pinned = pinnedNode();
  if (pinned === undefined || process.env.COWA_NODE_FOUND === '1') {
    process.stderr.write(
      `Error [NODE_TOO_OLD]: cowa-release needs Node 24.15 or newer, this is ${process.versions.node}. Run 'npm ci' in ${root} to get the pinned one, or use the offline package.\n`,
    );
    process.exitCode = 4;
  } else {
    handOver(pinned);
  }
}

function pinnedNode() {
  const name = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'node.exe' : join('bin', 'node');
  return [
    join(root, 'node', binary),
    ...['node', 'node-bin'].map((prefix) => join(root, 'node_modules', `${prefix}-${name}`, binary)),
  ].find((path) => existsSync(path));
}

function handOver(node) {
  // Not spawnSync: it would leave the child behind when this process is stopped.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, COWA_NODE_FOUND: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Error [NODE_NOT_STARTED]: ${node}: ${error.message}\n`);
    process.exitCode = 4;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
