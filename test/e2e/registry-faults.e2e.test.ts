// The fault matrix: a real registry behind a proxy of our own that breaks what it is told to break.
import { execFile, spawn } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FsBlobStore } from '../../src/adapters/fs/blob-store.ts';
import {
  RegistrySource,
  type RegistrySourceOptions,
} from '../../src/adapters/registry/registry-source.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { pullImages } from '../../src/operations/pull-images.ts';
import type { ResolvedImage } from '../../src/ports/image-source.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { LayoutBuilder } from '../support/real-images.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const execute = promisify(execFile);
const run = { signal: new AbortController().signal };
const amd64 = { os: 'linux', architecture: 'amd64' };
const missing = await missingPrograms('docker-registry', 'skopeo', 'openssl');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
const layer = randomBytes(4_000_000);
const layerPath = `/v2/team/app/blobs/${digestOf(layer)}`;

describe.skipIf(missing.length > 0)(`faults between here and a real registry${without}`, () => {
  let folder = '';
  let layout: LayoutBuilder;
  let root: Descriptor;
  let registry: LocalRegistry;
  let proxy: FaultyProxy;
  let reference = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-faults-'));
    layout = new LayoutBuilder(join(folder, 'layout'));
    root = await layout.image(amd64, [layer]);
    layout.tag(root, 'app');
    await layout.finish();
    registry = await startRegistry('plain');
    await registry.push(layout.path, 'app', 'team/app:1');
    proxy = await startFaultyProxy(registry.host);
    reference = `${proxy.host}/team/app:1`;
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.asked.splice(0);
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  let stores = 0;
  /** Resolves and fetches everything; gives back what was fetched and how long it waited between tries. */
  async function fetch(
    more: Partial<RegistrySourceOptions> = {},
    name = reference,
    cache = ++stores,
  ): Promise<{ readonly image: ResolvedImage | undefined; readonly waits: readonly number[] }> {
    const waits: number[] = [];
    const source = new RegistrySource({
      hosts: [name.split('/', 1)[0] ?? ''],
      random: () => 0.5,
      sleep: async (delayMs) => void waits.push(delayMs),
      stallTimeoutMs: 5_000,
      ...more,
    });
    const image = await source.resolve(name, amd64, run);
    const store = new FsBlobStore(join(folder, `cache-${cache}`));
    await pullImages(image === undefined ? [] : [image], store, run);
    if (image !== undefined) {
      const kept = Buffer.concat(await Array.fromAsync(store.open(digestOf(layer), run)));
      expect(kept.equals(layer)).toBe(true);
    }
    return { image, waits };
  }
  const ofLayer = (fault: Fault, times = 1): void => {
    proxy.fault = ({ path }) => (path === layerPath && times-- > 0 ? fault : undefined);
  };
  const ofEverything = (fault: Fault): void => {
    proxy.fault = () => fault;
  };
  const ranges = (): readonly (string | undefined)[] =>
    proxy.asked.flatMap(({ path, range }) => (path === layerPath ? [range] : []));
  const holdsNothing = async (): Promise<boolean> =>
    (await readdir(join(folder, `cache-${stores}`, 'incoming'))).length === 0;

  describe('a connection that is cut', () => {
    it.each([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])(
      'at %i per cent of a layer',
      async (percent) => {
        const afterBytes = (layer.length / 100) * percent;
        ofLayer({ kind: 'cut', afterBytes });
        expect((await fetch()).image?.root.digest).toBe(root.digest);
        const [first, second = 'bytes=0-', ...more] = ranges();
        expect([first, more]).toEqual([undefined, []]);
        // What was on the wire when it was cut may be lost; nothing that came in is asked for again.
        const from = Number(/^bytes=(\d+)-$/.exec(second)?.[1]);
        expect(from).toBeLessThanOrEqual(afterBytes);
        expect(from).toBeGreaterThan(afterBytes - 1_000_000);
      },
    );
    it('at every tenth, one after the other', async () => {
      const tenth = layer.length / 10;
      // Less than a mebibyte each time: after four of them it is given up.
      ofLayer({ kind: 'cut', afterBytes: tenth }, 9);
      await expect(fetch()).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        message: expect.stringContaining('tried 4 times'),
      });
      expect(ranges().length).toBe(4);
      // The next run goes on with what came in.
      expect(await holdsNothing()).toBe(false);
      proxy.fault = () => undefined;
      proxy.asked.splice(0);
      await fetch({}, reference, stores);
      const [range, ...more] = ranges();
      expect(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])).toBeGreaterThan(tenth);
      expect(more).toEqual([]);
      expect(await holdsNothing()).toBe(true);
    });
    it('inside a manifest', async () => {
      let times = 2;
      proxy.fault = ({ path }) =>
        path.includes('/manifests/') && times-- > 0 ? { kind: 'cut', afterBytes: 40 } : undefined;
      const { image, waits } = await fetch();
      expect([image?.root.digest, waits]).toEqual([root.digest, [500, 1000]]);
    });
  });

  it.each<[string, Fault]>([
    ['with another bit', { kind: 'flip', atByte: 2_345_678 }],
    ['that is longer', { kind: 'length', by: 7 }],
    ['that is shorter', { kind: 'length', by: -7 }],
    ['that never ends', { kind: 'endless' }],
  ])('a layer %s is refused, and nothing of it stays', async (_name, fault) => {
    ofLayer(fault, 9);
    await expect(fetch()).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
      message: expect.stringContaining(proxy.host),
      suggestions: [expect.stringContaining('Do not use it')],
    });
    expect(await holdsNothing()).toBe(true);
  });
  it('a manifest that never ends is refused', async () => {
    ofEverything({ kind: 'endless' });
    await expect(fetch()).rejects.toMatchObject({ code: 'REGISTRY_DOCUMENT' });
  });
  it('a rest that is another one is refused before it is read', async () => {
    let times = 1;
    proxy.fault = ({ path, range }) =>
      path !== layerPath
        ? undefined
        : range === undefined
          ? times-- > 0
            ? { kind: 'cut', afterBytes: 1_000_000 }
            : undefined
          : {
              kind: 'status',
              status: 206,
              headers: { 'content-range': `bytes 2000000-3999999/${layer.length}` },
            };
    await expect(fetch()).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST',
      message: expect.stringContaining('goes on at byte 2000000, asked for was 1000000'),
    });
  });

  it.each<[string, string, string, RegExp]>([
    ['in a circle', '/v2/team/app/manifests/1', 'REGISTRY_ANSWER', /redirects more than 5 times/],
    [
      'to plain HTTP elsewhere',
      'http://storage.example/blob',
      'REGISTRY_PLAIN_HTTP_REFUSED',
      /storage\.example/,
    ],
  ])('a redirect %s is not followed', async (_name, location, code, message) => {
    ofEverything({ kind: 'status', status: 307, headers: { location } });
    await expect(fetch()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      suggestions: [expect.any(String)],
    });
  });

  describe('a server that falls silent', () => {
    it.each([0, 1_500_000])('after %i bytes of a layer, once', async (afterBytes) => {
      ofLayer({ kind: 'stall', afterBytes });
      expect((await fetch({ stallTimeoutMs: 300 })).image?.root.digest).toBe(root.digest);
      expect(ranges().length).toBe(2);
    });
    it('again and again', async () => {
      ofEverything({ kind: 'stall', afterBytes: 0 });
      await expect(fetch({ stallTimeoutMs: 100 })).rejects.toMatchObject({
        code: 'REGISTRY_TIMEOUT',
        message: expect.stringMatching(/nothing came for 0\.1 s; tried 4 times/),
        suggestions: [expect.stringContaining('run the same command again')],
      });
    });
  });

  describe('an answer that is a refusal', () => {
    const errors = (code: string, message: string): string =>
      JSON.stringify({ errors: [{ code, message }] });

    it.each<[number, string, number, RegExp, RegExp]>([
      [401, 'REGISTRY_ANSWER', 1, /wants a login but offers neither/, /container registry/],
      [403, 'REGISTRY_FORBIDDEN', 1, /DENIED, not yours/, /docker login/],
      [408, 'REGISTRY_TIMEOUT', 4, /tried 4 times/, /run the same command again/],
      [429, 'REGISTRY_RATE_LIMIT', 4, /too many requests.*tried 4 times/, /mirror/],
      [500, 'REGISTRY_ANSWER', 4, /answers 500.*tried 4 times/, /run the same command again/],
      [503, 'REGISTRY_ANSWER', 4, /answers 503.*tried 4 times/, /run the same command again/],
    ])('%i is %s after %i tries', async (status, code, tries, message, next) => {
      ofEverything({ kind: 'status', status, body: errors('DENIED', 'not\nyours') });
      await expect(fetch()).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
        suggestions: [expect.stringMatching(next)],
      });
      expect(proxy.asked.length).toBe(tries);
    });
    it('404 is asked once; another source may hold it', async () => {
      expect((await fetch({}, `${proxy.host}/team/app:2`)).image).toBeUndefined();
      expect(proxy.asked.map(({ path }) => path)).toEqual(['/v2/team/app/manifests/2']);
    });
    it('404 of a layer says what the registry says', async () => {
      ofLayer({ kind: 'status', status: 404, body: errors('BLOB_UNKNOWN', 'gone') }, 9);
      await expect(fetch()).rejects.toMatchObject({
        code: 'REGISTRY_NOT_FOUND',
        message: expect.stringContaining('BLOB_UNKNOWN, gone'),
      });
      expect(ranges().length).toBe(1);
    });
    it.each([
      ['seconds', () => '7', [7000]],
      ['a date', () => new Date(Date.now() + 30_000).toUTCString(), [expect.any(Number)]],
    ])('429 waits as long as the registry asks in %s', async (_name, after, expected) => {
      let times = 1;
      proxy.fault = ({ path }) =>
        path.includes('/manifests/') && times-- > 0
          ? { kind: 'status', status: 429, headers: { 'retry-after': after() } }
          : undefined;
      const { waits } = await fetch();
      expect(waits).toEqual(expected);
      expect(waits[0]).toBeGreaterThan(6_000);
      expect(waits[0]).toBeLessThanOrEqual(30_000);
    });
    it('429 with an hour to wait is told at once, with the limit', async () => {
      ofEverything({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
      await expect(fetch()).rejects.toMatchObject({
        code: 'REGISTRY_RATE_LIMIT',
        message: expect.stringMatching(/asks to wait 3600 s \(more than 120 s are not waited\)/),
      });
      expect(proxy.asked.length).toBe(1);
    });
  });

  it.each<[string, string, string, string, RegExp]>([
    ['a name nobody knows', 'registry.invalid', 'ENOTFOUND', 'REGISTRY_NAME', /spelling/],
    ['a busy name service', 'registry.invalid', 'EAI_AGAIN', 'REGISTRY_NAME', /tried|name service/],
  ])('%s', async (_name, host, code, expected, next) => {
    const lookup: RegistrySourceOptions['lookup'] = (_host, _options, callback) =>
      callback(Object.assign(new Error(code), { code }), '', 4);
    await expect(fetch({ lookup }, `${host}/team/app:1`)).rejects.toMatchObject({
      code: expected,
      suggestions: [expect.stringMatching(next)],
    });
  });
  it('nobody listens', async () => {
    await expect(fetch({}, '127.0.0.1:1/team/app:1')).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      suggestions: [expect.stringContaining('127.0.0.1:1 runs')],
    });
  });

  describe('tokens', () => {
    let tokens: TokenServer;
    let guarded: LocalRegistry;
    let name = '';
    const config = (): string => join(folder, 'config.json');

    beforeAll(async () => {
      const certificate = join(folder, 'token.pem');
      await execute(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
          ...['-keyout', 'token.key', '-out', 'token.pem', '-days', '2', '-subj', '/CN=tokens'],
        ],
        { cwd: folder },
      );
      tokens = await startTokenServer({
        issuer: 'tests',
        key: createPrivateKey(await readFile(join(folder, 'token.key'))),
        certificate: new X509Certificate(await readFile(certificate)).raw.toString('base64'),
        login: 'me:secret',
        refreshToken: 'refresh-me',
      });
      guarded = await startRegistry({
        realm: tokens.realm,
        service: 'here',
        issuer: 'tests',
        rootcertbundle: certificate,
      });
      name = `${guarded.host}/team/app:1`;
      await execute('skopeo', [
        ...['copy', '--quiet', '--insecure-policy', '--preserve-digests'],
        ...['--dest-tls-verify=false', '--dest-creds', 'me:secret'],
        ...[`oci:${layout.path}:app`, `docker://${name}`],
      ]);
    });
    beforeEach(async () => {
      Object.assign(tokens, { skewSeconds: 0, broken: undefined });
      tokens.asked.splice(0);
      const auth = Buffer.from('me:secret').toString('base64');
      await writeFile(config(), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
    });
    afterAll(async () => {
      await guarded?.[Symbol.asyncDispose]();
      await tokens?.[Symbol.asyncDispose]();
    });

    it('a password buys one', async () => {
      const { image } = await fetch({ dockerConfigPath: config() }, name);
      expect(image?.root.digest).toBe(root.digest);
      expect(tokens.asked).toEqual(['password']);
    });
    it('an identity token buys one', async () => {
      const entry = { identitytoken: 'refresh-me' };
      await writeFile(config(), JSON.stringify({ auths: { [guarded.host]: entry } }));
      const { image } = await fetch({ dockerConfigPath: config() }, name);
      expect(image?.root.digest).toBe(root.digest);
      expect(tokens.asked).toEqual(['refresh-token']);
    });
    it('a login that is wrong is refused, once', async () => {
      const auth = Buffer.from('me:guess').toString('base64');
      await writeFile(config(), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
      await expect(fetch({ dockerConfigPath: config() }, name)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        message: expect.not.stringContaining('guess'),
      });
      expect(tokens.asked.length).toBe(1);
    });
    it.each([
      ['not valid yet', 3_600],
      ['run out', -3_600],
    ])('one that has %s is told from a wrong login', async (_name, skewSeconds) => {
      tokens.skewSeconds = skewSeconds;
      await expect(fetch({ dockerConfigPath: config() }, name)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        message: expect.stringContaining(
          'refuses the token for team/app that its own token server',
        ),
        suggestions: [expect.stringContaining('clocks of registry and token server differ')],
      });
    });
    it('a token server that is broken is asked again, then named', async () => {
      tokens.broken = 502;
      await expect(fetch({ dockerConfigPath: config() }, name)).rejects.toMatchObject({
        code: 'REGISTRY_ANSWER',
        message: expect.stringMatching(/the token server 127\.0\.0\.1:\d+ answers 502/),
      });
      expect(tokens.asked.length).toBe(4);
    });
    it('a token server that is down is named', async () => {
      await tokens[Symbol.asyncDispose]();
      await expect(fetch({ dockerConfigPath: config() }, name)).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        message: expect.stringContaining(`${guarded.host} has its logins made there`),
      });
    });
  });

  describe('one cache', () => {
    const child = (cache: string): readonly string[] => [
      ...['test/support/fetch-into-cache.ts', proxy.host, reference, cache],
    ];
    const answerOf = async (program: string, args: readonly string[]): Promise<unknown> => {
      const { stdout } = await execute(program, args, { cwd: process.cwd() });
      return JSON.parse(stdout);
    };

    it('two processes at once both end with everything', async () => {
      const cache = join(folder, 'shared');
      const answers = await Promise.all([1, 2].map(() => answerOf(process.execPath, child(cache))));
      for (const answer of answers) expect(answer).toMatchObject({ root: root.digest });
      const kept = await Array.fromAsync(new FsBlobStore(cache).open(digestOf(layer), run));
      expect(Buffer.concat(kept).equals(layer)).toBe(true);
      expect(await readdir(join(cache, 'incoming'))).toEqual([]);
      expect(await answerOf(process.execPath, child(cache))).toMatchObject({ fetched: 0 });
    });
    it('one of them is killed half way: the other ends, the next goes on', async () => {
      const cache = join(folder, 'killed');
      let stalled: (() => void) | undefined;
      const halfWay = new Promise<void>((resolve) => {
        stalled = resolve;
      });
      let times = 1;
      proxy.fault = ({ path }) => {
        if (path !== layerPath || times-- <= 0) return undefined;
        setTimeout(() => stalled?.(), 300);
        return { kind: 'stall', afterBytes: 2_000_000 };
      };
      const first = spawn(process.execPath, child(cache), { stdio: 'ignore' });
      const ended = new Promise((resolve) => first.once('exit', resolve));
      await halfWay;
      first.kill('SIGKILL');
      await ended;
      expect(await answerOf(process.execPath, child(cache))).toMatchObject({ root: root.digest });
      // What the killed one left is gone.
      expect(await readdir(join(cache, 'incoming'))).toEqual([]);
    });
    it('a disk that is full is told as that, and nothing half stays', async (context) => {
      const cache = join(folder, 'full');
      await mkdir(cache);
      const mounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', cache]).then(
        () => true,
        () => false,
      );
      try {
        // Without the right to mount: no file may be longer than 1 MiB.
        const answer = mounted
          ? await answerOf(process.execPath, child(cache))
          : await answerOf('bash', [
              '-c',
              'ulimit -f 1024; trap "" XFSZ; exec "$@"',
              'bash',
              process.execPath,
              ...child(cache),
            ]);
        expect(answer).toEqual({ code: 'DISK_FULL' });
        expect(await readdir(join(cache, 'incoming'))).toEqual([]);
      } finally {
        if (mounted) await execute('umount', [cache]);
        else context.annotate('a limit on files stood in for a small disk');
      }
      expect(await answerOf(process.execPath, child(cache))).toMatchObject({ root: root.digest });
    });
  });
});
