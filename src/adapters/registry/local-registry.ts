import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../support/run.ts';
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
    const child = await startFirst(config, host, run);
    return {
      host,
      [Symbol.asyncDispose]: async () => {
        await end(child);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startFirst(config: string, host: string, run: Run): Promise<ChildProcess> {
  for (const program of programs) {
    const child = spawn(program, ['serve', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Nothing of our environment is its business.
      env: { PATH: process.env['PATH'] },
    });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-1000);
    });
    const spawned = await once(child, 'spawn').then(
      () => true,
      () => false,
    );
    if (!spawned) continue;
    try {
      await untilAnswering(child, host, () => complaints, run);
      return child;
    } catch (error) {
      await end(child);
      throw error;
    }
  }
  throw failed(`there is no registry program: ${programs.join(', ')} were looked for`, [
    'apt install docker-registry, or push to a registry that runs already: --to host:port',
  ]);
}

async function untilAnswering(
  child: ChildProcess,
  host: string,
  complaints: () => string,
  run: Run,
): Promise<void> {
  for (let waited = 0; waited < startTimeoutMs; waited += 50) {
    run.signal.throwIfAborted();
    const gone = child.exitCode !== null || child.signalCode !== null;
    if (gone) break;
    const answers = await fetch(`http://${host}/v2/`, { signal: run.signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return;
    await setTimeout(50, undefined, { signal: run.signal }).catch(() =>
      run.signal.throwIfAborted(),
    );
  }
  throw failed(`the registry program does not start at ${host}: ${complaints().trim()}`, [
    'Check that the folder of --local-registry can be written',
  ]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const patience = new AbortController();
  await Promise.race([
    ended,
    setTimeout(5_000, undefined, { signal: patience.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    ),
  ]);
  patience.abort();
  await ended;
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
