import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalRegistry } from './local-registry.ts';

const run = { signal: new AbortController().signal };
const answering = `
const { readFileSync } = require('node:fs');
const [host, port] = JSON.parse(readFileSync(process.argv[3], 'utf8')).http.addr.split(':');
require('node:http').createServer((_, response) => response.end('{}')).listen(port, host);`;
let folder = '';
let path: string | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-local-'));
  path = process.env['PATH'];
  process.env['PATH'] = folder;
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true, force: true });
});

/** Lays a program in the place of a registry. */
async function program(text: string): Promise<void> {
  const place = join(folder, 'docker-registry');
  await writeFile(place, `#!${process.execPath}\n${text}`);
  await chmod(place, 0o755);
}

/** A connection to whoever listens there; gives what settles when that is gone. */
async function connected(host: string): Promise<{ readonly closed: Promise<unknown> }> {
  const socket = connect(Number(host.split(':')[1]), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return { closed: new Promise((resolve) => socket.once('close', resolve)) };
}

describe.skipIf(process.platform === 'win32')('a registry of this machine', () => {
  it('ends with whoever holds it', async () => {
    await program(answering);
    const local = await startLocalRegistry(join(folder, 'storage'), run);
    const { closed } = await connected(local.host);
    await local[Symbol.asyncDispose]();
    await closed;
  });

  it('ends with this process when that is killed', async () => {
    await program(answering);
    const source = JSON.stringify(new URL('./local-registry.ts', import.meta.url).href);
    const script = `
      import { startLocalRegistry } from ${source};
      const run = { signal: new AbortController().signal };
      const local = await startLocalRegistry(${JSON.stringify(join(folder, 'storage'))}, run);
      console.log(local.host);
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(holder.stdout, 'data');
    const { closed } = await connected(String(said).trim());
    holder.kill('SIGKILL');
    await closed;
  });

  it('says what the program said that does not start', async () => {
    await program(`console.error('no such disk'); process.exit(1);`);
    await expect(startLocalRegistry(join(folder, 'storage'), run)).rejects.toMatchObject({
      code: 'REGISTRY_LOCAL',
      message: expect.stringMatching(/^the registry program does not start at .*: no such disk$/),
    });
  });

  it('is missed by the names that were looked for', async () => {
    await expect(startLocalRegistry(join(folder, 'storage'), run)).rejects.toMatchObject({
      code: 'REGISTRY_LOCAL',
      message: 'there is no registry program: docker-registry, registry were looked for',
    });
  });
});
