// Plain JavaScript for any Node: runs the program here, or on the Node that is pinned beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/**
 * Starts the program in this process where its Node is new enough, else in the pinned one.
 * @param {{ root: string, script: string, begin: () => Promise<void> }} program
 */
export async function withFittingNode({ root, script, begin }) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 15)) {
    await begin();
    return;
  }
  const pinned = pinnedNode(root);
  if (pinned === undefined || process.env.COWA_NODE_FOUND === '1') {
    process.stderr.write(
      `Error [NODE_TOO_OLD]: cowa-release needs Node 24.15 or newer, this is ${process.versions.node}. Run 'npm ci' in ${root} to get the pinned one, or use the offline package.\n`,
    );
    process.exitCode = 4;
    return;
  }
  handOver(pinned, script);
}

function pinnedNode(root) {
  const name = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'node.exe' : join('bin', 'node');
  return [
    join(root, 'node', binary),
    ...['node', 'node-bin'].map((prefix) =>
      join(root, 'node_modules', `${prefix}-${name}`, binary),
    ),
  ].find((path) => existsSync(path));
}

function handOver(node, script) {
  // Not spawnSync: it would leave the child behind when this process is stopped.
  const child = spawn(node, [script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, COWA_NODE_FOUND: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Error [NODE_NOT_STARTED]: ${node}: ${error.message}\n`);
    process.exitCode = 4;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
