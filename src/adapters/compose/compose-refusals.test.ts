import { describe, expect, it } from 'vitest';
import { mediaTypes } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import { MemoryWorkspace } from '../memory/workspace.ts';
import { ComposeSource } from './compose-source.ts';

const run = { signal: new AbortController().signal };
const platform = { architecture: 'amd64', os: 'linux' };

/** An image whose documents are these, in a source that believes them. */
function aBase(manifest: object, config: object, mediaType: string = mediaTypes.ociManifest) {
  const blob = (document: object, type: string, role: 'manifest' | 'config') => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest: Digest = digestOf(bytes);
    return {
      mediaType: type,
      role,
      digest,
      size: bytes.byteLength,
      open: async function* () {
        yield bytes;
      },
    };
  };
  const configBlob = blob(config, mediaTypes.ociConfig, 'config');
  const full = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: mediaTypes.ociConfig, digest: configBlob.digest, size: configBlob.size },
    layers: [],
    ...manifest,
  };
  const root = blob(full, mediaType, 'manifest');
  return {
    configBlob,
    image: {
      reference: 'ex.com/base:1',
      root,
      blobs: [root, configBlob],
      platform,
    } as unknown as ResolvedImage,
  };
}

async function composedOn(base: ResolvedImage): Promise<unknown> {
  return await new ComposeSource({
    images: { 'ex.com/a:1': { base: 'ex.com/base:1', layers: [] } },
    workspace: new MemoryWorkspace({}),
    epochSeconds: 0,
    resolveBase: async () => base,
  }).resolve('ex.com/a:1', platform, run);
}

const config = { ...platform, config: {}, rootfs: { type: 'layers', diff_ids: [] } };

describe('a base of a composed image', () => {
  it('is taken when it is one image', async () => {
    await expect(composedOn(aBase({}, config).image)).resolves.toBeDefined();
  });

  it.each([
    { name: 'is an index of several', base: () => aBase({}, config, mediaTypes.ociIndex).image },
    {
      name: 'has a config of another kind',
      base: () => {
        const { configBlob } = aBase({}, config);
        return aBase(
          {
            config: {
              mediaType: 'application/vnd.example',
              digest: configBlob.digest,
              size: configBlob.size,
            },
          },
          config,
        ).image;
      },
    },
    {
      name: 'has other numbers of layers and layer digests',
      base: () =>
        aBase({}, { ...config, rootfs: { type: 'layers', diff_ids: [digestOf('x')] } }).image,
    },
  ])('that $name is COMPOSE_BASE_UNFIT', async ({ base }) => {
    await expect(composedOn(base())).rejects.toMatchObject({
      code: 'COMPOSE_BASE_UNFIT',
      exitCode: 3,
    });
  });
});

it('a device or socket is no content of a layer: COMPOSE_INPUT_UNFIT', async () => {
  class WithSocket extends MemoryWorkspace {
    override async stat() {
      return { kind: 'other', size: 0, mode: 0o644 } as const;
    }
  }
  const source = new ComposeSource({
    images: {
      'ex.com/a:1': { base: 'scratch', layers: [{ files: [{ source: 's', target: '/s' }] }] },
    },
    workspace: new WithSocket({}),
    epochSeconds: 0,
    resolveBase: async () => undefined,
  });
  await expect(source.resolve('ex.com/a:1', platform, run)).rejects.toMatchObject({
    code: 'COMPOSE_INPUT_UNFIT',
  });
});
