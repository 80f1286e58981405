// Pushing to real registries: the same digests everywhere, broken uploads, ports that something else has.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FsBlobStore } from '../../src/adapters/fs/blob-store.ts';
import { FsWorkspace } from '../../src/adapters/fs/workspace.ts';
import { startLocalRegistry } from '../../src/adapters/registry/local-registry.ts';
import { PushTarget } from '../../src/adapters/registry/registry-target.ts';
import { imagesIn } from '../../src/cli/wire-sbom.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { pushImages } from '../../src/operations/push-images.ts';
import type { ResolvedImage } from '../../src/ports/image-source.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { LayoutBuilder } from '../support/real-images.ts';

const execute = promisify(execFile);
const run = { signal: new AbortController().signal };
const amd64 = { os: 'linux', architecture: 'amd64' };
const missing = await missingPrograms('docker-registry', 'skopeo', 'openssl', 'htpasswd');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
const shared = randomBytes(6_000_000);

describe.skipIf(missing.length > 0)(`pushing to real registries${without}`, () => {
  let folder = '';
  let root: Descriptor;
  let first: LocalRegistry;
  let guarded: LocalRegistry;
  let proxy: FaultyProxy;
  let images: readonly ResolvedImage[];
  let port: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-push-'));
    const layout = new LayoutBuilder(join(folder, 'layout'));
    root = await layout.image(amd64, [shared]);
    layout.tag(root, 'ghcr.io/team/app:1');
    layout.tag(await layout.image(amd64, [shared, Buffer.from('more')]), 'quay.io/other/web:2');
    await layout.finish();
    const deps = { workspace: new FsWorkspace('/'), blobs: new FsBlobStore(join(folder, 'cache')) };
    images = (await imagesIn(layout.path, [], amd64, deps, run)).found;
    first = await startRegistry('plain');
    guarded = await startRegistry('tls-and-password');
    proxy = await startFaultyProxy(first.host);
    port = createServer((_request, response) =>
      response.writeHead(404, { server: 'prometheus' }).end('<title>Not a registry</title>'),
    );
    await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.asked.splice(0);
  });
  afterAll(async () => {
    port?.close();
    await proxy?.[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
    await guarded?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const target = (place: string, more = {}): PushTarget =>
    new PushTarget(place, { sleep: async () => undefined, random: () => 0.5, ...more });
  const digestsOf = (pushed: Awaited<ReturnType<typeof pushImages>>) =>
    pushed.map(({ images: each }) => each.map(({ digest }) => digest));

  it('two registries get the same digests, and skopeo reads them there', async () => {
    const { host, caFile = '' } = guarded;
    const login = { host, username: 'me', password: 'secret' };
    const targets = [target(`${first.host}/mirror`), target(host, { caFile, login })];
    const pushed = await pushImages(images, targets, false, run);
    const expected = images.map((image) => image.root.digest);
    expect(digestsOf(pushed)).toEqual([expected, expected]);
    expect(pushed[0]?.images.map((image) => image.pushed)).toEqual([
      `${first.host}/mirror/team/app:1`,
      `${first.host}/mirror/other/web:2`,
    ]);
    // The second image's large layer is taken over from the repository of the first.
    expect(pushed.map(({ images: each }) => each[1]?.blobs.mounted)).toEqual([1, 1]);
    const { stdout } = await execute('skopeo', [
      ...['inspect', '--tls-verify=false', '--format', '{{.Digest}}'],
      `docker://${first.host}/mirror/team/app:1`,
    ]);
    expect(stdout.trim()).toBe(root.digest);
    const again = await pushImages(images, targets, false, run);
    expect(again[0]?.images.map(({ sentBytes }) => sentBytes)).toEqual([0, 0]);
  });
  it.each([10, 50, 90])(
    'an upload cut at %i per cent ends with the right digest',
    async (percent) => {
      const afterBytes = (shared.length / 100) * percent;
      let times = 1;
      proxy.fault = ({ method, size }) =>
        method === 'PATCH' && size === shared.length && times-- > 0
          ? { kind: 'cut-request', afterBytes }
          : undefined;
      const [image] = images;
      if (image === undefined) throw new Error('no image');
      const place = `${proxy.host}/cut-${percent}`;
      const pushed = await pushImages([image], [target(place)], false, run);
      expect(digestsOf(pushed)).toEqual([[root.digest]]);
      // This registry gives an upload up with its connection; it is begun anew.
      expect(proxy.asked.filter(({ size }) => size === shared.length).length).toBe(2);
    },
  );
  it('a registry that is busy is tried again; one that refuses is not', async () => {
    const [image] = images;
    if (image === undefined) throw new Error('no image');
    let times = 2;
    proxy.fault = ({ method }) =>
      method === 'POST' && times-- > 0 ? { kind: 'status', status: 503 } : undefined;
    await pushImages([image], [target(`${proxy.host}/busy`)], false, run);
    proxy.fault = ({ method }) => (method === 'POST' ? { kind: 'status', status: 403 } : undefined);
    await expect(
      pushImages([image], [target(`${proxy.host}/closed`)], false, run),
    ).rejects.toMatchObject({
      code: 'REGISTRY_FORBIDDEN',
      message: expect.stringContaining('to be written'),
    });
  });
  it('a tag that another image has is moved with --replace only', async () => {
    const [app, web] = images;
    if (app === undefined || web === undefined) throw new Error('no images');
    const other = { ...web, normalized: app.normalized };
    const place = `${first.host}/tags`;
    await pushImages([app], [target(place)], false, run);
    await expect(pushImages([other], [target(place)], false, run)).rejects.toMatchObject({
      code: 'PUSH_TAG_TAKEN',
      message: expect.stringContaining(root.digest),
    });
    const moved = await pushImages([other], [target(place)], true, run);
    expect(digestsOf(moved)).toEqual([[web.root.digest]]);
    await expect(pushImages([app, other], [target(place)], true, run)).rejects.toMatchObject({
      code: 'PUSH_NAMES_COLLIDE',
    });
    await expect(pushImages([], [target(place)], true, run)).rejects.toMatchObject({
      code: 'PUSH_NOTHING',
    });
  });
  it('a port that something else has is told with what answers, before anything is sent', async () => {
    const address = port.address();
    const taken = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const places = [target(`${proxy.host}/never`), target(taken)];
    await expect(pushImages(images, places, false, run)).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
      message: expect.stringMatching(
        /is no registry: status 404, server 'prometheus', page 'Not a registry'/,
      ),
      suggestions: [expect.stringContaining('ss -ltnp')],
    });
    expect(proxy.asked.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });
  it('a registry of this machine runs as long as it is held, and its contents stay', async () => {
    const storage = join(folder, 'storage');
    let host = '';
    {
      await using local = await startLocalRegistry(storage, run);
      ({ host } = local);
      expect(digestsOf(await pushImages(images, [target(host)], false, run))[0]?.[0]).toBe(
        root.digest,
      );
    }
    await expect(fetch(`http://${host}/v2/`)).rejects.toThrow();
    // The other registry is still there.
    expect((await fetch(`http://${first.host}/v2/`)).status).toBe(200);
    expect(await readdir(join(storage, 'docker/registry/v2'))).toContain('blobs');
    await using again = await startLocalRegistry(storage, run);
    const kept = await fetch(`http://${again.host}/v2/team/app/blobs/${digestOf(shared)}`);
    expect((await kept.arrayBuffer()).byteLength).toBe(shared.length);
  });
  it('what is about an image goes into its repository, and is listed under its digest', async () => {
    const layout = new LayoutBuilder(join(folder, 'signed'));
    const image = await layout.image(amd64, [Buffer.from('signed')]);
    layout.tag(image, 'ghcr.io/team/signed:1');
    const empty = await layout.blob('application/vnd.oci.empty.v1+json', '{}');
    for (const text of ['one', 'two']) {
      const content = await layout.blob('application/vnd.in-toto+json', text);
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: image.mediaType,
        artifactType: 'application/vnd.in-toto+json',
        config: empty,
        layers: [content],
        subject: { mediaType: image.mediaType, digest: image.digest, size: image.size },
      });
      layout.tag(await layout.blob(image.mediaType, manifest), text);
    }
    await layout.finish();
    const deps = { workspace: new FsWorkspace('/'), blobs: new FsBlobStore(join(folder, 'cache')) };
    const { found } = await imagesIn(layout.path, [], amd64, deps, run);
    for (let times = 0; times < 2; times += 1) {
      const [pushed] = await pushImages(found, [target(`${first.host}/about`)], false, run);
      expect(pushed?.images.length).toBe(3);
    }
    const { stdout } = await execute('skopeo', [
      ...['inspect', '--raw', '--tls-verify=false'],
      `docker://${first.host}/about/team/signed:${image.digest.replace(':', '-')}`,
    ]);
    const { manifests } = JSON.parse(stdout);
    const types = manifests.map(({ artifactType }: { artifactType: string }) => artifactType);
    expect(types).toEqual(['application/vnd.in-toto+json', 'application/vnd.in-toto+json']);
  });
  it('where no registry program is, that is said', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      await expect(startLocalRegistry(join(folder, 'none'), run)).rejects.toMatchObject({
        code: 'REGISTRY_LOCAL',
        suggestions: [expect.stringContaining('apt install docker-registry')],
      });
    } finally {
      process.env['PATH'] = before;
    }
  });
});
