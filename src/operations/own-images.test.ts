import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import { layoutLabels } from './layout-labels.ts';
import { ownImages } from './own-images.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
};

/** A layout of one image, below an index of its own. */
function aLayout(
  folder: string,
  Labels: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const files: Record<string, string> = {};
  const put = (mediaType: string, value: unknown) => {
    const text = JSON.stringify(value);
    const hex = createHash('sha256').update(text).digest('hex');
    files[`${folder}/blobs/sha256/${hex}`] = text;
    return { mediaType, digest: `sha256:${hex}`, size: text.length };
  };
  const config = put(types.config, {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Labels },
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const manifest = put(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config,
    layers: [],
  });
  const index = put(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [manifest],
  });
  const annotations = { 'org.opencontainers.image.ref.name': 'h.example/app/a:1' };
  const manifests = [
    { ...index, annotations },
    { ...manifest, digest: `sha256:${'0'.repeat(64)}` },
  ];
  files[`${folder}/index.json`] = JSON.stringify({ schemaVersion: 2, manifests });
  return files;
}

describe('images that are at hand', () => {
  it('are those of a layout, through every index; what is not there is left out', async () => {
    const labels = {
      'org.opencontainers.image.version': '1',
      other: 'x',
      'org.opencontainers.image.source': 7,
    };
    const workspace = new MemoryWorkspace(aLayout('images', labels));
    expect(await layoutLabels('images', workspace)).toEqual([
      {
        reference: 'h.example/app/a:1',
        labels: { version: '1' },
        created: '2026-01-01T00:00:00Z',
        place: { file: 'images/index.json', line: 1, column: 1 },
      },
    ]);
    expect(await layoutLabels('nowhere', workspace)).toEqual([]);
    expect(await layoutLabels('x', new MemoryWorkspace({ 'x/index.json': '[' }))).toEqual([]);
  });

  it('are those that a release puts together, and those of its layouts', async () => {
    const text = `apiVersion: cowa-release/v1
name: app
version: 1.0.0
architecture: amd64
imageSources:
  - type: compose
    images:
      h.example/app/b:1: { base: scratch, layers: [], config: { labels: { org.opencontainers.image.revision: r, x: y } } }
      h.example/app/c:1: { base: "h.example/app/b:1", layers: [] }
  - { type: oci-layout, path: images }
  - { type: registry, hosts: [h.example] }
flavors: { cpu: { packages: [{ path: p }] } }
`;
    const file = 'r/cowa-release.yaml';
    const release = { file, folder: 'r', parsed: parseReleaseDefinition(Buffer.from(text), file) };
    const found = await ownImages(release, new MemoryWorkspace(aLayout('r/images', {})));
    const told = found.map(({ reference, labels, inherits, place }) => [
      reference,
      labels,
      inherits,
      place?.line,
    ]);
    expect(told).toEqual([
      ['h.example/app/b:1', { revision: 'r' }, false, 8],
      ['h.example/app/c:1', {}, true, 9],
      ['h.example/app/a:1', {}, undefined, 10],
    ]);
    expect(found.map(({ created }) => created)).toEqual([
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00Z',
    ]);
  });
});
