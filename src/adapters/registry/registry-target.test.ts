import { afterEach, describe, expect, it } from 'vitest';
import {
  endRegistries,
  type Handler,
  manifest,
  send,
  serve,
} from '../../../test/support/scripted-registry.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { PushTarget } from './registry-target.ts';

const run = { signal: new AbortController().signal };
const document = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(manifest),
  bytes: manifest,
};
afterEach(endRegistries);

/** A registry by its answers, with the methods it was asked by. */
async function targetWith(handler: Handler, stallTimeoutMs = 60_000) {
  const asked: string[] = [];
  const host = await serve((request, response, url) => {
    asked.push(`${request.method}`);
    handler(request, response, url);
  });
  const sleep = async (): Promise<void> => undefined;
  return { target: new PushTarget(host, { sleep, stallTimeoutMs }), asked };
}

describe('a registry that is pushed to', () => {
  it('holds what was put, or that is told', async () => {
    let stands: Uint8Array = manifest;
    const { target } = await targetWith((request, response) =>
      request.method === 'PUT' ? send(response, 201) : send(response, 200, {}, stands),
    );
    await target.pushDocument('team/app', document, 'v1', run);
    stands = Buffer.from('{"schemaVersion":3}');
    await expect(target.pushDocument('team/app', document, 'v1', run)).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
    });
  });

  it('is asked for the digest of a tag, and for the content only where it does not say', async () => {
    let says: Record<string, string> = { 'docker-content-digest': document.digest };
    const { target, asked } = await targetWith((_request, response) =>
      send(response, 200, says, manifest),
    );
    expect(await target.find('team/app', 'v1', run)).toBe(document.digest);
    expect(asked.slice(-1)).toEqual(['HEAD']);
    says = {};
    expect(await target.find('team/app', 'v1', run)).toBe(document.digest);
    expect(asked.slice(-2)).toEqual(['HEAD', 'GET']);
  });

  it.each<[string, Record<string, string>, string, boolean]>([
    ['a page', { 'content-type': 'text/html' }, '<title>Hello</title>', false],
    ['an empty document', {}, '{}', true],
    ['nothing', {}, '', true],
    ['the name of its interface', { 'docker-distribution-api-version': 'registry/2.0' }, 'x', true],
  ])('says so with %s', async (_name, headers, body, isRegistry) => {
    const { target } = await targetWith((_request, response) => send(response, 200, headers, body));
    if (isRegistry) return target.preflight(run);
    await expect(target.preflight(run)).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
      message: expect.stringContaining("page 'Hello'"),
    });
  });

  it('that takes nothing more of an upload is not waited for without end', async () => {
    const { target } = await targetWith(({ method }, response) => {
      if (method === 'PATCH') return; // read and answered by nobody
      if (method === 'GET') return send(response, 403);
      send(response, method === 'HEAD' ? 404 : 202, { location: '/upload' });
    }, 250);
    const chunk = Buffer.alloc(2 ** 20);
    const content = {
      ...{ digest: digestOf('never compared'), size: 64 * chunk.length },
      async *open() {
        for (let count = 0; count < 64; count += 1) yield chunk;
      },
    };
    await expect(target.pushBlob('team/app', content, [], run)).rejects.toMatchObject({
      code: 'REGISTRY_FORBIDDEN',
    });
  });
});
