import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { heldContent } from '../../ports/blob-store.ts';
import { PushTarget } from './registry-target.ts';

const run = { signal: new AbortController().signal };
const content = Buffer.alloc(3_000_000, 'abcdefg');
const large = Buffer.alloc(5_000_000, 'abcdefg');
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Listens on a port of this machine. */
async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** A registry that keeps what it has of an upload, and breaks as often as it is told. */
async function serve(breaks: number, keeps: boolean, takes = 500_000) {
  const asked: string[] = [];
  let kept = Buffer.alloc(0);
  let left = breaks;
  const host = await listen((request, response) => {
    const { method, url = '' } = request;
    asked.push(`${method} ${request.headers['content-range'] ?? ''}`.trim());
    const location = '/v2/team/app/blobs/uploads/1?state=secret';
    if (method === 'HEAD') return void response.writeHead(404).end();
    if (method === 'POST') {
      kept = Buffer.alloc(0);
      return void response.writeHead(202, { location }).end();
    }
    if (method === 'GET') {
      if (!keeps) return void response.writeHead(404).end();
      const headers = { location, range: `0-${kept.length - 1}` };
      return void response.writeHead(204, headers).end();
    }
    if (method === 'PUT') {
      const right =
        url.includes('digest=sha256') && [content, large].some((each) => kept.equals(each));
      return void response.writeHead(right ? 201 : 400).end();
    }
    const broken = left-- > 0;
    const from = kept.length;
    request.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk]);
      if (broken && kept.length > from + takes) request.socket.destroy();
    });
    request.on('end', () => response.writeHead(202, { location }).end());
  });
  const target = new PushTarget(host, { sleep: async () => undefined });
  return { target, asked };
}

describe('an upload', () => {
  it('goes on where it broke, where the registry keeps what it has', async () => {
    const { target, asked } = await serve(2, true);
    expect(await target.pushBlob('team/app', heldContent(content), [], run)).toBe('uploaded');
    const sent = asked.filter((question) => question.startsWith('PATCH'));
    expect(sent[0]).toBe('PATCH 0-2999999');
    for (const question of sent.slice(1)) {
      const from = Number(/^PATCH (\d+)-2999999$/.exec(question)?.[1]);
      expect(from).toBeGreaterThan(500_000);
    }
    expect(asked.filter((question) => question === 'POST').length).toBe(1);
  });
  it('begins anew where the registry gave it up', async () => {
    const { target, asked } = await serve(1, false);
    expect(await target.pushBlob('team/app', heldContent(content), [], run)).toBe('uploaded');
    expect(asked.filter((question) => question === 'POST').length).toBe(2);
  });
  it('that always breaks is given up, and its address is not told', async () => {
    const { target } = await serve(99, false);
    const failed: unknown = await target
      .pushBlob('team/app', heldContent(content), [], run)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('tried 4 times'),
    });
    expect(String(failed)).not.toContain('secret');
  });
  it('goes on over a bad line as long as a mebibyte comes through each time', async () => {
    const { target } = await serve(4, true, 2 ** 20);
    expect(await target.pushBlob('team/app', heldContent(large), [], run)).toBe('uploaded');
  });
  it('is not waited for longer than registries are granted', async () => {
    const waits: number[] = [];
    const host = await listen(({ method }, response) => {
      const location = '/v2/team/app/blobs/uploads/1';
      if (method === 'HEAD') response.writeHead(404).end();
      else if (method === 'POST') response.writeHead(202, { location }).end();
      else response.writeHead(503, { 'retry-after': '3600' }).end();
    });
    const target = new PushTarget(host, { sleep: async (delayMs) => void waits.push(delayMs) });
    await expect(target.pushBlob('team/app', heldContent(content), [], run)).rejects.toMatchObject({
      message: expect.stringContaining('more than 120 s are not waited'),
    });
    expect(waits).toEqual([]);
  });
  it('that leads to another server takes no login there', async () => {
    const seen: (string | undefined)[] = [];
    const other = await listen(({ headers, method }, response) => {
      seen.push(headers.authorization);
      const location = '/elsewhere';
      response.writeHead(method === 'PUT' ? 201 : 202, { location }).end();
    });
    const host = await listen(({ method, headers }, response) => {
      const location = `http://${other}/elsewhere`;
      if (headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      else if (method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location }).end();
    });
    const login = { host, username: 'me', password: 'secret' };
    const target = new PushTarget(host, { login });
    expect(await target.pushBlob('team/app', heldContent(Buffer.from('x')), [], run)).toBe(
      'uploaded',
    );
    expect(seen).toEqual([undefined, undefined]);
  });
  it('is not led to plain HTTP elsewhere', async () => {
    const host = await listen(({ method }, response) => {
      const location = 'http://registry.example/upload';
      response.writeHead(method === 'HEAD' ? 404 : 202, { location }).end();
    });
    const target = new PushTarget(host, { sleep: async () => undefined });
    await expect(target.pushBlob('team/app', heldContent(content), [], run)).rejects.toMatchObject({
      code: 'REGISTRY_PLAIN_HTTP_REFUSED',
    });
  });
});
