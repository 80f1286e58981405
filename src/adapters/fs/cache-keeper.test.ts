import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { FsBlobStore } from './blob-store.ts';
import { FsCacheKeeper } from './cache-keeper.ts';
import { enterCache, holdCache } from './cache-use.ts';
import { FsFrameStore } from './frame-store.ts';

const run = { signal: new AbortController().signal };
const hex = 'ab'.repeat(32);
/** Above the largest number a process can have. */
const gone = 4_194_305;
let folder = '';
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-cache-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function place(path: string, content = 'x', ageMs = 0): Promise<string> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  const time = new Date(Date.now() - ageMs);
  await utimes(full, time, time);
  return full;
}

/** Another process that works with the sources; it fails when the script throws. */
function other(script: string): ChildProcess {
  const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const text = `
    import { FsBlobStore } from ${at('./blob-store.ts')};
    import { FsCacheKeeper } from ${at('./cache-keeper.ts')};
    import { pruneCache } from ${at('../../operations/prune-cache.ts')};
    import { digestOf } from ${at('../../oci/digest.ts')};
    const folder = ${JSON.stringify(folder)};
    const run = { signal: new AbortController().signal };
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

describe('what a cache holds', () => {
  it.each([
    { path: `blobs/sha256/ab/${hex}`, kind: 'blobs' },
    { path: `frames/ab/${hex}.raw8m-zstd152-l3-v1`, kind: 'frames' },
    { path: `records/${hex}`, kind: 'records' },
    { path: `records/component-${hex}`, kind: 'records' },
    { path: `builds/${hex}`, kind: 'builds' },
    { path: `builds/${hex}-buildah`, kind: 'builds' },
    { path: `signatures/${hex}/${hex}.json`, kind: 'signatures' },
    { path: `blobs/incoming/${gone}.0123456789abcdef`, kind: 'leftovers' },
    { path: `blobs/incoming/${process.pid}.0123456789abcdef`, kind: 'other' },
    { path: `frames/ab/${hex}.raw8m-v1.${gone}.01234567.partial`, kind: 'leftovers' },
    { path: `records/${hex}.${gone}.01234567.partial`, kind: 'leftovers' },
    { path: `signatures/${hex}/${hex}.json.${gone}.part`, kind: 'leftovers' },
    { path: 'thesis.doc', kind: 'other' },
    { path: `blobs/sha256/ab/${hex}.txt`, kind: 'other' },
    { path: `${hex}`, kind: 'other' },
  ])('takes $path for $kind', async ({ path, kind }) => {
    await place(path, 'four');
    expect(await new FsCacheKeeper(folder).list(run)).toMatchObject([{ path, kind, size: 4 }]);
  });

  it.each([
    { owner: gone, kind: 'leftovers' },
    { owner: process.pid, kind: 'engines' },
  ])('takes the folder of a build for $kind', async ({ owner, kind }) => {
    await place(`engines/${owner}.AbC123/context/a`, 'four');
    expect(await new FsCacheKeeper(folder).list(run)).toMatchObject([
      { path: `engines/${owner}.AbC123`, kind, size: 4 },
    ]);
  });

  it('is nothing where there is none, and does not follow links', async () => {
    expect(await new FsCacheKeeper(join(folder, 'none')).list(run)).toEqual([]);
    await place('elsewhere/file');
    await mkdir(join(folder, 'cache'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'cache/blobs'));
    expect(await new FsCacheKeeper(join(folder, 'cache')).list(run)).toEqual([]);
  });
});

describe('an entry', () => {
  it('is sound as it was put, and damaged with one bit flipped', async () => {
    const keeper = new FsCacheKeeper(folder);
    await new FsBlobStore(join(folder, 'blobs')).put(chunks('hello'), {}, run);
    await using frames = await new FsFrameStore(join(folder, 'frames')).record(`${hex}.v1`, run);
    await frames.add({ bytes: Buffer.from('frame'), contentSize: 9 });
    await frames.commit();
    await place(`records/${hex}`);
    const entries = (await keeper.list(run)).filter(({ kind }) => kind !== 'other');
    const healths = () => Promise.all(entries.map((entry) => keeper.check(entry, run)));
    expect(entries.map(({ kind }) => kind)).toEqual(['blobs', 'frames', 'records']);
    expect(await healths()).toEqual(['sound', 'sound', 'unhashed']);
    await place(entries[0]?.path ?? '', 'hellp');
    const frame = entries[1]?.path ?? '';
    await place(frame, Buffer.alloc(53, 1).toString('latin1'));
    expect(await healths()).toEqual(['damaged', 'damaged', 'unhashed']);
    expect((await stat(join(folder, frame))).size).toBe(53);
    await place(frame, '');
    expect((await healths())[1]).toBe('damaged');
    await rm(join(folder, entries[0]?.path ?? ''));
    expect((await healths())[0]).toBe('gone');
  });

  it('is not removed when it was used since it was listed, nor twice', async () => {
    const keeper = new FsCacheKeeper(folder);
    const full = await place(`blobs/sha256/ab/${hex}`, 'x', 7_200_000);
    const [entry] = await keeper.list(run);
    if (entry === undefined) throw new Error('nothing listed');
    await utimes(full, new Date(), new Date());
    expect(await keeper.remove(entry)).toBe(false);
    const [again = entry] = await keeper.list(run);
    expect(await keeper.remove(again)).toBe(true);
    expect(await keeper.remove(again)).toBe(false);
  });

  it('is noted as used when it is found', async () => {
    const content = digestOf('hello');
    const path = `blobs/sha256/${hexOf(content).slice(0, 2)}/${hexOf(content)}`;
    const full = await place(path, 'hello', 7_200_000);
    await new FsBlobStore(join(folder, 'blobs')).find(content);
    expect(Date.now() - (await stat(full)).mtimeMs).toBeLessThan(60_000);
    const frames = new FsFrameStore(join(folder, 'frames'));
    await using recorder = await frames.record(`${hex}.v1`, run);
    await recorder.add({ bytes: Buffer.from('frame'), contentSize: 9 });
    await recorder.commit();
    const frame = join(folder, `frames/ab/${hex}.v1`);
    await utimes(frame, 0, 0);
    for await (const _ of (await frames.open(`${hex}.v1`, run)) ?? []);
    expect(Date.now() - (await stat(frame)).mtimeMs).toBeLessThan(60_000);
  });
});

describe('two processes on one cache', () => {
  const waits = 'await new Promise((done) => setTimeout(done, 60_000));';
  const says = async (child: ChildProcess): Promise<void> => {
    if (child.stdout === null) throw new Error('no pipe');
    await once(child.stdout, 'data');
  };
  const enters = `
    const store = new FsBlobStore(folder + '/blobs');
    await store.put([Buffer.from('x')].values(), {}, run);
    console.log('in');
    ${waits}`;
  const holds = `await new FsCacheKeeper(folder).holdRuns(); console.log('held'); ${waits}`;

  it('a run is seen by a pruning until it ends, also by kill -9', async () => {
    const child = other(enters);
    await says(child);
    expect((await holdCache(folder)).runs).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await holdCache(folder)).runs).toBe(0);
  });

  it('what a killed run left of a download is gone on with, by one of two', async () => {
    const whole = 'x'.repeat(2 ** 20);
    const digest = digestOf(whole);
    const child = other(`
      const store = new FsBlobStore(folder + '/blobs');
      async function* half() {
        yield Buffer.from('x'.repeat(2 ** 19));
        await new Promise((done) => setTimeout(done, 100));
        console.log('half');
        ${waits}
      }
      await store.putResumed(half, { digest: ${JSON.stringify(digest)} }, run);`);
    await says(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const asked: number[] = [];
    const put = () =>
      new FsBlobStore(join(folder, 'blobs')).putResumed(
        (offset) => {
          asked.push(offset);
          return chunks(whole.slice(offset));
        },
        { digest, size: whole.length },
        run,
      );
    expect(await Promise.all([put(), put()])).toEqual([
      { digest, size: whole.length },
      { digest, size: whole.length },
    ]);
    expect(asked.toSorted((a, b) => a - b)).toEqual([0, 2 ** 19]);
    expect(await readdir(join(folder, 'blobs', 'incoming'))).toEqual([]);
  });

  it('a run waits for a pruning, and not for one that was killed', async () => {
    const child = other(holds);
    await says(child);
    const start = performance.now();
    await enterCache(folder, 300);
    expect(performance.now() - start).toBeGreaterThan(200);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const later = performance.now();
    await enterCache(folder, 10_000);
    expect(performance.now() - later).toBeLessThan(5_000);
  });

  it('a marker of another machine counts while it is young', async () => {
    await place(`in-use/run.${gone}.0123456789abcdef`, 'another-machine', 3_600_000);
    await place(`in-use/run.${gone}.0123456789abcdee`, 'another-machine', 48 * 3_600_000);
    expect((await holdCache(folder)).runs).toBe(1);
  });

  it('runs read whole what they found while two prunings take all they may', async () => {
    const prunes = `
      let removed = 0;
      const keeper = new FsCacheKeeper(folder);
      process.on('SIGTERM', () => process.exit(removed > 0 ? 0 : 9));
      for (;;) {
        const limits = { maxAgeMs: 1, maxBytes: 0, nowMs: Date.now() + 7_200_000, dryRun: false };
        removed += (await pruneCache(limits, async () => new Set(), keeper, run)).removed.length;
        await new Promise((done) => setTimeout(done, 40));
      }`;
    const reads = `
      const store = new FsBlobStore(folder + '/blobs');
      const texts = Array.from({ length: 40 }, (_, at) => 'content ' + at);
      for (let round = 0; round < 5; round++) {
        for (const text of texts)
          if ((await store.find(digestOf(text))) === undefined)
            await store.put([Buffer.from(text)].values(), { digest: digestOf(text) }, run);
        for (const text of texts) for await (const _ of store.open(digestOf(text), run)) continue;
      }`;
    const pruners = [other(prunes), other(prunes)];
    for (let at = 0; at < 3; at++) {
      const readers = [other(reads), other(reads)];
      for (const reader of readers)
        if (reader.exitCode === null) expect(await once(reader, 'exit')).toEqual([0, null]);
        else expect(reader.exitCode).toBe(0);
      await new Promise((done) => setTimeout(done, 150));
    }
    const ended = pruners.map((each) => once(each, 'exit'));
    for (const each of pruners) each.kill('SIGTERM');
    const codes = (await Promise.all(ended)).map(([code]) => code);
    expect(codes).toContain(0);
    expect(codes.every((code) => code === 0 || code === 9)).toBe(true);
    expect(
      (await readdir(join(folder, 'in-use'))).filter((name) => name.startsWith('run')),
    ).toEqual([]);
  }, 60_000);
});
