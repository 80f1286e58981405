import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../support/run.ts';
import { type ProgramEnd, runProgram } from '../process/run-program.ts';
import { RegistryError } from './registry-error.ts';

/** A registry that runs as long as it is held. */
export interface LocalRegistry extends AsyncDisposable {
  /** `127.0.0.1:<port>`, a port that was free. */
  readonly host: string;
}

/** Debian's name of it, and Docker's. */
const programs = ['docker-registry', 'registry'];
const startTimeoutMs = 20_000;

/**
 * Starts a registry on a free loopback port. Ended with it; no other process is touched.
 * @param storage folder its contents lie in, and stay
 * @throws RegistryError REGISTRY_LOCAL: there is no such program, or it does not start
 */
export async function startLocalRegistry(storage: string, run: Run): Promise<LocalRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-registry-'));
  try {
    await mkdir(storage, { recursive: true });
    const host = `127.0.0.1:${await freePort()}`;
    const config = join(folder, 'config.yml');
    // JSON is YAML.
    const settings = {
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: resolve(storage) } },
      http: { addr: host },
    };
    await writeFile(config, JSON.stringify(settings));
    const stop = await startFirst(config, host, run);
    return { host, [Symbol.asyncDispose]: stop };
  } finally {
    // Read when it starts, and never again.
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts the first program that is there and waits until it answers. It ends with this process, too, however that
 * is ended.
 * @returns ends it
 */
async function startFirst(config: string, host: string, run: Run): Promise<() => Promise<void>> {
  for (const program of programs) {
    const halt = new AbortController();
    let end: ProgramEnd | undefined;
    const ended = runProgram(
      {
        ...{ program, args: ['serve', config], keptErrorBytes: 1000, graceMs: 5_000 },
        // Nothing of our environment is its business.
        env: { PATH: process.env['PATH'] },
      },
      { signal: halt.signal },
    ).then(
      (early) => {
        end = early;
      },
      () => undefined,
    );
    const stop = (): Promise<void> => {
      halt.abort();
      return ended;
    };
    try {
      if (await isAnswering(host, () => end !== undefined, run)) return stop;
    } catch (error) {
      await stop();
      throw error;
    }
    await stop();
    if (end?.kind === 'not-started') continue;
    const complaint = end?.kind === 'ended' ? end.stderr.trim() : 'nothing answers';
    throw failed(`the registry program does not start at ${host}: ${complaint}`, [
      'Check that the folder of --local-registry can be written',
    ]);
  }
  throw failed(`there is no registry program: ${programs.join(', ')} were looked for`, [
    'apt install docker-registry, or push to a registry that runs already: --to host:port',
  ]);
}

/** Waits for an answer; false where the program ended, or stays silent. */
async function isAnswering(host: string, isGone: () => boolean, run: Run): Promise<boolean> {
  for (let waited = 0; waited < startTimeoutMs && !isGone(); waited += 50) {
    run.signal.throwIfAborted();
    const answers = await fetch(`http://${host}/v2/`, { signal: run.signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return true;
    await setTimeout(50, undefined, { signal: run.signal }).catch(() =>
      run.signal.throwIfAborted(),
    );
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw failed('no port is free', []);
  return address.port;
}

function failed(message: string, suggestions: readonly string[]): RegistryError {
  return new RegistryError('REGISTRY_LOCAL', message, { suggestions });
}
