import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { hexOf } from '../../src/oci/digest.ts';
import { interopRelease } from '../support/interop-release.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram } from '../support/peers.ts';
import { packageIntoLayout } from '../support/publish-package.ts';
import { LayoutBuilder, smallLayer } from '../support/real-images.ts';

const missing = await missingPrograms('docker-registry', 'skopeo', 'openssl', 'htpasswd', 'tar');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
const amd64 = { os: 'linux', architecture: 'amd64' };
const env = { COWA_KEY_PASSWORD: 'a password' };
let home = '';
let layout: LayoutBuilder;
let first: Descriptor;
let second: Descriptor;

const at = (...path: readonly string[]): string => join(home, ...path);

interface Release {
  readonly folder: string;
  /** YAML of the registry source. */
  readonly source: string;
  readonly reference?: string;
}

/** A release of one image that comes from a registry. */
async function writeRelease({
  folder,
  source,
  reference = 'ghcr.io/team/app:1',
}: Release): Promise<void> {
  await ownFile(
    at(folder, 'cowa-release.yaml'),
    `apiVersion: cowa-release/v1
name: from-registry
version: 1.0.0
architecture: amd64
imageSources:
  - ${source}
flavors:
  cpu: { packages: [{ path: app }] }
`,
  );
  await ownFile(
    at(folder, 'app/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components:
- name: main
  required: true
  images: ['${reference}']
`,
  );
}

async function ownFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function program(
  folder: string,
  words: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Ended & { readonly document: Record<string, unknown> }> {
  const args = [
    ...words.split(' '),
    '-f',
    `${folder}/cowa-release.yaml`,
    '--flavor',
    'cpu',
    '--json',
  ];
  const done = await ownProgram([...args, '--cache-dir', `${folder}-cache`], home, {
    env: { ...env, ...more },
  });
  return { ...done, document: Object(JSON.parse(done.stdout)) };
}

const errorOf = ({ document }: { readonly document: Record<string, unknown> }): unknown =>
  Reflect.get(Object(document['error']), 'code');

describe.skipIf(missing.length > 0)(`images of a release from a registry${without}`, () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-e2e-'));
    layout = new LayoutBuilder(at('layout'));
    const base = await smallLayer(home, 'base.txt', 'base');
    first = await layout.image(amd64, [base, await smallLayer(home, 'one.txt', 'one')]);
    second = await layout.image(amd64, [base, await smallLayer(home, 'two.txt', 'two')]);
    layout.tag(first, 'first');
    layout.tag(second, 'second');
    await layout.finish();
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  it('are locked, pulled once, and then had without the registry', async () => {
    await using registry = await startRegistry('plain');
    await registry.push(layout.path, 'first', 'team/app:1');
    const overrides = `{ ghcr.io: '${registry.host}' }`;
    await writeRelease({
      folder: 'locked',
      source: `{ type: registry, hosts: ['${registry.host}'], overrides: ${overrides} }`,
    });
    expect(await program('locked', 'images lock')).toMatchObject({ code: 0 });
    const lock = await readFile(at('locked/cowa-release.lock.json'), 'utf8');
    expect(lock).toContain(first.digest);

    const pulled = await program('locked', 'images pull --locked');
    expect(pulled.document).toMatchObject({ fetched: { blobs: 4 }, total: { blobs: 4 } });

    await registry.push(layout.path, 'second', 'team/app:1');
    const check = await program('locked', 'images lock --check');
    expect(check.code).toBe(1);
    expect(check.document).toMatchObject({
      drift: [{ change: 'changed', locked: first.digest, found: second.digest }],
    });
    const list = await program('locked', 'images list --locked');
    expect(list.document).toMatchObject({ flavors: [{ images: [{ digest: first.digest }] }] });

    await registry[Symbol.asyncDispose]();
    const offline = await program('locked', 'images pull --locked');
    expect(offline).toMatchObject({ code: 0, document: { fetched: { blobs: 0 } } });
    const assembled = await program('locked', 'assemble --locked --insecure-unsigned --out out');
    expect(assembled).toMatchObject({ code: 0, document: { outcome: 'done' } });

    const open = await program('locked', 'images pull');
    expect([open.code, errorOf(open)]).toEqual([4, 'REGISTRY_UNREACHABLE']);
    await rm(at('locked-cache'), { recursive: true });
    const empty = await program('locked', 'images pull --locked');
    expect([empty.code, errorOf(empty)]).toEqual([4, 'REGISTRY_UNREACHABLE']);
  });

  it('are refused when the registry alters them, and the cache stays clean', async () => {
    await using registry = await startRegistry('plain');
    await registry.push(layout.path, 'first', 'team/app:1');
    const reference = `${registry.host}/team/app:1`;
    await writeRelease({
      folder: 'altered',
      source: `{ type: registry, hosts: ['${registry.host}'] }`,
      reference,
    });
    const { layers } = JSON.parse(
      await readFile(at('layout/blobs/sha256', hexOf(first.digest)), 'utf8'),
    );
    const hex = String(layers[1].digest).slice('sha256:'.length);
    const stored = join(
      registry.storage,
      'docker/registry/v2/blobs/sha256',
      hex.slice(0, 2),
      hex,
      'data',
    );
    const bytes = await readFile(stored);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    await writeFile(stored, bytes);
    const pulled = await program('altered', 'images pull');
    expect([pulled.code, errorOf(pulled)]).toEqual([3, 'REGISTRY_DIGEST']);
    const cached = await readdir(at('altered-cache'), { recursive: true });
    expect(cached.filter((name) => name.includes(hex))).toEqual([]);
    expect(cached.filter((name) => name.includes('incoming/'))).toEqual([]);
  });

  it('are had over TLS of an own authority, with the login of docker', async () => {
    await using registry: LocalRegistry = await startRegistry('tls-and-password');
    await registry.push(layout.path, 'first', 'team/app:1');
    const reference = `${registry.host}/team/app:1`;
    const login = { DOCKER_CONFIG: dirname(registry.dockerConfigPath ?? '') };
    const source = `type: registry, hosts: ['${registry.host}']`;
    await writeRelease({
      folder: 'tls',
      source: `{ ${source}, caFile: '${registry.caFile}' }`,
      reference,
    });
    expect(await program('tls', 'images pull', login)).toMatchObject({ code: 0 });
    const anonymous = await program('tls', 'images list');
    expect([anonymous.code, errorOf(anonymous)]).toEqual([4, 'REGISTRY_UNAUTHORIZED']);
    await writeRelease({ folder: 'strange', source: `{ ${source} }`, reference });
    const strange = await program('strange', 'images list', login);
    expect([strange.code, errorOf(strange)]).toEqual([4, 'REGISTRY_TLS']);
  });

  it.each([
    [404, 3, 'IMAGE_NOT_FOUND', 1],
    [403, 4, 'REGISTRY_FORBIDDEN', 1],
    [500, 4, 'REGISTRY_ANSWER', 4],
  ])('end with their own code when the registry answers %i', async (status, exit, code, tries) => {
    let asked = 0;
    const server = createServer((request, response) => {
      if (request.url?.includes('/manifests/') === true) asked += 1;
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const host = `127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
    const folder = `status-${status}`;
    await writeRelease({
      folder,
      source: `{ type: registry, hosts: ['${host}'] }`,
      reference: `${host}/team/app:1`,
    });
    const done = await program(folder, 'images list');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect([done.code, errorOf(done), asked]).toEqual([exit, code, tries]);
  });
});

describe.skipIf(missing.length > 0)(`published packages as members of a bundle${without}`, () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-e2e-'));
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  it('are pinned by their manifest, and had without the registry when locked', async () => {
    await using registry = await startRegistry('plain');
    const { host } = registry;
    await interopRelease(at('maker'));
    const made = await program('maker', 'assemble --insecure-unsigned --out made');
    expect(made.code).toBe(0);
    layout = new LayoutBuilder(at('layout'));
    const archive = at('made/cpu/zarf-package-everything-amd64-1.2.3-upstream.tar.zst');
    const manifest = await packageIntoLayout(archive, layout, 'package');
    await layout.finish();
    await registry.push(layout.path, 'package', 'pk/everything:1.2.3', { all: true });

    await interopRelease(at('taker'), {
      members: `- { name: published, repository: ${host}/pk/everything, ref: 1.2.3 }\n`,
      sources: `  - { type: registry, hosts: ['${host}'] }\n`,
    });
    expect(await program('taker', 'images lock')).toMatchObject({ code: 0 });
    const lock = JSON.parse(await readFile(at('taker/cowa-release.lock.json'), 'utf8'));
    expect(lock.flavors.cpu.packages).toEqual([
      { reference: `${host}/pk/everything:1.2.3`, digest: manifest.digest },
    ]);
    const pulled = await program('taker', 'images pull --locked');
    expect(pulled.document).toMatchObject({ packages: [{ digest: manifest.digest }] });
    await registry[Symbol.asyncDispose]();
    const first = await program('taker', 'assemble --locked --insecure-unsigned --out first');
    expect(first).toMatchObject({ code: 0 });
    const offline = await program('taker', 'assemble --locked --insecure-unsigned --out offline');
    expect(offline).toMatchObject({ code: 0 });
    const bundle = 'cpu/uds-bundle-interop-amd64-1.2.3.tar.zst';
    expect(await readFile(at('offline', bundle))).toEqual(await readFile(at('first', bundle)));
  });
});
