import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Descriptor, mediaTypes, type Platform } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import { RegistrySource } from './registry-source.ts';

const run = { signal: new AbortController().signal };
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Contents of a registry: manifests by tag and digest, blobs by digest. */
class Contents {
  readonly manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  readonly blobs = new Map<string, Buffer>();

  blob(mediaType: string, content: unknown): Descriptor {
    const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    this.blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  }

  document(mediaType: string, content: Record<string, unknown>, tag?: string): Descriptor {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
    for (const name of [digestOf(bytes), tag ?? []].flat())
      this.manifests.set(name, { type: mediaType, bytes });
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  }

  image(platform: Platform | undefined, tag?: string, layer = 'a layer'): Descriptor {
    const config = this.blob(mediaTypes.ociConfig, {
      ...platform,
      rootfs: { type: 'layers', diff_ids: [] },
    });
    const layers = [this.blob(mediaTypes.ociLayerTar, layer)];
    return this.document(mediaTypes.ociManifest, { config, layers }, tag);
  }

  index(manifests: readonly Descriptor[], tag?: string): Descriptor {
    return this.document(mediaTypes.ociIndex, { manifests }, tag);
  }
}

interface Served {
  readonly host: string;
  readonly asked: string[];
}

async function serve({ manifests, blobs }: Contents): Promise<Served> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const [, kind, name = ''] = /^\/v2\/team\/app\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    if (kind !== undefined) asked.push(`${kind} ${name}`);
    const manifest = manifests.get(name);
    const found = kind === 'blobs' ? blobs.get(name) : manifest?.bytes;
    const type = kind === 'blobs' ? 'application/octet-stream' : (manifest?.type ?? '');
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': type }).end(found);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: `127.0.0.1:${address.port}`, asked };
}

/** A store of given contents; `damaged` ones are refused when they are read. */
function storeOf(contents: readonly Uint8Array[], damaged: readonly Digest[] = []): BlobStore {
  const held = new Map<string, Uint8Array>(contents.map((bytes) => [digestOf(bytes), bytes]));
  async function* open(digest: Digest): AsyncGenerator<Uint8Array> {
    if (damaged.includes(digest)) throw new OciError('OCI_DIGEST_MISMATCH', 'damaged');
    yield held.get(digest) ?? Buffer.alloc(0);
  }
  return {
    find: async (digest) => held.get(digest)?.byteLength,
    put: async () => Promise.reject(new Error('nothing is stored here')),
    open,
    openUnchecked: open,
  };
}

async function resolveFrom(contents: Contents, name: string, platform = amd64) {
  const { host } = await serve(contents);
  return new RegistrySource({ hosts: [host] }).resolve(`${host}/team/app${name}`, platform, run);
}

describe('RegistrySource', () => {
  it('narrows an index to the platform', async () => {
    const contents = new Contents();
    const [one, two] = [contents.image(arm64, undefined, 'other'), contents.image(amd64)];
    const index = contents.index(
      [
        { ...one, platform: arm64 },
        { ...two, platform: amd64 },
      ],
      'v1',
    );
    const image = await resolveFrom(contents, ':v1');
    expect(image).toMatchObject({ root: { ...two, platform: amd64 }, indexDigest: index.digest });
    expect(image?.blobs.map(({ role }) => role)).toEqual(['manifest', 'config', 'layer']);
  });

  it('counts a blob of two manifests once', async () => {
    const contents = new Contents();
    const [one, two] = [contents.image(arm64), contents.image(amd64)];
    const index = contents.index([
      { ...one, platform: arm64 },
      { ...two, platform: amd64 },
    ]);
    const image = await resolveFrom(contents, `@${index.digest}`);
    expect(image?.root).toEqual(index);
    expect(image?.blobs.filter(({ role }) => role === 'layer')).toHaveLength(1);
  });

  it('takes an artifact that has no platform', async () => {
    const contents = new Contents();
    const config = contents.blob(mediaTypes.ociConfig, { architecture: '', os: '' });
    const layers = [contents.blob('application/vnd.dev.cosign.simplesigning.v1+json', '{}')];
    const root = contents.document(mediaTypes.ociManifest, { config, layers }, 'v1');
    expect((await resolveFrom(contents, ':v1'))?.root).toEqual(root);
  });

  const cases: readonly [string, string, (contents: Contents) => Descriptor][] = [
    [
      'an image of another platform',
      'REGISTRY_PLATFORM',
      (contents) => contents.image(arm64, 'v1'),
    ],
    [
      'an image that names no platform',
      'REGISTRY_PLATFORM',
      (contents) => contents.image(undefined, 'v1'),
    ],
    [
      'an index without the platform',
      'REGISTRY_PLATFORM',
      (contents) => contents.index([{ ...contents.image(arm64), platform: arm64 }], 'v1'),
    ],
    [
      'an index that lies about the platform',
      'REGISTRY_PLATFORM',
      (contents) => contents.index([{ ...contents.image(arm64), platform: amd64 }], 'v1'),
    ],
    [
      'an index in an index',
      'REGISTRY_DOCUMENT',
      (contents) => {
        const inner = contents.index([{ ...contents.image(amd64), platform: amd64 }]);
        return contents.index([{ ...inner, platform: amd64 }], 'v1');
      },
    ],
    [
      'an entry of another size',
      'REGISTRY_DOCUMENT',
      (contents) => contents.index([{ ...contents.image(amd64), platform: amd64, size: 7 }], 'v1'),
    ],
    [
      'an entry of another kind',
      'REGISTRY_DOCUMENT',
      (contents) =>
        contents.index(
          [{ ...contents.image(amd64), platform: amd64, mediaType: mediaTypes.dockerManifest }],
          'v1',
        ),
    ],
    [
      'one digest with two sizes',
      'REGISTRY_DOCUMENT',
      (contents) => {
        const config = contents.blob(mediaTypes.ociConfig, amd64);
        const layer = contents.blob(mediaTypes.ociLayerTar, 'x');
        const layers = [layer, { ...layer, size: 2 }];
        return contents.document(mediaTypes.ociManifest, { config, layers }, 'v1');
      },
    ],
    [
      'a config too large to be one',
      'REGISTRY_DOCUMENT',
      (contents) => {
        const config = { ...contents.blob(mediaTypes.ociConfig, amd64), size: 2 ** 30 };
        return contents.document(mediaTypes.ociManifest, { config, layers: [] }, 'v1');
      },
    ],
  ];
  it.each(cases)('refuses %s: %s', async (_name, code, fill) => {
    const contents = new Contents();
    fill(contents);
    await expect(resolveFrom(contents, ':v1')).rejects.toMatchObject({ code });
  });

  it('refuses indexes nested without end', async () => {
    const contents = new Contents();
    let inner = contents.index([{ ...contents.image(amd64), platform: amd64 }]);
    for (let depth = 0; depth < 4; depth += 1)
      inner = contents.index([{ ...inner, platform: amd64 }]);
    await expect(resolveFrom(contents, `@${inner.digest}`)).rejects.toMatchObject({
      code: 'REGISTRY_DOCUMENT',
      message: expect.stringContaining('nested'),
    });
  });
});

describe('RegistrySource with contents it fetched before', () => {
  const contents = new Contents();
  const root = contents.image(amd64, 'v1');
  const known = [
    ...[...contents.manifests.values()].map(({ bytes }) => bytes),
    ...contents.blobs.values(),
  ];

  async function locked(held: BlobStore, reference = `@${root.digest}`) {
    const { host, asked } = await serve(contents);
    const source = new RegistrySource({ hosts: [host], held });
    return { image: await source.resolve(`${host}/team/app${reference}`, amd64, run), asked, host };
  }

  it('contacts nothing for what is named by digest', async () => {
    const { image, asked, host } = await locked(storeOf(known));
    expect(image).toMatchObject({ root, source: `registry ${host}` });
    expect(asked).toEqual([]);
  });

  it('asks for a tag, which may have moved, and for nothing else', async () => {
    const { asked } = await locked(storeOf(known), ':v1');
    expect(asked).toEqual(['manifests v1']);
  });

  it('asks for what is not there or damaged', async () => {
    const digests = known.map((bytes) => digestOf(bytes));
    for (const held of [storeOf([]), storeOf(known, digests)]) {
      const { image, asked } = await locked(held);
      expect(image?.root).toEqual(root);
      expect(asked[0]).toBe(`manifests ${root.digest}`);
      expect(asked).toHaveLength(2);
    }
  });

  it('asks what a document is that does not say so itself', async () => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: root, layers: [] }));
    const plain = new Contents();
    plain.manifests.set(digestOf(bytes), { type: mediaTypes.ociManifest, bytes });
    const { host, asked } = await serve(plain);
    const source = new RegistrySource({ hosts: [host], held: storeOf([bytes]) });
    await source.resolve(`${host}/team/app@${digestOf(bytes)}`, amd64, run);
    expect(asked).toEqual([`manifests ${digestOf(bytes)}`]);
  });

  it('gives nothing from a host that may not be contacted', async () => {
    const source = new RegistrySource({ hosts: ['elsewhere.example'], held: storeOf(known) });
    expect(await source.resolve(`ghcr.io/team/app@${root.digest}`, amd64, run)).toBeUndefined();
  });
});
