import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryRecordStore } from '../adapters/memory/record-store.ts';
import { type MemoryFile, MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { BuildSourceConfig } from '../config/build-source.ts';
import { CowaError } from '../errors/families.ts';
import { mediaTypes, type Platform } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import type { BuildOrigin } from '../ports/build-record.ts';
import { BuildFailure, type BuildRequest, type ImageBuilder } from '../ports/image-builder.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import type { Workspace } from '../ports/workspace.ts';
import { buildImages } from './build-images.ts';
import { type BuildSource, buildSource } from './build-source.ts';

const run = { signal: new AbortController().signal };
const platform = { os: 'linux', architecture: 'amd64' };
const pin = digestOf('a base');

function imageOf(text: string): Pick<ResolvedImage, 'root' | 'blobs'> {
  const held = heldContent(Buffer.from(text));
  const blob: ImageBlob = { ...held, mediaType: mediaTypes.ociManifest, role: 'manifest' };
  const { digest, size, mediaType } = blob;
  return { root: { digest, size, mediaType }, blobs: [blob] };
}

/** A source over files in memory, with an engine that makes an image out of what it is given. */
function aBuild(
  files: Readonly<Record<string, MemoryFile>>,
  images: BuildSourceConfig['images'],
  more: Partial<BuildSourceConfig> & {
    workspace?: Workspace;
    fails?: string;
    origin?: BuildOrigin;
    epochSeconds?: number;
  } = {},
) {
  const { workspace = new MemoryWorkspace(files), fails, origin = {}, ...others } = more;
  const { epochSeconds = 7, ...config } = others;
  const blobs = new MemoryBlobStore();
  const records = new MemoryRecordStore();
  const asked: BuildRequest[] = [];
  const baseAsked: string[] = [];
  let [engineName, lies] = ['fake', origin];
  const open = (): BuildSource =>
    buildSource(
      { type: 'build', images, ...config },
      {
        workspace,
        blobs,
        records,
        epochSeconds,
        labels: () => ({ common: 'yes' }),
        origin: () => lies,
        async resolveBase(reference) {
          baseAsked.push(reference);
          return reference.includes('gone')
            ? undefined
            : { reference, normalized: reference, source: 'test', ...imageOf('a base') };
        },
      },
    );
  const engine: ImageBuilder = {
    identity: { engine: 'fake', version: '1' },
    async build(request) {
      asked.push(request);
      if (request.name === fails) throw new BuildFailure('BUILD_FAILED', 'no');
      const by = { engine: engineName, version: '1' };
      const image = imageOf(`${engineName} ${request.name} ${request.containerfile}`);
      return { by, ...image, async [Symbol.asyncDispose]() {} };
    },
  };
  const build = (
    references = Object.keys(images),
    flags: { rebuild?: boolean; engine?: string } = {},
  ) =>
    buildImages(
      {
        references,
        platform,
        jobs: 2,
        rebuild: flags.rebuild ?? false,
        ...(flags.engine === undefined ? {} : { engine: flags.engine }),
      },
      [open()],
      {
        blobs,
        records,
        builder: async () => engine,
        fileAt: (path) => `/abs/${path}`,
        epochSeconds,
        now: () => 0,
      },
      run,
    );
  const by = (name: string): void => {
    engineName = name;
  };
  const move = (to: BuildOrigin): void => {
    lies = to;
  };
  return { build, open, asked, baseAsked, by, move, blobs };
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    return error instanceof CowaError ? error.code : String(error);
  }
};

const pinned = `ex.com/base@${pin}`;

describe('a source of built images', () => {
  it('gives what was built of these inputs, and says what is to be done where nothing was', async () => {
    const { build, open, asked } = aBuild(
      { 'a/Containerfile': `FROM ${pinned}\nARG X\nCOPY f /`, 'a/f': 'f', token: 's' },
      {
        'ex.com/a:1': {
          context: 'a',
          args: { X: '1' },
          labels: { own: 'yes' },
          secrets: [{ id: 't', file: 'token' }],
        },
      },
    );
    expect(await codeOf(open().resolve('ex.com/a:1', platform, run))).toBe('IMAGE_NOT_BUILT');
    expect(await open().resolve('ex.com/other:1', platform, run)).toBeUndefined();
    expect(await build()).toMatchObject([
      { outcome: 'built', record: { engine: 'fake', arguments: ['X'], bases: [{ digest: pin }] } },
    ]);
    expect(asked).toMatchObject([
      {
        labels: { common: 'yes', own: 'yes', 'org.opencontainers.image.title': 'a' },
        network: 'none',
        secrets: [{ file: '/abs/token' }],
      },
    ]);
    const found = await open().resolve('ex.com/a:1', platform, run);
    expect(found).toMatchObject({ source: 'build', built: { engine: 'fake' } });
    expect(await open().resolve(`ex.com/a:1@${found?.root.digest}`, platform, run)).toBeDefined();
    expect(await open().resolve(`ex.com/a:1@${pin}`, platform, run)).toBeUndefined();
    expect(await build()).toMatchObject([{ outcome: 'reused' }]);
    expect(await build(undefined, { rebuild: true })).toMatchObject([{ outcome: 'built' }]);
    expect(await build(undefined, { engine: 'other' })).toMatchObject([{ outcome: 'built' }]);
  });

  it('built again, replaces what was damaged in the cache', async () => {
    const { build, open, blobs } = aBuild(
      { 'a/Containerfile': 'FROM scratch' },
      { 'ex.com/a:1': { context: 'a' } },
    );
    await build();
    const [[digest, bytes]] = [...blobs.blobs] as [[Digest, Uint8Array]];
    blobs.blobs.set(digest, Buffer.alloc(bytes.byteLength));
    expect(await build()).toMatchObject([{ outcome: 'reused' }]);
    expect(await build(undefined, { rebuild: true })).toMatchObject([{ outcome: 'built' }]);
    const found = await open().resolve('ex.com/a:1', platform, run);
    const [blob] = found?.blobs ?? [];
    expect(Buffer.concat(await Array.fromAsync(blob?.open(run) ?? []))).toEqual(bytes);
  });

  it('of which the cache lost a part was not built', async () => {
    const { build, open, blobs } = aBuild(
      { 'a/Containerfile': 'FROM scratch' },
      { 'ex.com/a:1': { context: 'a' } },
    );
    await build();
    blobs.blobs.clear();
    expect(await codeOf(open().resolve('ex.com/a:1', platform, run))).toBe('IMAGE_NOT_BUILT');
    expect(await build()).toMatchObject([{ outcome: 'built' }]);
  });

  it('asks nobody for a base by digest unless something is built on it', async () => {
    const { build, open, baseAsked } = aBuild(
      { 'a/Containerfile': `FROM ${pinned}`, 'b/Containerfile': 'FROM ex.com/a:1' },
      { 'ex.com/a:1': { context: 'a' }, 'ex.com/b:1': { context: 'b' } },
    );
    await build();
    expect(baseAsked).toEqual([pinned]);
    expect(await open().resolve('ex.com/b:1', platform, run)).toBeDefined();
    expect(await build()).toMatchObject([{ outcome: 'reused' }, { outcome: 'reused' }]);
    expect(baseAsked).toEqual([pinned]);
  });

  it('is the same image wherever the definition lay, and says where it was built of it', async () => {
    const shared = aBuild(
      { 'a/Containerfile': 'FROM scratch' },
      { 'ex.com/a:1': { context: 'a' } },
      { origin: { revision: 'first', repository: 'https://git.example.com/x' } },
    );
    await shared.build();
    expect(shared.asked[0]?.labels).toMatchObject({
      'org.opencontainers.image.revision': 'first',
      'org.opencontainers.image.source': 'https://git.example.com/x',
    });
    shared.move({ revision: 'second' });
    expect(await shared.build()).toMatchObject([{ outcome: 'reused' }]);
    const found = await shared.open().resolve('ex.com/a:1', platform, run);
    expect(found?.built?.origins).toEqual({
      'ex.com/a:1': { revision: 'first', repository: 'https://git.example.com/x' },
    });
    const own = aBuild(
      { 'a/Containerfile': 'FROM scratch' },
      {
        'ex.com/a:1': { context: 'a', labels: { 'org.opencontainers.image.revision': 'mine' } },
      },
      { origin: { revision: 'first' } },
    );
    await own.build();
    expect(own.asked[0]?.labels).toMatchObject({ 'org.opencontainers.image.revision': 'mine' });
  });

  it('keeps what each engine built; a digest is found whoever built it, a name is what was built last', async () => {
    const built = aBuild({ 'a/Containerfile': 'FROM scratch' }, { 'ex.com/a:1': { context: 'a' } });
    const digestBy = async (engine: string): Promise<string> => {
      built.by(engine);
      const [{ digest = '' } = {}] = await built.build(undefined, { engine });
      return digest;
    };
    const [kit, ah] = [await digestBy('buildkit'), await digestBy('buildah')];
    expect(ah).not.toBe(kit);
    const named = async (name: string) =>
      (await built.open().resolve(name, platform, run))?.root.digest;
    expect(await named('ex.com/a:1')).toBe(ah);
    expect(await named(`ex.com/a:1@${kit}`)).toBe(kit);
    expect(await digestBy('buildkit')).toBe(kit);
    expect(await named('ex.com/a:1')).toBe(kit);
    expect(built.asked).toHaveLength(2);
  });

  it('builds bases first; a failure skips only what needs it', async () => {
    const files = {
      'sdk/Containerfile': 'FROM scratch',
      'a/Containerfile': 'FROM ex.com/sdk:1',
      'b/Containerfile': 'FROM scratch\nCOPY --from=ex.com/a:1 /x /x',
      'c/Containerfile': 'FROM scratch',
    };
    const images = {
      'ex.com/b:1': { context: 'b' },
      'ex.com/a:1': { context: 'a' },
      'ex.com/c:1': { context: 'c' },
      'ex.com/sdk:1': { context: 'sdk' },
    };
    const good = aBuild(files, images);
    expect((await good.build(['ex.com/b:1'])).map(({ reference }) => reference)).toEqual([
      'ex.com/sdk:1',
      'ex.com/a:1',
      'ex.com/b:1',
    ]);
    const bad = aBuild(files, images, { fails: 'ex.com/a:1' });
    const done = new Map((await bad.build()).map((each) => [each.reference, each.outcome]));
    expect(Object.fromEntries(done)).toEqual({
      'ex.com/sdk:1': 'built',
      'ex.com/a:1': 'failed',
      'ex.com/b:1': 'skipped',
      'ex.com/c:1': 'built',
    });
  });

  it.each([
    ['BUILD_CONTEXT_MISSING', {}, { context: 'a' }],
    ['BUILD_CONTAINERFILE_MISSING', { 'a/f': '' }, { context: 'a' }],
    [
      'BUILD_CONTAINERFILE_MISSING',
      { 'a/Containerfile': '' },
      { context: 'a', containerfile: 'b' },
    ],
    [
      'BUILD_FRONTEND_REFUSED',
      { 'a/Containerfile': '# syntax=x/y\nFROM scratch' },
      { context: 'a' },
    ],
    ['BUILD_BASE_OPEN', { 'a/Containerfile': 'ARG B\nFROM $B' }, { context: 'a' }],
    ['BUILD_BASE_UNPINNED', { 'a/Containerfile': 'FROM ex.com/x:1' }, { context: 'a' }],
    ['BUILD_BASE_REFUSED', { 'a/Containerfile': `FROM other.com/x@${pin}` }, { context: 'a' }],
    ['BUILD_BASE_REFUSED', { 'a/Containerfile': `FROM my-ex.net/x@${pin}` }, { context: 'a' }],
    ['BUILD_BASE_REFUSED', { 'a/Containerfile': `FROM ex.org/x-more@${pin}` }, { context: 'a' }],
    ['BUILD_BASE_REFUSED', { 'a/Containerfile': `FROM my.ex.com/x@${pin}` }, { context: 'a' }],
    ['BUILD_BASE_MISSING', { 'a/Containerfile': `FROM ex.com/gone@${pin}` }, { context: 'a' }],
    [
      'BUILD_STAGE_MISSING',
      { 'a/Containerfile': 'FROM scratch\nCOPY --from=none /a /a' },
      { context: 'a' },
    ],
    [
      'BUILD_STAGE_MISSING',
      { 'a/Containerfile': 'FROM scratch\nCOPY --from=3 /a /a' },
      { context: 'a' },
    ],
    [
      'BUILD_STAGE_MISSING',
      { 'a/Containerfile': 'FROM scratch' },
      { context: 'a', target: 'none' },
    ],
    ['BUILD_STAGE_MISSING', { 'a/Containerfile': 'FROM ex.com/Upper' }, { context: 'a' }],
    ['BUILD_SOURCE_MISSING', { 'a/Containerfile': 'FROM scratch\nCOPY none /' }, { context: 'a' }],
    ['BUILD_SOURCE_MISSING', { 'a/Containerfile': 'FROM scratch\nCOPY *.x /' }, { context: 'a' }],
    [
      'BUILD_SOURCE_MISSING',
      { 'a/Containerfile': 'FROM scratch\nCOPY f /', 'a/f': '', 'a/.dockerignore': 'f' },
      { context: 'a' },
    ],
    [
      'BUILD_REMOTE_REFUSED',
      { 'a/Containerfile': 'FROM scratch\nADD https://x/y /' },
      { context: 'a' },
    ],
    [
      'BUILD_ARGUMENT_UNKNOWN',
      { 'a/Containerfile': 'FROM scratch' },
      { context: 'a', args: { X: '' } },
    ],
    [
      'BUILD_SECRET_MISSING',
      { 'a/Containerfile': 'FROM scratch' },
      { context: 'a', secrets: [{ id: 'x', file: 'x' }] },
    ],
    [
      'BUILD_SECRET_MISSING',
      { 'a/Containerfile': 'FROM scratch\nRUN --mount=type=secret,id=x true' },
      { context: 'a' },
    ],
    [
      'BUILD_SSH_MISSING',
      { 'a/Containerfile': 'FROM scratch\nRUN --mount=type=ssh true' },
      { context: 'a', ssh: [{ id: 'other', file: '/k' }] },
    ],
    [
      'BUILD_SSH_MISSING',
      { 'a/Containerfile': 'FROM scratch' },
      { context: 'a', ssh: [{ id: 'default', file: 'key' }] },
    ],
    [
      'BUILD_SSH_MISSING',
      { 'a/Containerfile': 'FROM scratch\nRUN --mount=type=ssh true' },
      { context: 'a', ssh: [{ id: 'default' }] },
    ],
    [
      'BUILD_CONTEXT_LINK',
      { 'a/Containerfile': 'FROM scratch', 'a/d/l': { link: '../../x' } },
      { context: 'a' },
    ],
    [
      'BUILD_CONTEXT_LINK',
      { 'a/Containerfile': 'FROM scratch', 'a/l': { link: '..' } },
      { context: 'a' },
    ],
    [
      'BUILD_CONTEXT_LINK',
      { 'a/Containerfile': 'FROM scratch', 'a/l': { link: '/etc/passwd' } },
      { context: 'a' },
    ],
    ['BUILD_BASE_CYCLE', { 'a/Containerfile': 'FROM ex.com/a:1' }, { context: 'a' }],
  ] as const)('%s: %j', async (code, files, image) => {
    const { build, asked } = aBuild(
      files,
      { 'ex.com/a:1': image },
      { allowedBases: ['ex.com/*', 'ex.org/x', 'my.ex.net/*'] },
    );
    const done = build().then((results) => results[0]?.error?.code ?? 'built');
    expect(
      await done.catch((error: unknown) => (error instanceof CowaError ? error.code : error)),
    ).toBe(code);
    expect(asked).toEqual([]);
  });

  it.each([
    ['a link that stays inside', { 'a/l': { link: 'd/f' } }],
    ['a link left out', { 'a/l': { link: '/etc/passwd' }, 'a/.containerignore': 'l' }],
    [
      'a link left out by the ignore file of its Containerfile, which goes first',
      {
        'a/l': { link: '/etc/passwd' },
        'a/Containerfile.containerignore': 'l',
        'a/.containerignore': 'm',
      },
    ],
    [
      'a source by pattern',
      { 'a/Containerfile': 'FROM scratch\nCOPY *.x d? /', 'a/b.x': '', 'a/d1/f': '' },
    ],
    ['arguments every engine knows', { 'a/Containerfile': 'FROM scratch\nCOPY $X /' }],
  ])('builds with %s', async (_name, files) => {
    const { build } = aBuild(
      { 'a/Containerfile': 'FROM scratch', ...files },
      { 'ex.com/a:1': { context: 'a', args: { TARGETARCH: 'x' } } },
    );
    expect(await build()).toMatchObject([{ outcome: 'built' }]);
  });

  it('refuses a socket or a device in the context', async () => {
    const below = new MemoryWorkspace({ 'a/Containerfile': 'FROM scratch', 'a/s': '' });
    const workspace: Workspace = {
      root: below.root,
      list: (path) => below.list(path),
      read: (path, maxBytes) => below.read(path, maxBytes),
      open: (path) => below.open(path),
      openLent: (path) => below.openLent(path),
      stat: async (path) =>
        path === 'a/s' ? { kind: 'other', size: 0, mode: 0 } : below.stat(path),
    };
    const { build } = aBuild({}, { 'ex.com/a:1': { context: 'a' } }, { workspace });
    expect(await codeOf(build())).toBe('BUILD_CONTEXT_UNFIT');
  });

  it('refuses two images of one name', () => {
    const twice = { 'docker.io/library/a:1': { context: 'a' }, 'a:1': { context: 'b' } };
    expect(() => aBuild({}, twice).open()).toThrow(
      expect.objectContaining({ code: 'BUILD_NAME_TWICE' }),
    );
  });

  it('says of a cycle who is in it, and of several faults all', async () => {
    const cycle = aBuild(
      { 'a/Containerfile': 'FROM ex.com/b:1', 'b/Containerfile': 'FROM ex.com/a:1' },
      { 'ex.com/a:1': { context: 'a' }, 'ex.com/b:1': { context: 'b' } },
    );
    await expect(cycle.build()).rejects.toThrow('ex.com/a:1 -> ex.com/b:1 -> ex.com/a:1');
    const faults = aBuild({}, { 'ex.com/a:1': { context: 'a' }, 'ex.com/b:1': { context: 'b' } });
    await expect(faults.build()).rejects.toThrow(/ex\.com\/a:1: .*\n.*ex\.com\/b:1: /);
  });

  it('says all faults of an image and of the bases it hides, before any build', async () => {
    const { build, asked } = aBuild(
      {
        'sdk/Containerfile': 'FROM scratch\nCOPY none /',
        'sdk/out': { link: '/etc/passwd' },
        'api/Containerfile': 'FROM ex.com/sdk:1\nCOPY one two /\nFROM ex.com/tag:1\nFROM $OPEN',
        other: '',
      },
      {
        'ex.com/sdk:1': { context: 'sdk' },
        'ex.com/api:1': {
          context: 'api',
          target: 'none',
          args: { X: '', Y: '' },
          secrets: [{ id: 's', file: 'gone' }],
        },
      },
    );
    const error = await build(['ex.com/api:1']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'BUILD_BASE_OPEN',
      exitCode: 3,
      faults: [
        { code: 'BUILD_BASE_OPEN' },
        { code: 'BUILD_STAGE_MISSING' },
        { code: 'BUILD_ARGUMENT_UNKNOWN' },
        { code: 'BUILD_ARGUMENT_UNKNOWN' },
        { code: 'BUILD_SECRET_MISSING' },
        { code: 'BUILD_BASE_UNPINNED' },
        { code: 'BUILD_SOURCE_MISSING', message: expect.stringContaining("'one'") },
        { code: 'BUILD_SOURCE_MISSING', message: expect.stringContaining("'two'") },
        { code: 'BUILD_CONTEXT_LINK', message: expect.stringContaining('ex.com/sdk:1') },
      ],
    });
    expect(String(error).match(/\n[A-Z_]+: /g)).toHaveLength(8);
    expect(asked).toEqual([]);
  });

  it('tells of a context full of links that lead out, and not of every one', async () => {
    const links = Array.from({ length: 60 }, (_none, at) => [`a/${at}`, { link: '/x' }] as const);
    const { build } = aBuild(
      { 'a/Containerfile': 'FROM scratch', ...Object.fromEntries(links) },
      { 'ex.com/a:1': { context: 'a' } },
    );
    await expect(build()).rejects.toThrow(/\nand 10 more like these$/);
  });

  it('is another image once what it is built on is another', async () => {
    const { build, open, by } = aBuild(
      { 'sdk/Containerfile': 'FROM scratch', 'a/Containerfile': 'FROM ex.com/sdk:1' },
      { 'ex.com/sdk:1': { context: 'sdk' }, 'ex.com/a:1': { context: 'a' } },
    );
    await build();
    const before = (await open().prepare('ex.com/a:1', platform, run)).key;
    by('another engine');
    await build(['ex.com/sdk:1'], { rebuild: true });
    expect((await open().prepare('ex.com/a:1', platform, run)).key).not.toBe(before);
    expect(await build()).toMatchObject([{ outcome: 'reused' }, { outcome: 'built' }]);
  });

  it('is another image with another file, link, argument, target, label, secret, key, platform or time', async () => {
    const keyOf = async (
      files: Readonly<Record<string, MemoryFile>>,
      image: object,
      { epochSeconds = 7, ...on }: Partial<Platform> & { epochSeconds?: number } = {},
    ): Promise<string> => {
      const { open } = aBuild(
        { 'a/Containerfile': 'ARG X\nFROM scratch AS s', token: 's', ...files },
        { 'ex.com/a:1': { context: 'a', ...image } },
        { epochSeconds },
      );
      return (await open().prepare('ex.com/a:1', { ...platform, ...on }, run)).key;
    };
    const keys = await Promise.all([
      keyOf({}, {}),
      keyOf({ 'a/f': '1' }, {}),
      keyOf({ 'a/f': '2' }, {}),
      keyOf({ 'a/f': { content: '2', mode: 0o755 } }, {}),
      keyOf({}, { args: { X: '1' } }),
      keyOf({}, { target: 's' }),
      keyOf({}, { labels: { a: 'b' } }),
      keyOf({}, { network: 'host' }),
      keyOf({ 'a/l': { link: 'f' } }, {}),
      keyOf({ 'a/l': { link: 'g' } }, {}),
      keyOf({}, { secrets: [{ id: 'one', file: 'token' }] }),
      keyOf({}, { secrets: [{ id: 'two', file: 'token' }] }),
      keyOf({}, { ssh: [{ id: 'one', file: '/k' }] }),
      keyOf({}, { ssh: [{ id: 'two', file: '/k' }] }),
      keyOf({}, {}, { architecture: 'arm64' }),
      keyOf({}, {}, { variant: 'v8' }),
      keyOf({}, {}, { epochSeconds: 8 }),
      keyOf({ 'a/Containerfile': `FROM ${pinned}` }, {}),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf({}, {})).toBe(keys[0]);
  });
});
