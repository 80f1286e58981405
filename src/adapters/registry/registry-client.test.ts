import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import type { Run } from '../../support/run.ts';
import { RegistryClient } from './registry-client.ts';
import type { RegistryClientOptions } from './registry-connection.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

const servers: Server[] = [];
const clients: RegistryClient[] = [];
const folders: string[] = [];
const run = { signal: new AbortController().signal };
const manifest = Buffer.from('{"schemaVersion":2}');
const content = Buffer.from('x'.repeat(300_000));
const blob = { digest: digestOf(content), size: content.byteLength };

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    handler(request, response, new URL(request.url ?? '/', 'http://server'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

function connect(
  host: string,
  more: Partial<RegistryClientOptions> = {},
): RegistryClient & { waits: number[] } {
  const waits: number[] = [];
  const client = new RegistryClient({
    hosts: [host],
    sleep: async (delayMs) => void waits.push(delayMs),
    random: () => 0.5,
    now: () => new Date(),
    stallTimeoutMs: 2_000,
    ...more,
  });
  clients.push(client);
  return Object.assign(client, { waits });
}

async function configFor(config: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-registry-'));
  folders.push(folder);
  const path = join(folder, 'config.json');
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return path;
}

const login = (host: string, password = 'secret') => ({
  auths: { [host]: { auth: Buffer.from(`me:${password}`).toString('base64') } },
});
const at = (registry: string) => ({ registry, repository: 'team/app' });
const get = (client: RegistryClient, host: string) => client.manifest(at(host), 'v1', run);

async function read(client: RegistryClient, host: string, expected = blob): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of client.blob(at(host), expected, run)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: Uint8Array | string = '',
): void => {
  response.writeHead(status, headers).end(body);
};
const ok = (response: ServerResponse): void =>
  send(response, 200, { 'content-type': mediaTypes.ociManifest }, manifest);

describe('logging in', () => {
  const tokenServer =
    (accepted: string): Handler =>
    (request, response, url) => {
      const { authorization } = request.headers;
      if (url.pathname === '/token') {
        expect(url.searchParams.getAll('scope')).toEqual(['repository:team/app:pull']);
        expect(url.searchParams.get('service')).toBe('registry, of sorts');
        send(
          response,
          200,
          {},
          JSON.stringify({ token: authorization === undefined ? 'anonymous' : 'personal' }),
        );
      } else if (authorization === `Bearer ${accepted}`) ok(response);
      else {
        const realm = `http://${request.headers.host}/token`;
        send(response, 401, {
          'www-authenticate': `Bearer realm="${realm}",service="registry, of sorts",scope="repository:team/app:pull"`,
        });
      }
    };

  it('gets an anonymous token and keeps it', async () => {
    let asked = 0;
    const inner = tokenServer('anonymous');
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') asked += 1;
      inner(request, response, url);
    });
    const client = connect(host);
    expect((await get(client, host)).digest).toBe(digestOf(manifest));
    await get(client, host);
    expect(asked).toBe(1);
  });
  it('gets a personal token with the stored login', async () => {
    const host = await serve(tokenServer('personal'));
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    expect((await get(client, host)).bytes).toEqual(manifest);
  });
  it('gives up when the token is refused', async () => {
    const host = await serve(tokenServer('another'));
    const client = connect(host);
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(client.waits).toEqual([]);
  });
  it('logs in once for a question: whoever refuses a fresh token is not asked again', async () => {
    let asked = 0;
    const inner = tokenServer('another');
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') asked += 1;
      inner(request, response, url);
    });
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(asked).toBe(1);
  });
  it('does not carry a login to where its address redirects', async () => {
    const stolen: string[] = [];
    const thief = await serve((request, response) => {
      request.on('data', (part: Buffer) => stolen.push(part.toString()));
      request.on('end', () => send(response, 200, {}, JSON.stringify({ token: 't' })));
    });
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token') send(response, 307, { location: `http://${thief}/token` });
      else
        send(response, 401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
        });
    });
    const dockerConfigPath = await configFor({
      auths: { [host]: { identitytoken: 'precious' } },
    });
    await expect(get(connect(host, { dockerConfigPath }), host)).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
    });
    expect(stolen).toEqual([]);
  });
  it.each(['with a line\nbreak', 'sp ace', 'ünicode', ''])(
    'takes no token that is none: %j',
    async (token) => {
      const host = await serve((request, response, url) => {
        if (url.pathname === '/token') send(response, 200, {}, JSON.stringify({ token }));
        else
          send(response, 401, {
            'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
          });
      });
      await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
    },
  );
  it('renews a token that has run out', async () => {
    let valid = 1;
    const host = await serve((request, response, url) => {
      if (url.pathname === '/token')
        send(response, 200, {}, JSON.stringify({ access_token: `t${valid}` }));
      else if (request.headers.authorization === `Bearer t${valid}`) ok(response);
      else
        send(response, 401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token"`,
        });
    });
    const client = connect(host);
    await get(client, host);
    valid = 2;
    expect((await get(client, host)).bytes).toEqual(manifest);
  });
  it.each([
    ['the right password', 'secret', undefined],
    ['a wrong password', 'guess', 'REGISTRY_UNAUTHORIZED'],
    ['no password', undefined, 'REGISTRY_UNAUTHORIZED'],
  ])('sends Basic with %s', async (_name, password, code) => {
    const right = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const host = await serve((request, response) => {
      if (request.headers.authorization === right) ok(response);
      else send(response, 401, { 'www-authenticate': 'Basic realm="here"' });
    });
    const config =
      password === undefined ? {} : { dockerConfigPath: await configFor(login(host, password)) };
    const answer = get(connect(host, config), host);
    if (code === undefined) expect((await answer).bytes).toEqual(manifest);
    else await expect(answer).rejects.toMatchObject({ code });
  });
  it.each([
    ['a login of another kind', 'Negotiate'],
    ['a token address of another scheme', 'Bearer realm="ftp://127.0.0.1/token"'],
    ['a token address that is none', 'Bearer realm="token"'],
  ])('refuses %s', async (_name, challenge) => {
    const host = await serve((_request, response) =>
      send(response, 401, { 'www-authenticate': challenge }),
    );
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it('asks a credential helper where one is configured', async () => {
    const host = await serve(tokenServer('personal'));
    const asked: string[] = [];
    const client = connect(host, {
      dockerConfigPath: await configFor({ credHelpers: { [host]: 'vault' } }),
      credentialHelper: async (name, server) => {
        asked.push(`${name} ${server}`);
        return JSON.stringify({ ServerURL: server, Username: 'me', Secret: 'secret' });
      },
    });
    await get(client, host);
    expect(asked).toEqual([`vault ${host}`]);
  });
  it.each([
    ['is no JSON', () => '{'],
    ['holds an entry without a user', (host: string) => ({ auths: { [host]: { auth: 'AAAA' } } })],
    ['names a helper with a path', () => ({ credsStore: '../evil' })],
    ['names a helper that is not there', () => ({ credsStore: 'cowa-none-such' })],
  ])('says so when the Docker configuration %s', async (_name, config) => {
    const host = await serve(tokenServer('personal'));
    const client = connect(host, { dockerConfigPath: await configFor(config(host)) });
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_CREDENTIALS' });
  });
});

describe('refusals and retries', () => {
  it.each([
    [404, 'REGISTRY_NOT_FOUND', 0],
    [403, 'REGISTRY_FORBIDDEN', 0],
    [418, 'REGISTRY_ANSWER', 0],
    [500, 'REGISTRY_ANSWER', 3],
    [429, 'REGISTRY_RATE_LIMIT', 3],
  ])('status %i is %s after %i retries', async (status, code, retries) => {
    const host = await serve((_request, response) => send(response, status));
    const client = connect(host);
    await expect(get(client, host)).rejects.toMatchObject({
      code,
      suggestions: [expect.any(String)],
    });
    expect(client.waits).toEqual([500, 1000, 2000].slice(0, retries));
  });
  it('succeeds after three failures', async () => {
    let count = 0;
    const host = await serve((_request, response) =>
      ++count <= 3 ? send(response, 503) : ok(response),
    );
    expect((await get(connect(host), host)).bytes).toEqual(manifest);
  });
  it('counts requests, those that failed, and second tries for the record of the run', async () => {
    let count = 0;
    const host = await serve((request, response) => {
      count += 1;
      if (count === 1) return request.socket.destroy();
      return count === 2 ? send(response, 503) : ok(response);
    });
    const counts = new Map<string, number>();
    const counting: Run = {
      ...run,
      onProgress: (event) => {
        if (event.kind === 'counted')
          counts.set(event.what, (counts.get(event.what) ?? 0) + event.by);
      },
    };
    await connect(host).manifest(at(host), 'v1', counting);
    expect(Object.fromEntries(counts)).toEqual({ requests: 3, failedRequests: 2, retries: 2 });
  });
  it('waits as long as the registry asks', async () => {
    let count = 0;
    const host = await serve((_request, response) =>
      ++count === 1 ? send(response, 429, { 'retry-after': '7' }) : ok(response),
    );
    const client = connect(host);
    await get(client, host);
    expect(client.waits).toEqual([7000]);
  });
  it('does not wait for hours', async () => {
    const host = await serve((_request, response) =>
      send(response, 429, { 'retry-after': '7200' }),
    );
    const client = connect(host);
    await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_RATE_LIMIT' });
    expect(client.waits).toEqual([]);
  });
  it('tries again when the connection is reset', async () => {
    let count = 0;
    const host = await serve((request, response) =>
      ++count === 1 ? request.socket.destroy() : ok(response),
    );
    expect((await get(connect(host), host)).bytes).toEqual(manifest);
  });
  it('names a registry that is not there', async () => {
    await expect(get(connect('127.0.0.1:1'), '127.0.0.1:1')).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
  });
  it.each(['before', 'inside'])(
    'names a registry that falls silent %s the answer',
    async (when) => {
      const host = await serve((_request, response) => {
        if (when === 'inside') response.writeHead(200, { 'content-length': '20' }).write('{');
      });
      const client = connect(host, {
        stallTimeoutMs: 100,
        overrides: { [host]: `http://${host}` },
      });
      await expect(get(client, host)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
    },
  );
  it('stops at once when interrupted', async () => {
    const controller = new AbortController();
    const host = await serve(() => controller.abort(new Error('enough')));
    const client = connect(host);
    await expect(client.manifest(at(host), 'v1', { signal: controller.signal })).rejects.toThrow(
      'enough',
    );
  });
});

describe('content', () => {
  it.each([
    ['a manifest of another digest', digestOf('other'), {}],
    ['a digest header that lies', 'v1', { 'docker-content-digest': digestOf('other') }],
  ])('refuses %s', async (_name, wanted, headers) => {
    const host = await serve((_request, response) => send(response, 200, headers, manifest));
    await expect(connect(host).manifest(at(host), wanted, run)).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
    });
  });
  it.each(['announced', 'not announced'])('refuses a huge manifest, its length %s', async (how) => {
    const huge = Buffer.alloc((4 << 20) + 1, 0x20);
    const host = await serve((_request, response) => {
      if (how === 'announced')
        send(response, 200, { 'content-length': String(huge.byteLength) }, huge);
      else {
        response.writeHead(200);
        response.write(huge.subarray(1));
        response.end(huge);
      }
    });
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_DOCUMENT' });
  });
  it('frees pieces that are given back, and no other', async () => {
    const host = await serve((_request, response) => send(response, 200, {}, content));
    const client = connect(host);
    const source = client.blobUnchecked(at(host), blob, run);
    const kept: Uint8Array[] = [];
    let freed = 0;
    for await (const chunk of source) {
      kept.push(Buffer.from(chunk));
      source.recycle?.(chunk);
      if (chunk.byteLength === 0) freed += 1;
    }
    expect(Buffer.concat(kept)).toEqual(content);
    expect(freed).toBeGreaterThan(0);
    expect(await read(client, host)).toEqual(content);
  });

  it('refuses an encoding that was not asked for', async () => {
    const host = await serve((_request, response) =>
      send(response, 200, { 'content-encoding': 'gzip' }, manifest),
    );
    await expect(get(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it.each([
    ['as promised', content, undefined],
    ['too short', content.subarray(1), 'REGISTRY_DIGEST'],
    ['too long', Buffer.concat([content, content]), 'REGISTRY_DIGEST'],
    ['of other content', Buffer.from('y'.repeat(300_000)), 'REGISTRY_DIGEST'],
  ])('reads a blob %s', async (_name, served, code) => {
    const host = await serve((_request, response) => send(response, 200, {}, served));
    const bytes = read(connect(host), host);
    if (code === undefined) expect((await bytes).equals(content)).toBe(true);
    else await expect(bytes).rejects.toMatchObject({ code });
  });
  it.each([
    ['goes on where a connection broke', true],
    ['starts over where ranges are ignored', false],
  ])('%s', async (_name, ranges) => {
    const asked: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      const { range } = request.headers;
      asked.push(range);
      const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      if (asked.length === 1) {
        response.writeHead(200, { 'content-length': String(content.byteLength) });
        response.write(content.subarray(0, 100_000), () =>
          setTimeout(() => request.socket.destroy(), 50),
        );
      } else if (ranges) send(response, 206, {}, content.subarray(start));
      else send(response, 200, {}, content);
    });
    expect((await read(connect(host), host)).equals(content)).toBe(true);
    expect(asked).toEqual([undefined, 'bytes=100000-']);
  });
  it('goes on over a bad line as long as a mebibyte comes through each time', async () => {
    const large = Buffer.from('0123456789abcdef'.repeat((8 << 20) / 16));
    const step = (1 << 20) + 1000;
    const host = await serve((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const rest = large.subarray(start);
      response.writeHead(start === 0 ? 200 : 206, { 'content-length': String(rest.byteLength) });
      if (rest.byteLength <= step) response.end(rest);
      else
        response.write(rest.subarray(0, step), () =>
          setTimeout(() => request.socket.destroy(), 20),
        );
    });
    const expected = { digest: digestOf(large), size: large.byteLength };
    expect((await read(connect(host), host, expected)).equals(large)).toBe(true);
  });
  it('gives up on a blob that always breaks', async () => {
    const host = await serve((request, response) => {
      response.writeHead(200, { 'content-length': String(content.byteLength) });
      response.write('x', () => setTimeout(() => request.socket.destroy(), 5));
    });
    await expect(read(connect(host), host)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });
});

describe('redirects and hosts', () => {
  it('sends no credentials to another origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      send(response, 200, {}, content);
    });
    const host = await serve((request, response) => {
      if (request.headers.authorization === undefined)
        send(response, 401, { 'www-authenticate': 'Basic' });
      else send(response, 307, { location: `http://${other}/elsewhere` });
    });
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    expect((await read(client, host)).equals(content)).toBe(true);
    expect(seen).toEqual([undefined]);
  });
  it('answers no challenge of another origin', async () => {
    const other = await serve((_request, response) =>
      send(response, 401, { 'www-authenticate': 'Basic' }),
    );
    const host = await serve((_request, response) =>
      send(response, 307, { location: `http://${other}/` }),
    );
    const client = connect(host, { dockerConfigPath: await configFor(login(host)) });
    await expect(read(client, host)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it.each([
    ['in a circle', '/again', 'REGISTRY_ANSWER'],
    ['to another scheme', 'file:///etc/passwd', 'REGISTRY_ANSWER'],
    ['with credentials', 'http://a:b@127.0.0.1/', 'REGISTRY_ANSWER'],
    ['to plain HTTP elsewhere', 'http://registry.example/', 'REGISTRY_PLAIN_HTTP_REFUSED'],
    ['to nowhere', undefined, 'REGISTRY_ANSWER'],
  ])('refuses a redirect %s', async (_name, location, code) => {
    const host = await serve((_request, response) =>
      send(response, 302, location === undefined ? {} : { location }),
    );
    await expect(get(connect(host), host)).rejects.toMatchObject({ code });
  });
  it('refuses a redirect from elsewhere to this machine', async () => {
    const host = await serve((_request, response) =>
      send(response, 302, { location: 'http://127.0.0.1:1/' }),
    );
    const name = `registry.example:${host.split(':')[1]}`;
    const client = connect(name, { plainHttp: [name], lookup: toLoopback });
    await expect(get(client, name)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
  });
  it('refuses plain HTTP for a name that is not loopback, unless it is listed', async () => {
    const host = await serve((_request, response) => ok(response));
    const name = `registry.example:${host.split(':')[1]}`;
    await expect(get(connect(name, { lookup: toLoopback }), name)).rejects.toMatchObject({
      code: 'REGISTRY_PLAIN_HTTP_REFUSED',
    });
    const listed = connect(name, { lookup: toLoopback, plainHttp: [name] });
    expect((await get(listed, name)).bytes).toEqual(manifest);
  });
  it('contacts no host that is not listed', async () => {
    await expect(get(connect('ghcr.io'), 'docker.io')).rejects.toMatchObject({
      code: 'REGISTRY_HOST_REFUSED',
    });
  });
  it('contacts the overriding host instead, which must be listed', async () => {
    const host = await serve((_request, response) => ok(response));
    const client = connect(host, { overrides: { 'ghcr.io': host } });
    expect((await get(client, 'ghcr.io')).bytes).toEqual(manifest);
    await expect(
      get(connect('ghcr.io', { overrides: { 'ghcr.io': host } }), 'ghcr.io'),
    ).rejects.toMatchObject({ code: 'REGISTRY_HOST_REFUSED' });
  });
  it.each(['http://registry.example', 'a/b'])('refuses the override %s', async (target) => {
    const client = connect('registry.example', { overrides: { 'ghcr.io': target } });
    const code = target === 'a/b' ? 'REGISTRY_HOST_REFUSED' : 'REGISTRY_PLAIN_HTTP_REFUSED';
    await expect(get(client, 'ghcr.io')).rejects.toMatchObject({ code });
  });
});

const toLoopback: NonNullable<RegistryClientOptions['lookup']> = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
