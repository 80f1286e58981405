import { afterEach, describe, expect, it } from 'vitest';
import {
  at,
  blob,
  connect,
  content,
  endRegistries,
  get,
  manifest,
  read,
  send,
  serve,
} from '../../../test/support/scripted-registry.ts';
import { digestOf } from '../../oci/digest.ts';
import type { Run } from '../../support/run.ts';

const run: Run = { signal: new AbortController().signal };
afterEach(endRegistries);

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

  it.each([
    ['its rest', 1, content.subarray(1), 1],
    ['nothing behind its end', content.byteLength, Buffer.alloc(0), 0],
    ['nothing far behind its end', content.byteLength + 7, Buffer.alloc(0), 0],
  ])('gives of a blob %s', async (_name, offset, expected, requests) => {
    let asked = 0;
    const host = await serve((_request, response) => {
      asked += 1;
      send(response, 200, {}, content);
    });
    const rest = connect(host).blobUnchecked(at(host), blob, run, offset);
    const chunks: Uint8Array[] = [];
    for await (const chunk of rest) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).equals(expected)).toBe(true);
    expect(asked).toBe(requests);
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
    const client = connect(host);
    await expect(read(client, host)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('tried 4 times'),
    });
    expect(client.waits).toEqual([500, 1000, 2000]);
  });
  it.each([
    ['begins anew where the rest is not given', {}, undefined],
    ['refuses a rest that begins too late', { start: 200_000 }, /goes on at byte 200000, asked/],
    ['refuses a rest of another length', { extra: 1 }, /it has 300001 bytes, promised were 300000/],
  ])('%s', async (_name, rest: { start?: number; extra?: number }, message) => {
    const asked: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      const { range } = request.headers;
      asked.push(range);
      if (asked.length === 1) {
        response.writeHead(200, { 'content-length': String(content.byteLength) });
        response.write(content.subarray(0, 100_000), () => response.destroy());
      } else if (range === undefined) send(response, 200, {}, content);
      else if (message === undefined) send(response, 416);
      else {
        const start = rest.start ?? 100_000;
        const length = content.byteLength - start + (rest.extra ?? 0);
        const headers = { 'content-range': `bytes ${start}-`, 'content-length': String(length) };
        send(response, 206, headers, Buffer.alloc(length));
      }
    });
    if (message === undefined) {
      expect((await read(connect(host), host)).equals(content)).toBe(true);
      expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=/), undefined]);
      return;
    }
    await expect(read(connect(host), host)).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
      message: expect.stringMatching(message),
    });
  });
});
