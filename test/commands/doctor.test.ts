import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Doctor from '../../src/commands/doctor.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import type { DoctorReport } from '../../src/report/doctor-report.ts';
import { schemaFaults } from '../support/closed-schema.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-doctor-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', at('release')], config));
  await writeFile(at('no-definition'), '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = 0;
});

async function doctor(...flags: readonly string[]) {
  const argv = ['--cache-dir', at('cache'), '--out', at('dist'), ...flags];
  process.exitCode = 0;
  const { stdout, error } = await captureOutput(() =>
    Doctor.run([...argv, '--output', 'json'], config),
  );
  if (error !== undefined) throw error;
  const report: DoctorReport = JSON.parse(stdout);
  expect(schemaFaults('doctor-result', report)).toEqual([]);
  expect(process.exitCode).toBe(report.exitCode);
  const said = new Map<string, string>(
    report.examined.map(({ id, outcome, message }) => [id, `${outcome}: ${message}`]),
  );
  return { report, said };
}

async function definition(hosts: string, more = ''): Promise<string> {
  const path = at('cowa-release.yaml');
  await writeFile(
    path,
    `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources:
  - { type: registry, hosts: [${hosts}] }
${more}flavors:
  cpu: { packages: [{ path: one }] }
`,
  );
  return path;
}

/** A registry that wants a login, by a password, as the specification has it. */
async function registry(dateMs = Date.now()): Promise<AsyncDisposable & { readonly host: string }> {
  const server: Server = createServer((request, response) => {
    const given = request.headers.authorization;
    const good = given === `Basic ${Buffer.from('me:right').toString('base64')}`;
    response.sendDate = false;
    response.setHeader('date', new Date(dateMs).toUTCString());
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (good) response.writeHead(200).end('{}');
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function login(host: string, password: string): Promise<void> {
  const auth = Buffer.from(`me:${password}`).toString('base64');
  await mkdir(at('docker'), { recursive: true });
  await writeFile(at('docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  vi.stubEnv('DOCKER_CONFIG', at('docker'));
}

describe('doctor', () => {
  it('passes without a definition, and changes nothing', async () => {
    vi.stubEnv('COWA_DEFINITION', '');
    vi.stubEnv('COWA_HELM', '');
    const before = await readdir(folder);
    const { report, said } = await doctor('--port', '1');
    expect(report).toMatchObject({ definition: null });
    expect(said.get('port/1')).toBe('pass: 127.0.0.1:1 is free');
    expect(said.get('tool/helm')).toContain('not-applicable');
    expect(said.get('key/signing')).toContain('not-applicable');
    expect(await readdir(folder)).toEqual(before);
  });

  it('asks the registries of the definition, and compares the clocks', async () => {
    await using open = await registry();
    const path = await definition(`"${open.host}"`);
    vi.stubEnv('DOCKER_CONFIG', at('nowhere'));
    const anonymous = await doctor('-f', path);
    expect(anonymous.report).toMatchObject({ outcome: 'fail', exitCode: 1 });
    expect(anonymous.said.get(`registry/${open.host}`)).toContain('none is stored');
    await login(open.host, 'right');
    const accepted = await doctor('-f', path);
    expect(accepted.said.get(`registry/${open.host}`)).toContain('pass');
    expect(accepted.said.get('machine/clock')).toContain(`as ${open.host} say`);
    await login(open.host, 'wrong');
    const refused = await doctor('-f', path);
    expect(refused.said.get(`registry/${open.host}`)).toContain('refuses the stored login');
    expect(JSON.stringify(refused.report)).not.toContain('wrong');
    // Where other commands take logins from, this one does.
    await writeFile(
      at('auth.json'),
      (await readFile(at('docker/config.json'), 'utf8')).replace(
        Buffer.from('me:wrong').toString('base64'),
        Buffer.from('me:right').toString('base64'),
      ),
    );
    vi.stubEnv('REGISTRY_AUTH_FILE', at('auth.json'));
    expect((await doctor('-f', path)).said.get(`registry/${open.host}`)).toContain('pass');
  });

  it('asks through the proxy that other commands ask through', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}');
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    try {
      vi.stubEnv('http_proxy', `http://127.0.0.1:${port}`);
      const path = await definition('registry.example], plainHttp: [registry.example');
      const { said } = await doctor('-f', path);
      expect(said.get('registry/registry.example')).toContain('pass');
      expect(asked).toEqual(['http://registry.example/v2/']);
    } finally {
      proxy.close();
    }
  });

  it('notices a clock that is wrong, and a registry that is not there', async () => {
    await using late = await registry(Date.now() - 3_600_000);
    await login(late.host, 'right');
    const { said, report } = await doctor(
      '-f',
      await definition(`"${late.host}", "127.0.0.1:1", "*"`),
    );
    expect(said.get('machine/clock')).toMatch(/^fail: .*60 minutes after/);
    expect(said.get('registry/127.0.0.1:1')).toContain('fail: 127.0.0.1:1 cannot be reached');
    expect(said.get('registry/*')).toContain('undecided');
    expect(report.exitCode).toBe(1);
  });

  it('tells what answers on a port that is taken', async () => {
    const server = createPlainServer((socket) => socket.resume().end('SSH-2.0-dropbear\r\n\r\n'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { said } = await doctor('--port', port);
    expect(said.get(`port/${port}`)).toContain(`fail: 127.0.0.1:${port}`);
    expect(said.get(`port/${port}`)).toContain('SSH-2.0-dropbear');
    await new Promise((done) => server.close(done));
  });

  it.each([
    ['a password that fits', 'secret', 'pass', 'ecdsa'],
    ['a password that does not', 'other', 'fail', 'password'],
  ])('looks at the key with %s', async (_name, password, outcome, words) => {
    vi.stubEnv('COWA_KEY_PASSWORD', password);
    const { said } = await doctor('--key', at('release.key'));
    expect(said.get('key/signing')?.toLowerCase()).toContain(words);
    expect(said.get('key/signing')).toContain(`${outcome}: `);
  });

  it('never says that a key opens whose password it was not given', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', undefined);
    vi.stubEnv('COSIGN_PASSWORD', undefined);
    const { said, report } = await doctor('--key', at('release.key'));
    expect(said.get('key/signing')).toContain('undecided: ');
    expect([1, 5]).toContain(report.exitCode);
  });

  it('notices a key that is missing, public, or open to others', async () => {
    expect((await doctor('--key', at('none'))).said.get('key/signing')).toContain('fail: ');
    const half = await doctor('--key', at('release.pub'));
    expect(half.said.get('key/signing')).toContain('holds no private key');
    vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
    await chmod(at('release.key'), 0o644);
    const { said } = await doctor('--key', at('release.key'));
    expect(said.get('key/permissions')).toContain('fail: ');
    await chmod(at('release.key'), 0o600);
  });

  it.each([
    ['is a helm', 'echo v3.19.0+gabc', 'pass'],
    ['is something else', 'echo hello', 'fail'],
    ['fails', 'exit 3', 'fail'],
  ])('looks at a program that was named and %s', async (_name, script, outcome) => {
    await writeFile(at('helm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('COWA_HELM', at('helm'));
    expect((await doctor()).said.get('tool/helm')).toContain(`${outcome}: `);
  });

  it('fails for a definition that cannot be read, and looks at the rest all the same', async () => {
    const path = await definition('5', 'nonsense: 1\n');
    const { said, report } = await doctor('-f', path);
    expect(said.get('release/definition')).toContain('fail: ');
    expect(said.has('machine/node')).toBe(true);
    expect(report.exitCode).toBe(1);
    expect((await doctor('-f', at('nowhere.yaml'))).said.get('release/definition')).toContain(
      'there is no release definition',
    );
  });

  it('asks the engine a definition with Containerfiles needs', async () => {
    const builds = `  - type: build
    builders: [{ address: 'tcp://127.0.0.1:1' }]
    images: { "a.example/b:1": { context: c } }
`;
    const { said } = await doctor('-f', await definition('"127.0.0.1:1"', builds));
    expect(said.get('engine/tcp://127.0.0.1:1')).toContain('fail: ');
  });

  it('says it in words, with the next step', async () => {
    const path = await definition('"127.0.0.1:1"');
    const { stdout } = await captureOutput(() =>
      Doctor.run(['-f', path, '--cache-dir', at('cache'), '--out', at('dist')], config),
    );
    expect(stdout).toMatch(/^FAIL {2}this machine is not ready for /);
    expect(stdout).toMatch(/\nfail +registry\/127\.0\.0\.1:1 /);
    expect(stdout).toContain('next: Check that 127.0.0.1:1 runs');
  });
});
