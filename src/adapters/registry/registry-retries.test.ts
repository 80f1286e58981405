import { afterEach, describe, expect, it } from 'vitest';
import {
  at,
  connect,
  endRegistries,
  get,
  manifest,
  ok,
  send,
  serve,
} from '../../../test/support/scripted-registry.ts';
import type { Run } from '../../support/run.ts';

const run: Run = { signal: new AbortController().signal };
afterEach(endRegistries);

describe('refusals and retries', () => {
  it.each([
    [404, 'REGISTRY_NOT_FOUND', 0],
    [403, 'REGISTRY_FORBIDDEN', 0],
    [418, 'REGISTRY_ANSWER', 0],
    [500, 'REGISTRY_ANSWER', 3],
    [501, 'REGISTRY_ANSWER', 0],
    [408, 'REGISTRY_TIMEOUT', 3],
    [504, 'REGISTRY_TIMEOUT', 3],
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
