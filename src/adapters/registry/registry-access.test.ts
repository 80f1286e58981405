import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import type { ProgressEvent } from '../../support/run.ts';
import { findCredentials } from './docker-credentials.ts';
import { clientOptions } from './make-client.ts';
import { proxiesFrom } from './proxy-settings.ts';
import { RegistryClient } from './registry-client.ts';
import type { RegistryClientOptions } from './registry-connection.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const run = { signal: new AbortController().signal };
const manifest = Buffer.from('{"schemaVersion":2}');
const content = Buffer.from('y'.repeat(200_000));
const blob = { digest: digestOf(content), size: content.length };
const servers: Server[] = [];
const clients: RegistryClient[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-access-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(folder, { recursive: true });
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

function connect(options: Partial<RegistryClientOptions>): RegistryClient {
  const client = new RegistryClient({
    hosts: ['*'],
    sleep: async () => undefined,
    random: () => 0.5,
    now: () => new Date(),
    stallTimeoutMs: 2_000,
    ...options,
  });
  clients.push(client);
  return client;
}

const at = (registry: string) => ({ registry, repository: 'team/app' });
const registry: Handler = ({ url = '' }, response) =>
  url.includes('/blobs/')
    ? response.writeHead(200).end(content)
    : response.writeHead(200, { 'content-type': mediaTypes.ociManifest }).end(manifest);

describe('proxies of the environment', () => {
  const through = async (
    env: Record<string, string>,
    host: string,
    options: Partial<RegistryClientOptions> = {},
  ): Promise<unknown> => {
    const proxies = proxiesFrom(env);
    const client = connect({ ...(proxies === undefined ? {} : { proxies }), ...options });
    return (await client.manifest(at(host), 'v1', run)).digest;
  };

  it('plain HTTP goes through the proxy, with its login', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await serve((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      registry(request, response);
    });
    const env = { http_proxy: `http://me:secret@${proxy}` };
    expect(await through(env, 'registry.example', { plainHttp: ['registry.example'] })).toBe(
      digestOf(manifest),
    );
    expect(seen).toEqual([
      'http://registry.example/v2/team/app/manifests/v1',
      `Basic ${Buffer.from('me:secret').toString('base64')}`,
    ]);
  });
  it.each([
    [
      'a proxy that refuses',
      'registry.example',
      /HTTPS_PROXY does not lead on to registry\.example/,
    ],
    ['a proxy that is not there', 'registry.example', /cannot be reached/],
  ])('%s is named by its variable, never by its login', async (name, host, message) => {
    const proxy = name.includes('not there') ? '127.0.0.1:1' : await serve(registry);
    const failed: unknown = await through({ HTTPS_PROXY: `http://me:secret@${proxy}` }, host).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ message: expect.stringMatching(message) });
    if (!(failed instanceof Error) || !('suggestions' in failed)) throw new Error('not told');
    expect(String(failed.suggestions)).toContain('NO_PROXY');
    expect(`${failed.message} ${String(failed.suggestions)} ${String(failed.cause)}`).not.toContain(
      'secret',
    );
  });
  it('a proxy that wants a login is told as one', async () => {
    const proxy = await serve((_request, response) => response.writeHead(407).end());
    await expect(
      through({ HTTP_PROXY: proxy }, 'registry.example', { plainHttp: ['registry.example'] }),
    ).rejects.toMatchObject({ code: 'REGISTRY_PROXY' });
  });
  it('this machine is never asked through one', async () => {
    const host = await serve(registry);
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect(await through(env, host)).toBe(digestOf(manifest));
  });
  it('hosts that NO_PROXY names are asked directly', async () => {
    const port = (await serve(registry)).split(':')[1] ?? '';
    const host = `registry.example:${port}`;
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '.example' };
    const lookup: RegistryClientOptions['lookup'] = (_name, options, callback) =>
      options.all === true
        ? callback(null, [{ address: '127.0.0.1', family: 4 }])
        : callback(null, '127.0.0.1', 4);
    expect(await through(env, host, { lookup, plainHttp: [host] })).toBe(digestOf(manifest));
  });
  it.each(['socks5://secret@proxy:1080', 'http://', '::'])(
    'an address that is none is refused and not repeated: %s',
    (value) => {
      let told: unknown;
      try {
        proxiesFrom({ https_proxy: value });
      } catch (error) {
        told = error;
      }
      expect(told).toMatchObject({ code: 'REGISTRY_PROXY' });
      expect(String(told)).not.toContain('secret');
    },
  );
  it('without variables there is none', () => {
    expect(proxiesFrom({ HTTPS_PROXY: '', NO_PROXY: 'example' })).toBeUndefined();
  });
});

describe('mirrors', () => {
  const setUp = async (mirror: Handler) => {
    const notes: string[] = [];
    const mirrorHost = await serve(mirror);
    const origin = await serve(registry);
    const client = connect({
      overrides: { 'registry.example': origin },
      mirrors: { 'registry.example': [mirrorHost] },
    });
    const noting = {
      ...run,
      onProgress: (event: ProgressEvent) =>
        void (event.kind === 'note' ? notes.push(event.message) : undefined),
    };
    return { client, notes, noting, mirrorHost, origin };
  };

  it('are asked first, and alone where they have it', async () => {
    let asked = 0;
    const { client, notes, noting } = await setUp((request, response) => {
      asked += 1;
      registry(request, response);
    });
    await client.manifest(at('registry.example'), 'v1', noting);
    expect([asked, notes]).toEqual([1, []]);
  });
  it.each<[string, Handler]>([
    ['does not have it', (_request, response) => response.writeHead(404).end()],
    ['is broken', (_request, response) => response.writeHead(500).end()],
    ['wants a login', (_request, response) => response.writeHead(401).end()],
    ['gives other content', (_request, response) => response.writeHead(200).end('other')],
  ])('the next is asked where one %s, and that is told', async (_name, handler) => {
    const { client, notes, noting, mirrorHost, origin } = await setUp(handler);
    const fetched = await client.manifest(at('registry.example'), digestOf(manifest), noting);
    expect(fetched.bytes).toEqual(manifest);
    expect(notes).toEqual([expect.stringContaining(`mirror ${mirrorHost} of registry.example: `)]);
    expect(notes[0]).toContain(`${origin} is asked`);
  });
  it('one that is away is told once, however often it is asked', async () => {
    const { client, notes, noting, mirrorHost } = await setUp((request) =>
      request.socket.destroy(),
    );
    for (const tag of ['v1', digestOf(manifest), 'v1'])
      await client.manifest(at('registry.example'), tag, noting);
    expect(notes).toEqual([expect.stringContaining(`mirror ${mirrorHost} of registry.example: `)]);
  });
  it('a blob goes on at the next where one breaks for good', async () => {
    const { client, notes, noting } = await setUp((request, response) => {
      if (request.headers.range !== undefined) return void response.writeHead(500).end();
      response.writeHead(200, { 'content-length': String(content.length) });
      response.write(content.subarray(0, 120_000), () =>
        setTimeout(() => request.socket.destroy(), 30),
      );
    });
    const chunks = await Array.fromAsync(client.blob(at('registry.example'), blob, noting));
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(notes.length).toBe(1);
  });
});

describe('logins', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const guarded =
    (accepted: string): Handler =>
    (request, response) =>
      request.headers.authorization === basic(accepted)
        ? registry(request, response)
        : response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
  const store = async (config: unknown): Promise<string> => {
    const path = join(folder, 'config.json');
    await writeFile(path, JSON.stringify(config));
    return path;
  };
  const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

  it('one that is given comes before a stored one, for its host alone', async () => {
    const host = await serve(guarded('given:secret'));
    const other = await serve(guarded('stored:secret'));
    const client = connect({
      login: { host, username: 'given', password: 'secret' },
      dockerConfigPath: await store({
        auths: { [host]: auth('stored:secret'), [other]: auth('stored:secret') },
      }),
    });
    expect((await client.manifest(at(host), 'v1', run)).bytes).toEqual(manifest);
    expect((await client.manifest(at(other), 'v1', run)).bytes).toEqual(manifest);
  });
  it('padding of old entries is no part of the password', async () => {
    const path = await store({ auths: { 'host:1': auth('me:secret\0\0') } });
    expect(await findCredentials('host:1', path, run)).toMatchObject({ password: 'secret' });
  });
  it.each([
    ['team/app', 'app:1'],
    ['team/other', 'team:1'],
    ['elsewhere', 'all:1'],
  ])('the login of the longest part of %s is taken', async (repository, expected) => {
    const path = await store({
      auths: {
        'host:1': auth('all:1'),
        'host:1/team': auth('team:1'),
        'host:1/team/app': auth('app:1'),
      },
    });
    const [username, password] = expected.split(':');
    expect(await findCredentials('host:1', path, run, { repository })).toEqual({
      kind: 'password',
      username,
      password,
    });
  });
  it.each([
    [
      'a user and password',
      '{"Username":"me","Secret":"secret"}',
      0,
      { kind: 'password', username: 'me', password: 'secret' },
    ],
    [
      'an identity token',
      '{"Username":"<token>","Secret":"tok"}',
      0,
      { kind: 'identity-token', token: 'tok' },
    ],
    ['that it has none', 'credentials not found in native keychain', 1, undefined],
  ])('a real helper process answers with %s', async (_name, answer, exit, expected) => {
    const program = join(folder, 'docker-credential-cowatest');
    await writeFile(
      program,
      `#!/bin/sh\nread -r host\necho "$1 $host $#" > '${folder}/asked'\nprintf '%s' '${answer}'\nexit ${exit}\n`,
    );
    await chmod(program, 0o755);
    const path = await store({ credsStore: 'cowatest' });
    const before = process.env['PATH'] ?? '';
    process.env['PATH'] = `${folder}${delimiter}${before}`;
    try {
      expect(await findCredentials('host:1', path, run)).toEqual(expected);
    } finally {
      process.env['PATH'] = before;
    }
    // The host came on standard input, not as an argument.
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('get host:1 1\n');
  });
});

describe('files of certificates', () => {
  it.each([
    ['an authority that is not there', { caFile: 'none.pem' }, /cannot be read/],
    ['an authority that is none', { caFile: 'text' }, /holds no PEM certificate/],
    ['a certificate without a key', { certFile: 'text' }, /only one is named/],
    ['a certificate that is none', { certFile: 'text', keyFile: 'text' }, /holds no PEM client/],
    ['a key that does not fit', { certFile: 'cert', keyFile: 'key' }, /do not belong together/],
  ])('%s', async (_name, files, message) => {
    await writeFile(join(folder, 'text'), 'text');
    await writeFile(join(folder, 'cert'), '-----BEGIN CERTIFICATE-----\nAAAA\n');
    await writeFile(join(folder, 'key'), '-----BEGIN PRIVATE KEY-----\nsecret\n');
    const settings = Object.fromEntries(
      Object.entries(files).map(([key, name]) => [key, join(folder, name)]),
    );
    const failed: unknown = await clientOptions({ hosts: [], ...settings }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({
      code: 'REGISTRY_TLS',
      message: expect.stringMatching(message),
    });
    if (!(failed instanceof Error)) throw new Error('not told');
    expect(`${failed.message} ${String(failed.cause)}`).not.toContain('secret');
  });
});
