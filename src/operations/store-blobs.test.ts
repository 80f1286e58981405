import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connect,
  content,
  endRegistries,
  send,
  serve,
} from '../../test/support/scripted-registry.ts';
import { FsBlobStore } from '../adapters/fs/blob-store.ts';
import { ManifestReader } from '../adapters/registry/manifest-reader.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { ContentFollower } from '../ports/sbom-generator.ts';
import type { ProgressEvent, Run } from '../support/run.ts';
import { storeBlobs } from './store-blobs.ts';

const blob = { digest: digestOf(content), size: content.byteLength };
const half = blob.size / 2;
let folder = '';
let store: FsBlobStore;
let told: ProgressEvent[] = [];
const run: Run = {
  signal: new AbortController().signal,
  onProgress: (event) => void told.push(event),
};
const notes = (): readonly string[] =>
  told.flatMap((event) => (event.kind === 'note' ? [event.message] : []));

beforeEach(async () => {
  told = [];
  folder = await mkdtemp(join(tmpdir(), 'cowa-store-blobs-'));
  store = new FsBlobStore(join(folder, 'blobs'));
});
afterEach(async () => {
  await endRegistries();
  await rm(folder, { recursive: true });
});

/** The blob of a registry, as a run finds it that knows nothing of those before. */
function remote(host: string): BlobSource {
  const client = connect(host);
  return new ManifestReader(client, undefined).remote({ registry: host, repository: 'a' }, blob);
}

const step = { name: 'images', title: () => 'images' };
const fetched = (source: BlobSource, more = {}) =>
  storeBlobs([source], store, { ...step, ...more }, run);

/** A registry that gives one half, and no more as long as it is told so. */
async function cutRegistry(body = content) {
  const state = { cut: true, ranges: [] as (string | undefined)[] };
  const host = await serve(({ headers }, response, { pathname }) => {
    if (!pathname.includes('/blobs/')) return send(response, 404);
    state.ranges.push(headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const given = body.subarray(from);
    const head = { 'content-length': String(given.length) };
    const range = { ...head, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` };
    response.writeHead(from === 0 ? 200 : 206, from === 0 ? head : range);
    if (!state.cut) return void response.end(given);
    if (from >= half) return void response.destroy();
    response.write(given.subarray(0, half), () => response.destroy());
  });
  return { host, state };
}

/** Of a file of its cache, its first byte. */
const spoil = (): Promise<void> => {
  const hex = hexOf(blob.digest);
  return writeFile(join(folder, 'blobs', 'sha256', hex.slice(0, 2), hex), 'y', { flag: 'r+' });
};

describe('content that is cut', () => {
  it('is gone on with by the next run, which asks only for the rest', async () => {
    const { host, state } = await cutRegistry();
    await expect(fetched(remote(host))).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    state.cut = false;
    state.ranges = [];
    const { fetched: figures } = await fetched(remote(host));
    expect(state.ranges).toEqual([`bytes=${half}-`]);
    expect(figures).toEqual({ blobs: 1, bytes: blob.size });
    expect(notes().at(-1)).toMatch(/goes on behind the 146\.5 KiB of 293\.0 KiB/);
    expect(await store.find(blob.digest)).toBe(blob.size);
    expect(told.findLast(({ kind }) => kind === 'step-progress')).toMatchObject({
      bytes: blob.size,
    });
  });

  it('is thrown away where the rest does not fit, and fetched from its beginning', async () => {
    const { host } = await cutRegistry(Buffer.alloc(blob.size, 'z'));
    await expect(fetched(remote(host))).rejects.toThrow();
    const good = await cutRegistry();
    good.state.cut = false;
    await fetched(remote(good.host));
    expect(good.state.ranges).toEqual([`bytes=${half}-`, undefined]);
  });

  it('is shown to a follower from its beginning, or not at all', async () => {
    const { host, state } = await cutRegistry();
    const ends: string[] = [];
    const follow = (): ContentFollower => ({
      offer: async (_chunk, release) => release(),
      end: () => void ends.push('ended'),
      fail: () => void ends.push('failed'),
    });
    await expect(fetched(remote(host), { follow })).rejects.toThrow();
    state.cut = false;
    await fetched(remote(host), { follow });
    expect(ends).toEqual(['failed']);
  });
});

describe('content that is read again', () => {
  it('is fetched anew where it is damaged, and told', async () => {
    const { host, state } = await cutRegistry();
    state.cut = false;
    await fetched(remote(host));
    await spoil();
    expect((await fetched(remote(host))).fetched.blobs).toBe(0);
    const { fetched: figures } = await fetched(remote(host), { readAgain: true });
    expect(figures).toEqual({ blobs: 1, bytes: blob.size });
    expect(notes().at(-1)).toContain(`the cached ${blob.digest} was damaged`);
    expect((await fetched(remote(host), { readAgain: true })).fetched.blobs).toBe(0);
  });

  it('is named, with what to do, where it cannot be had anew', async () => {
    const { host, state } = await cutRegistry();
    state.cut = false;
    await fetched(remote(host));
    await spoil();
    state.cut = true;
    await expect(fetched(remote(host), { readAgain: true })).rejects.toMatchObject({
      code: 'BLOB_DAMAGED',
      exitCode: 4,
      message: expect.stringContaining(`the cached ${blob.digest} was damaged and is removed`),
      suggestions: expect.arrayContaining([expect.stringContaining('images pull')]),
    });
  });
});
