import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaTypes } from '../../oci/descriptor.ts';
import { heldContent } from '../../ports/blob-store.ts';
import type { BuildBase, BuildRequest } from '../../ports/image-builder.ts';
import type { ImageBlob } from '../../ports/image-source.ts';
import { openBuildah } from './buildah.ts';

const run = { signal: new AbortController().signal };
const reference = 'ex.com/base:1';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-buildah-'));
  const answers = '#!/bin/sh\n[ "$1" = --version ] && exec echo buildah version 9.9.9\nexit 7\n';
  await writeFile(join(folder, 'buildah'), answers, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function blobOf(value: object, mediaType: string, role: ImageBlob['role']): ImageBlob {
  return { ...heldContent(Buffer.from(JSON.stringify(value))), mediaType, role };
}

const described = ({ digest, size, mediaType }: ImageBlob) => ({ digest, size, mediaType });

/** A base of two layers whose config tells this history. */
function aBase(history: readonly object[]) {
  const layers = [1, 2].map((at) => blobOf({ at }, mediaTypes.ociLayerTar, 'layer'));
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const settings = { os: 'linux', architecture: 'amd64', config: {}, rootfs, history };
  const config = blobOf(settings, mediaTypes.ociConfig, 'config');
  const manifest = blobOf(
    { schemaVersion: 2, config: described(config), layers: layers.map(described) },
    mediaTypes.ociManifest,
    'manifest',
  );
  const blobs = [manifest, config, ...layers];
  return { reference, normalized: reference, source: 'test', root: described(manifest), blobs };
}

/** What becomes of a build on a base: the engine itself fails with 7. */
async function built(image: BuildBase['image']) {
  const work = join(folder, 'work');
  const program = join(folder, 'buildah');
  const engine = await openBuildah(
    { engine: 'buildah', program, folder: work, isRoot: false },
    run,
  );
  const request: BuildRequest = {
    name: 'ex.com/a:1',
    containerfile: `FROM ${reference}\n`,
    context: [],
    bases: [{ reference, image }],
    platform: { os: 'linux', architecture: 'amd64' },
    args: {},
    labels: {},
    secrets: [],
    network: 'none',
    epochSeconds: 7,
    timeoutMs: 60_000,
  };
  const error = await engine.build(request, run).catch((reason: unknown) => reason);
  expect(await readdir(work)).toEqual([]);
  return error;
}

const [step, remark] = [{ created_by: 'x' }, { created_by: 'x', empty_layer: true }];

describe.skipIf(process.platform === 'win32')('buildah, on a base', () => {
  it('whose history tells of every layer, builds', async () => {
    for (const history of [
      [step, step],
      [remark, step, remark, step],
    ])
      expect(await built(aBase(history))).toMatchObject({ code: 'BUILD_FAILED' });
  });

  it.each([
    ['nothing', [], 0],
    ['one layer and a remark', [step, remark], 1],
    ['one layer too many', [step, step, step], 3],
  ])('whose history tells of %s, is not asked to', async (_name, history, told) => {
    expect(await built(aBase(history))).toMatchObject({
      code: 'ENGINE_UNUSABLE',
      message: expect.stringContaining(`tells of ${told} of its 2 layers`),
    });
  });

  it.each([
    ['manifest', 0],
    ['config', 1],
  ] as const)('without a %s that can be read, is not asked to', async (what, at) => {
    const image = aBase([step, step]);
    expect(await built({ ...image, blobs: image.blobs.toSpliced(at, 1) })).toMatchObject({
      code: 'ENGINE_UNUSABLE',
      message: expect.stringContaining(`no readable ${what}`),
    });
  });
});
