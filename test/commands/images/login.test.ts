import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import Assemble from '../../../src/commands/assemble.ts';
import ImagesLock from '../../../src/commands/images/lock.ts';
import ImagesPull from '../../../src/commands/images/pull.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
let folder = '';
let server: Server;
let host = '';
const seen = new Set<string | undefined>();

/** A registry that wants a login, and holds nothing. */
beforeEach(async () => {
  seen.clear();
  server = createServer(({ headers: { authorization } }, response) => {
    seen.add(authorization);
    if (authorization === undefined)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  folder = await mkdtemp(join(tmpdir(), 'cowa-login-'));
  await writeFile(
    join(folder, 'zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: api, version: 1.0.0 }
components: [{ name: api, required: true, images: ["${host}/api:1"] }]
`,
  );
  const value = Readable.from([Buffer.from('geheim\n')]);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
});
afterEach(async () => {
  Object.defineProperty(process, 'stdin', stdin);
  process.exitCode = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function release(...hosts: readonly string[]): Promise<readonly string[]> {
  const definition = join(folder, 'cowa-release.yaml');
  await writeFile(
    definition,
    `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources: [{ type: registry, hosts: ${JSON.stringify(hosts)} }]
flavors: { cpu: { packages: [{ path: . }] } }
`,
  );
  const login = ['--username', 'me', '--password-stdin'];
  return ['-f', definition, '--flavor', 'cpu', '--cache-dir', join(folder, 'cache'), ...login];
}

const commands: readonly [string, (argv: string[]) => Promise<unknown>][] = [
  ['images pull', (argv) => ImagesPull.run(argv, config)],
  ['images lock', (argv) => ImagesLock.run(argv, config)],
  ['assemble', (argv) => Assemble.run([...argv, '--insecure-unsigned', '--skip-sbom'], config)],
];

it.each(commands)('%s shows the login of its flags to the registry', async (_, command) => {
  const argv = await release(host);
  await captureOutput(() => command([...argv]));
  const expected = `Basic ${Buffer.from('me:geheim').toString('base64')}`;
  expect(seen).toEqual(new Set([undefined, expected]));
});

it.each(commands)('%s shows one login to one registry only', async (_, command) => {
  const argv = await release(host, 'other.example');
  const { error } = await captureOutput(() => command([...argv]));
  expect(error).toMatchObject({ code: 'LOGIN_AMBIGUOUS', exitCode: 2 });
  expect(seen.size).toBe(0);
});
