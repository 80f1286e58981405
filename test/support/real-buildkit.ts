import { execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './local-registry.ts';

const execute = promisify(execFile);
const named = process.env['COWA_BUILDKITD'];

// `buildctl` lies beside it; the program looks both up where programs are.
if (named !== undefined && named !== '')
  process.env['PATH'] = `${dirname(named)}:${process.env['PATH']}`;

/** A BuildKit of our own. */
export interface RealBuildkit extends AsyncDisposable {
  readonly address: string;
}

export interface BuildkitPlace {
  /** Folder of its state. */
  readonly root: string;
  /** It listens at a socket in that folder and has no network; default: a free loopback port. */
  readonly offline?: boolean;
  /** Flags besides, such as those of TLS. */
  readonly flags?: readonly string[];
  /** Flags of `buildctl` to ask whether it is there. */
  readonly reach?: readonly string[];
}

/** Starts the BuildKit that `COWA_BUILDKITD` names, or the one on PATH. */
export async function startBuildkit(place: BuildkitPlace): Promise<RealBuildkit> {
  const { root, offline = false, flags = [], reach = [] } = place;
  const address = offline
    ? `unix://${join(root, 'buildkitd.sock')}`
    : `tcp://127.0.0.1:${await freePort()}`;
  const line = [
    ...(offline ? ['unshare', '--net', '--'] : []),
    ...['buildkitd', '--addr', address, '--root', root, '--containerd-worker=false'],
    ...['--oci-worker-snapshotter=native', '--oci-worker-net=host', '--oci-worker-binary=runc'],
    ...flags,
  ];
  const [program = '', ...args] = line;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const buildkit = {
    address,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  for (let tries = 0; tries < 60 && child.exitCode === null; tries++) {
    const asked = ['--addr', address, ...reach, 'debug', 'info'];
    if (await execute('buildctl', asked).then(Boolean, () => false)) return buildkit;
    await wait(500);
  }
  await buildkit[Symbol.asyncDispose]();
  throw new Error(`buildkitd does not answer at ${address}: ${said}`);
}
