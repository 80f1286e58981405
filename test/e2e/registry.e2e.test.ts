import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistrySource } from '../../src/adapters/registry/registry-source.ts';
import { type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import type { ResolvedImage } from '../../src/ports/image-source.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { debianRootFileSystem, LayoutBuilder, smallLayer } from '../support/real-images.ts';

const run = { signal: new AbortController().signal };
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const missing = await missingPrograms('docker-registry', 'skopeo', 'openssl', 'htpasswd', 'tar');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
const debianMissing = await missingPrograms('mmdebstrap');

describe.skipIf(missing.length > 0)(`a real registry${without}`, () => {
  let folder = '';
  let layout: LayoutBuilder;
  let single: Descriptor;
  let multi: Descriptor;
  let published: Descriptor;
  const open: LocalRegistry[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-e2e-'));
    layout = new LayoutBuilder(join(folder, 'layout'));
    const one = await smallLayer(folder, 'one.txt', 'one');
    const big = await smallLayer(folder, 'big.bin', Buffer.alloc(20 << 20, 7));
    single = await layout.image(amd64, [one, big]);
    layout.tag(single, 'single');
    const other = await layout.image(arm64, [one]);
    layout.tag(other, 'other');
    multi = await layout.index([other, single]);
    layout.tag(multi, 'multi');
    const file = async (title: string, text: string): Promise<Descriptor> => ({
      ...(await layout.blob(mediaTypes.zarfLayer, text)),
      annotations: { 'org.opencontainers.image.title': title },
    });
    const config = await layout.blob(mediaTypes.zarfConfig, '{}');
    published = await layout.manifest(config, [
      await file('zarf.yaml', 'kind: ZarfPackageConfig\n'),
      await file('images/index.json', '{}'),
    ]);
    layout.tag(
      await layout.index([{ ...published, platform: { architecture: 'amd64', os: 'multi' } }]),
      'package',
    );
    await layout.finish();
  });

  afterAll(async () => {
    for (const registry of open) await registry[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(
    kind: 'plain' | 'tls-and-password' | 'client-certificate',
  ): Promise<LocalRegistry> {
    const registry = await startRegistry(kind);
    open.push(registry);
    return registry;
  }

  async function readAll(image: ResolvedImage | undefined): Promise<number> {
    let size = 0;
    for (const blob of image?.blobs ?? [])
      for await (const chunk of blob.open(run)) size += chunk.byteLength;
    return size;
  }

  describe('without login', () => {
    let host = '';
    let source: RegistrySource;
    beforeAll(async () => {
      const registry = await start('plain');
      host = registry.host;
      await registry.push(layout.path, 'single', 'team/single:1');
      await registry.push(layout.path, 'single', 'team/docker:1', { format: 'v2s2' });
      await registry.push(layout.path, 'other', 'team/other:1');
      await registry.push(layout.path, 'multi', 'team/multi:1', { all: true });
      await registry.push(layout.path, 'package', 'packages/demo:1', { all: true });
      source = new RegistrySource({ hosts: [host], overrides: { 'ghcr.io': host } });
    });

    it('resolves a single image and streams every blob', async () => {
      const image = await source.resolve(`${host}/team/single:1`, amd64, run);
      expect(image?.root).toEqual({
        mediaType: mediaTypes.ociManifest,
        digest: single.digest,
        size: single.size,
      });
      expect(image?.blobs.map(({ role }) => role)).toEqual([
        'manifest',
        'config',
        'layer',
        'layer',
      ]);
      expect(await readAll(image)).toBeGreaterThan(20 << 20);
    });
    it('narrows an index to the platform, whatever the variant', async () => {
      const image = await source.resolve(
        'ghcr.io/team/multi:1',
        { os: 'linux', architecture: 'arm64' },
        run,
      );
      expect(image).toMatchObject({
        normalized: 'ghcr.io/team/multi:1',
        indexDigest: multi.digest,
        root: { platform: arm64 },
      });
      expect(await readAll(image)).toBeGreaterThan(0);
    });
    it('keeps an index named by digest whole', async () => {
      const image = await source.resolve(`ghcr.io/team/multi@${multi.digest}`, amd64, run);
      expect(image?.root.digest).toBe(multi.digest);
      expect(image?.indexDigest).toBeUndefined();
      expect(image?.blobs.map(({ role }) => role)).toEqual([
        'index',
        'manifest',
        'config',
        'layer',
        'manifest',
        'config',
        'layer',
      ]);
      expect(await readAll(image)).toBeGreaterThan(20 << 20);
    });
    it('takes Docker schema 2', async () => {
      const image = await source.resolve('ghcr.io/team/docker:1', amd64, run);
      expect(image?.root.mediaType).toBe(mediaTypes.dockerManifest);
      expect(await readAll(image)).toBeGreaterThan(0);
    });
    it('does not have what was never pushed', async () => {
      expect(await source.resolve('ghcr.io/team/single:2', amd64, run)).toBeUndefined();
      expect(await source.resolve('ghcr.io/nobody/nothing:1', amd64, run)).toBeUndefined();
      expect(
        await source.resolve(`ghcr.io/team/single@${multi.digest}`, amd64, run),
      ).toBeUndefined();
    });
    it('leaves other hosts to other sources', async () => {
      expect(await source.resolve('quay.io/team/single:1', amd64, run)).toBeUndefined();
    });
    it.each([
      ['a single image', 'other'],
      ['an index', 'multi'],
    ])('refuses %s of another platform', async (_name, repository) => {
      await expect(
        source.resolve(`ghcr.io/team/${repository}:1`, { os: 'linux', architecture: 's390x' }, run),
      ).rejects.toMatchObject({ code: 'REGISTRY_PLATFORM' });
    });
    it('reads a published package by tag and by digest', async () => {
      for (const reference of [
        'ghcr.io/packages/demo:1',
        `ghcr.io/packages/demo@${published.digest}`,
      ]) {
        const artifact = await source.fetchArtifact(reference, { architecture: 'amd64' }, run);
        expect(artifact?.manifest.digest).toBe(published.digest);
        expect(artifact?.files.map(({ path }) => path)).toEqual(['zarf.yaml', 'images/index.json']);
        let text = '';
        for await (const chunk of artifact?.files[0]?.blob.open(run) ?? [])
          text += Buffer.from(chunk).toString();
        expect(text).toBe('kind: ZarfPackageConfig\n');
      }
    });
    it.each([
      ['of another architecture', 'packages/demo:1', 'arm64', 'REGISTRY_PLATFORM'],
      ['that is an image', 'team/single:1', 'amd64', 'REGISTRY_DOCUMENT'],
      ['that is an index of images', 'team/multi:1', 'amd64', 'REGISTRY_PLATFORM'],
    ])('refuses a package %s', async (_name, name, architecture, code) => {
      await expect(
        source.fetchArtifact(`ghcr.io/${name}`, { architecture }, run),
      ).rejects.toMatchObject({ code });
    });

    it.skipIf(debianMissing.length > 0)('carries a real root file system', async (context) => {
      const made = await debianRootFileSystem(join(folder, 'debian.tar'));
      if (made.tar === undefined) return context.skip(`no Debian root file system: ${made.reason}`);
      const debian = new LayoutBuilder(join(folder, 'debian'));
      debian.tag(await debian.image(amd64, [made.tar]), 'minbase');
      await debian.finish();
      await open[0]?.push(debian.path, 'minbase', 'debian:bookworm');
      const image = await source.resolve(`${host}/debian:bookworm`, amd64, run);
      expect(image?.blobs.at(-1)?.digest).toBe(made.digest);
      expect(await readAll(image)).toBeGreaterThan(made.tar.byteLength);
    });
  });

  describe('with a client certificate', () => {
    it('is spoken to with one, and says that it wants one', async () => {
      const registry = await start('client-certificate');
      await registry.push(layout.path, 'single', 'team/single:1');
      const { host, caFile = '', certFile = '', keyFile = '', dockerConfigPath = '' } = registry;
      const settings = { hosts: [host], caFile, dockerConfigPath };
      const source = new RegistrySource({ ...settings, certFile, keyFile });
      const image = await source.resolve(`${host}/team/single:1`, amd64, run);
      expect(await readAll(image)).toBeGreaterThan(20 << 20);
      const without = new RegistrySource({ ...settings, sleep: async () => undefined });
      await expect(without.resolve(`${host}/team/single:1`, amd64, run)).rejects.toMatchObject({
        code: 'REGISTRY_TLS',
        suggestions: [expect.stringContaining('--cert-file')],
      });
    });
  });

  describe('with TLS and a password', () => {
    let registry: LocalRegistry;
    beforeAll(async () => {
      registry = await start('tls-and-password');
      await registry.push(layout.path, 'single', 'team/single:1');
    });
    const resolve = (options: {
      readonly caFile?: string;
      readonly dockerConfigPath?: string;
    }): Promise<ResolvedImage | undefined> =>
      new RegistrySource({ hosts: [registry.host], ...options }).resolve(
        `${registry.host}/team/single:1`,
        amd64,
        run,
      );
    const trust = (): { caFile: string } => ({ caFile: registry.caFile ?? '' });

    it('reads with the authority and the login', async () => {
      const image = await resolve({
        ...trust(),
        dockerConfigPath: registry.dockerConfigPath ?? '',
      });
      expect(image?.root.digest).toBe(single.digest);
      expect(await readAll(image)).toBeGreaterThan(20 << 20);
    });
    it('asks for a login', async () => {
      await expect(resolve(trust())).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    });
    it('trusts no unknown authority', async () => {
      await expect(
        resolve({ dockerConfigPath: registry.dockerConfigPath ?? '' }),
      ).rejects.toMatchObject({ code: 'REGISTRY_TLS' });
    });
    it('says when the authority cannot be read', async () => {
      await expect(resolve({ caFile: join(folder, 'none.pem') })).rejects.toMatchObject({
        code: 'REGISTRY_TLS',
      });
    });
  });
});
