import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebExpectation } from '../../ports/web-source.ts';
import { WebFiles, type WebFilesOptions } from './web-files.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, asked: number) => void;

const run = { signal: new AbortController().signal };
const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 251));
const etag = '"v1"';
const servers: Server[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function serve(handler: Handler): Promise<string> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    handler(request, response, asked);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

async function fetched(
  host: string,
  expected: Partial<WebExpectation> = {},
  options: Partial<WebFilesOptions> = {},
): Promise<{ readonly bytes: Buffer; readonly waits: readonly number[] }> {
  const waits: number[] = [];
  const files = new WebFiles({
    hosts: [host],
    sleep: async (delayMs) => void waits.push(delayMs),
    random: () => 0.5,
    stallTimeoutMs: 1_000,
    ...options,
  });
  const chunks = files.open(`http://${host}/file`, { maxBytes: 1 << 20, ...expected }, run);
  return { bytes: Buffer.concat(await Array.fromAsync(chunks)), waits };
}

/** The file from where it is asked for, cut off after some bytes; ranges as RFC 9110 has them. */
function ranged(
  response: ServerResponse,
  range: string | undefined,
  {
    cutAfter,
    body = content,
    headers = { etag },
  }: { cutAfter?: number; body?: Buffer; headers?: object },
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const rest = body.subarray(from);
  response.writeHead(range === undefined ? 200 : 206, {
    'content-length': rest.length,
    ...(range === undefined
      ? {}
      : { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    ...headers,
  });
  if (cutAfter === undefined) response.end(rest);
  else response.write(rest.subarray(0, cutAfter), () => response.destroy());
}

describe('a connection that breaks', () => {
  it('is taken up where it broke, for the same version of the file only', async () => {
    const asked: (string | undefined)[] = [];
    const host = await serve(({ headers }, response, at) => {
      asked.push(`${headers.range ?? 'all'} ${String(headers['if-range'] ?? '-')}`);
      ranged(response, headers.range, at === 1 ? { cutAfter: 100_000 } : {});
    });
    expect((await fetched(host)).bytes.equals(content)).toBe(true);
    expect(asked[0]).toBe('all -');
    expect(asked[1]).toMatch(/^bytes=\d+- "v1"$/);
  });

  it('is taken up from a server that starts over', async () => {
    const host = await serve((_request, response, at) =>
      ranged(response, undefined, at === 1 ? { cutAfter: 100_000 } : {}),
    );
    expect((await fetched(host)).bytes.equals(content)).toBe(true);
  });

  it.each([
    ['another version', { headers: { etag: '"v2"' } }],
    ['another length', { body: content.subarray(1) }],
  ])('is refused where it would go on with %s', async (_name, second) => {
    const host = await serve(({ headers }, response, at) =>
      ranged(response, headers.range, at === 1 ? { cutAfter: 100_000 } : second),
    );
    await expect(fetched(host)).rejects.toMatchObject({ code: 'FETCH_CHANGED' });
  });

  it('is not taken up where nothing tells the version, unless a digest will', async () => {
    const handler: Handler = ({ headers }, response, at) =>
      ranged(response, headers.range, { headers: {}, ...(at === 1 ? { cutAfter: 100_000 } : {}) });
    await expect(fetched(await serve(handler))).rejects.toMatchObject({
      code: 'FETCH_UNREACHABLE',
    });
    expect((await fetched(await serve(handler), { pinned: true })).bytes.equals(content)).toBe(
      true,
    );
  });

  it('is given up after four breaks without progress', async () => {
    let asked = 0;
    const host = await serve((_request, response, at) => {
      asked = at;
      response.socket?.destroy();
    });
    await expect(fetched(host)).rejects.toMatchObject({ code: 'FETCH_UNREACHABLE' });
    expect(asked).toBe(4);
  });
});

describe('what is held already', () => {
  it('is not asked for again', async () => {
    const host = await serve(({ headers }, response) => ranged(response, headers.range, {}));
    const { bytes } = await fetched(host, { offset: 299_000, pinned: true });
    expect(bytes.equals(content.subarray(299_000))).toBe(true);
  });

  it('is not gone on with where the server begins elsewhere', async () => {
    const host = await serve((_request, response) => ranged(response, 'bytes=200000-', {}));
    const held = fetched(host, { offset: 100_000, pinned: true });
    await expect(held).rejects.toMatchObject({ code: 'FETCH_CHANGED' });
  });

  it('may be all there is', async () => {
    const host = await serve((_request, response) =>
      response.writeHead(416, { 'content-range': 'bytes */300000' }).end(),
    );
    expect((await fetched(host, { offset: 300_000, pinned: true })).bytes.length).toBe(0);
    await expect(fetched(host, { offset: 5, pinned: true })).rejects.toMatchObject({
      code: 'FETCH_ANSWER',
    });
  });
});

describe('answers', () => {
  it.each([
    [404, 'FETCH_NOT_FOUND', 1],
    [401, 'FETCH_UNAUTHORIZED', 1],
    [403, 'FETCH_FORBIDDEN', 1],
    [501, 'FETCH_ANSWER', 1],
    [429, 'FETCH_RATE_LIMIT', 4],
    [503, 'FETCH_ANSWER', 4],
  ])('%i is %s after %i tries', async (status, code, tries) => {
    let asked = 0;
    const host = await serve((_request, response, at) => {
      asked = at;
      response.writeHead(status).end();
    });
    await expect(fetched(host)).rejects.toMatchObject({ code });
    expect(asked).toBe(tries);
  });

  it('waits as long as it is asked to, within reason', async () => {
    const answering = (after: string): Promise<string> =>
      serve(({ headers }, response, at) =>
        at === 1
          ? response.writeHead(429, { 'retry-after': after }).end()
          : ranged(response, headers.range, {}),
      );
    expect((await fetched(await answering('7'))).waits).toEqual([7000]);
    const [wait] = (await fetched(await answering(new Date(Date.now() + 60_000).toUTCString())))
      .waits;
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    await expect(fetched(await answering('9999'))).rejects.toMatchObject({
      code: 'FETCH_RATE_LIMIT',
    });
  });

  it.each([
    ['ends early', 'FETCH_INCOMPLETE', { 'content-range': 'bytes 0-9/300000' }, 206],
    ['says nothing of its length and goes on', 'FETCH_LIMIT', {}, 200],
  ])('a file that %s is %s', async (_name, code, headers, status) => {
    const host = await serve((_request, response) => {
      response.writeHead(status, headers);
      response.end(status === 206 ? content.subarray(0, 10) : content);
    });
    await expect(fetched(host, { maxBytes: 1000 })).rejects.toMatchObject({ code });
  });

  it('logs in where a server wants it, with what Docker knows of the host', async () => {
    const wanted = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const host = await serve(({ headers }, response) =>
      headers.authorization === wanted
        ? ranged(response, headers.range, {})
        : response.writeHead(401).end(),
    );
    const folder = await mkdtemp(join(tmpdir(), 'cowa-web-'));
    folders.push(folder);
    const dockerConfigPath = join(folder, 'config.json');
    const auth = Buffer.from('me:secret').toString('base64');
    await writeFile(dockerConfigPath, JSON.stringify({ auths: { [host]: { auth } } }));
    expect((await fetched(host, {}, { dockerConfigPath })).bytes.equals(content)).toBe(true);
  });
});

describe('what is wrong on our side or on the way', () => {
  it('is a server that says nothing', async () => {
    const host = await serve(() => undefined);
    await expect(fetched(host, {}, { stallTimeoutMs: 20 })).rejects.toMatchObject({
      code: 'FETCH_TIMEOUT',
    });
  });

  it('is an authority that cannot be read', async () => {
    const caFile = join(tmpdir(), 'cowa-no-such-authority.pem');
    await expect(fetched('127.0.0.1:1', {}, { caFile })).rejects.toMatchObject({
      code: 'FETCH_TLS',
    });
  });

  it('is a login that cannot be understood', async () => {
    const host = await serve((_request, response) => response.writeHead(401).end());
    const folder = await mkdtemp(join(tmpdir(), 'cowa-web-'));
    folders.push(folder);
    const dockerConfigPath = join(folder, 'config.json');
    await writeFile(dockerConfigPath, '{');
    await expect(fetched(host, {}, { dockerConfigPath })).rejects.toMatchObject({
      code: 'FETCH_CREDENTIALS',
    });
  });
});

describe('addresses', () => {
  const open = (address: string, options: Partial<WebFilesOptions>): Promise<Uint8Array[]> =>
    Array.fromAsync(new WebFiles({ hosts: [], ...options }).open(address, { maxBytes: 10 }, run));

  it.each([
    ['a host nobody declared', 'https://example.com/x', [], 'FETCH_HOST_REFUSED'],
    ['a scheme files do not come by', 'ftp://example.com/x', ['*'], 'FETCH_HOST_REFUSED'],
    ['a user in the address', 'https://me@example.com/x', ['*'], 'FETCH_HOST_REFUSED'],
    ['no address', 'https://', ['*'], 'FETCH_HOST_REFUSED'],
    ['plain HTTP to a host elsewhere', 'http://example.com/x', ['*'], 'FETCH_PLAIN_HTTP_REFUSED'],
  ])('refuse %s', async (_name, address, hosts, code) => {
    await expect(open(address, { hosts })).rejects.toMatchObject({ code });
  });

  it('are asked where an override says', async () => {
    const host = await serve(({ headers }, response) => ranged(response, headers.range, {}));
    const files = new WebFiles({ hosts: [host], overrides: { 'example.com': `http://${host}` } });
    const chunks = files.open('https://example.com/file', { maxBytes: 1 << 20 }, run);
    expect(Buffer.concat(await Array.fromAsync(chunks)).equals(content)).toBe(true);
  });

  it('are not followed out of TLS or to this machine', async () => {
    const host = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://example.com/x' }).end(),
    );
    await expect(fetched(host)).rejects.toMatchObject({ code: 'FETCH_PLAIN_HTTP_REFUSED' });
  });
});
