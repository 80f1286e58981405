// What registries hold about images: asked for, locked, kept, had without a network, pushed along.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import ImagesLock from '../../../src/commands/images/lock.ts';
import ImagesPull from '../../../src/commands/images/pull.ts';
import ImagesPush from '../../../src/commands/images/push.ts';
import { type Descriptor, mediaTypes } from '../../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../../src/oci/digest.ts';
import { referrersTag, renderReferrer } from '../../../src/oci/referrer.ts';
import { schemaFaults } from '../../support/closed-schema.ts';
import { LoopbackRegistry } from '../../support/loopback-registry.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
let folder = '';
let registry: LoopbackRegistry;
let image: Descriptor;
let index: Descriptor;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-referrers-'));
  registry = await new LoopbackRegistry().start();
  registry.keepsLists = true;
  image = manifest('one', ['layer']);
  const platform = { os: 'linux', architecture: 'amd64' };
  index = registry.document(
    mediaTypes.ociIndex,
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ ...image, platform }],
    }),
    '1',
  );
  await define('referrers: true');
});
afterEach(async () => {
  process.exitCode = undefined;
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function manifest(name: string, layers: readonly string[], tag?: string): Descriptor {
  const text = JSON.stringify({ os: 'linux', architecture: 'amd64', name });
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: registry.blob(mediaTypes.ociConfig, text),
    layers: layers.map((layer) => registry.blob(mediaTypes.ociLayerTar, layer)),
  };
  return registry.document(mediaTypes.ociManifest, JSON.stringify(document), tag);
}
function attach(subject: Descriptor, content: string): Digest {
  const bytes = renderReferrer({
    artifactType: bundleType,
    config: registry.blob(mediaTypes.ociEmpty, '{}'),
    layers: [registry.blob(bundleType, content)],
    subject,
    annotations: {},
  });
  return registry.document(mediaTypes.ociManifest, Buffer.from(bytes)).digest;
}
async function define(more: string): Promise<void> {
  await mkdir(join(folder, 'app'), { recursive: true });
  await writeFile(
    join(folder, 'cowa-release.yaml'),
    `apiVersion: cowa-release/v1
name: about
version: 1.0.0
architecture: amd64
imageSources: [{ type: registry, hosts: ['${registry.host}'], ${more} }]
flavors: { cpu: { packages: [{ path: app }], bundle: { path: bundle } } }
`,
  );
  await mkdir(join(folder, 'bundle'), { recursive: true });
  await writeFile(
    join(folder, 'bundle/uds-bundle.yaml'),
    `kind: UDSBundle
metadata: { name: about, version: 1.0.0, architecture: amd64 }
packages: [{ name: app, path: ../app, ref: 1.0.0 }]
`,
  );
  await writeFile(
    join(folder, 'app/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0, architecture: amd64 }
components: [{ name: app, required: true, images: ['${registry.host}/team/app:1'] }]
`,
  );
}
const common = (): readonly string[] => [
  ...['-f', join(folder, 'cowa-release.yaml'), '--cache-dir', join(folder, 'cache')],
  '--json',
];
const lock = (...argv: string[]) =>
  captureOutput(() => ImagesLock.run([...common(), ...argv], config));
const pull = (...argv: string[]) =>
  captureOutput(() => ImagesPull.run([...common(), ...argv], config));
const push = (...argv: string[]) =>
  captureOutput(() => ImagesPush.run([...common(), ...argv], config));
const locked = async () => {
  const text = await readFile(join(folder, 'cowa-release.lock.json'), 'utf8');
  return JSON.parse(text).flavors.cpu.images[0].referrers;
};

describe('what registries hold about images', () => {
  it('is locked, kept by digest, had without a network, and pushed along', async () => {
    const signature = attach(index, 'signature');
    const sbom = attach(image, 'sbom');
    const size = registry.manifests.get(sbom)?.bytes.length ?? 0;
    const overSbom = attach({ mediaType: mediaTypes.ociManifest, digest: sbom, size }, 'over it');
    const tag = `${referrersTag(index.digest)}.sig`;
    const tagged = manifest('old signature', ['old'], tag);
    expect((await lock()).error).toBeUndefined();
    const expected = [
      { digest: signature, subject: index.digest, artifactType: bundleType },
      { digest: sbom, subject: image.digest },
      { digest: overSbom, subject: sbom },
      { digest: tagged.digest, subject: index.digest, tag },
    ].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    expect(await locked()).toMatchObject(expected);
    const first = JSON.parse((await pull('--locked')).stdout);
    expect(schemaFaults('images-pull-result', first)).toEqual([]);
    expect(first.referrers.artifacts).toBe(4);
    registry.asked.splice(0);
    const again = JSON.parse((await pull('--locked')).stdout);
    expect(again.referrers).toMatchObject({ artifacts: 4, fetched: { blobs: 0 } });
    expect(registry.asked).toEqual([]);
    await using mirror = await new LoopbackRegistry().start();
    expect((await push('--locked', '--to', mirror.host)).error).toBeUndefined();
    expect(mirror.manifests.has(signature)).toBe(false);
    const { error } = await push('--locked', '--referrers', '--to', mirror.host);
    expect(error).toBeUndefined();
    for (const name of [signature, sbom, overSbom, tag])
      expect(mirror.manifests.has(name)).toBe(true);
    const list = mirror.manifests.get(referrersTag(sbom))?.bytes.toString() ?? '';
    expect(list).toContain(overSbom);
  });

  it('is asked for by the flag or the definition, and stays locked until --no-referrers', async () => {
    await define('referrers: false');
    attach(index, 'signature');
    await lock();
    expect(await locked()).toBeUndefined();
    await lock('--referrers');
    expect((await locked()).length).toBe(1);
    attach(index, 'second signature');
    expect(JSON.parse((await lock('--check')).stdout).drift).toMatchObject([
      { differs: ['referrers'] },
    ]);
    await lock();
    expect((await locked()).length).toBe(2);
    expect(JSON.parse((await pull('--locked', '--no-referrers')).stdout).referrers.artifacts).toBe(
      0,
    );
    await lock('--no-referrers');
    expect(await locked()).toBeUndefined();
    expect(JSON.parse((await pull('--referrers')).stdout).referrers.artifacts).toBe(2);
  });

  it('is refused when it is too much, about something else, or changed since', async () => {
    for (let number = 0; number < 257; number += 1) attach(index, `${number}`);
    expect((await lock()).error).toMatchObject({ code: 'REFERRERS_LIMIT' });
    for (const name of [...registry.manifests.keys()])
      if (name !== index.digest && name !== image.digest && name !== '1')
        registry.manifests.delete(name);
    const other = attach({ ...image, digest: digestOf(Buffer.from('x')) }, 'of another');
    const { bytes } = registry.manifests.get(other) ?? { bytes: Buffer.alloc(0) };
    const entry = { mediaType: mediaTypes.ociManifest, digest: other, size: bytes.length };
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [entry],
    });
    registry.page = () => ({ body });
    expect((await lock()).error).toMatchObject({ code: 'REFERRERS_SUBJECT' });
    registry.page = () => undefined;
    const signature = attach(index, 'signature');
    expect((await lock()).error).toBeUndefined();
    registry.manifests.set(signature, { type: mediaTypes.ociManifest, bytes });
    await rm(join(folder, 'cache'), { recursive: true, force: true });
    expect((await pull('--locked')).error).toMatchObject({ code: 'REGISTRY_DIGEST' });
  });
});
