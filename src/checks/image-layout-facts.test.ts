import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { catalog } from './catalog.gen.ts';
import { gatherImageLayout } from './image-layout-facts.ts';
import { layoutSpokenBy, manifestsOf } from './layout-view.ts';
import { runChecks } from './run-checks.ts';

const layoutOf = (draft: ReturnType<typeof aPackage>) => draft.facts().packages[0]?.images;

describe('gatherImageLayout', () => {
  it('follows index, manifest, config and layers', () => {
    const layout = layoutOf(aPackage().image({ platform: { os: 'linux', architecture: 'amd64' } }));
    expect(layout).toMatchObject({
      layoutPresent: true,
      layoutVersion: '1.0.0',
      problems: [],
      missing: [],
      unread: [],
      unreferenced: [],
    });
    expect(layout?.roots).toMatchObject([
      {
        name: 'docker.io/library/demo:1.0',
        manifests: [{ platform: { os: 'linux', architecture: 'amd64' } }],
      },
    ]);
    const [manifest] = layout?.roots[0]?.manifests ?? [];
    expect(manifest?.layers.length).toBe(1);
    expect(manifest?.diffIds?.length).toBe(1);
    expect(manifest?.size).toBe((manifest?.config?.size ?? 0) + (manifest?.layers[0]?.size ?? 0));
  });

  it('is undefined without a file below images/', () => {
    expect(gatherImageLayout(new Map())).toBeUndefined();
  });

  it('reads a document once, however many descriptors lead to it', () => {
    const draft = aPackage().image();
    const [root] = layoutOf(draft)?.roots ?? [];
    for (let at = 0; at < 500; at++)
      draft.root({
        ...root?.descriptor,
        annotations: { 'org.opencontainers.image.ref.name': `docker.io/library/copy:${at}` },
      });
    const layout = layoutOf(draft);
    expect(layout?.roots.length).toBe(501);
    expect(new Set(layout?.roots.map((each) => each.manifests)).size).toBe(1);
    expect(layout === undefined ? [] : manifestsOf(layout)).toHaveLength(1);
  });

  it('gives each manifest once, however often indexes name one another', () => {
    const draft = aPackage().image();
    const inner = layoutOf(draft)?.roots[0]?.descriptor;
    let descriptors = Array.from({ length: 100 }, () => ({
      mediaType: inner?.mediaType,
      digest: inner?.digest,
      size: inner?.size,
    }));
    for (let level = 0; level < 4; level++) {
      const text = JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: descriptors,
      });
      const digest = digestOf(text);
      draft.with(`images/blobs/sha256/${hexOf(digest)}`, text);
      descriptors = Array.from({ length: 100 }, () => ({
        mediaType: mediaTypes.ociIndex,
        digest,
        size: text.length,
      }));
    }
    draft.root({
      ...descriptors[0],
      annotations: { 'org.opencontainers.image.ref.name': 'docker.io/library/all:1' },
    });
    expect(layoutOf(draft)?.roots.map((root) => root.manifests.length)).toEqual([1, 1]);
  });

  it('tells a problem of a shared blob once', () => {
    const spoilt = {
      content: Buffer.from('tar'),
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    };
    const layout = layoutOf(
      aPackage()
        .image({ layers: [spoilt] })
        .image({ name: 'docker.io/library/b:1', layers: [spoilt] }),
    );
    expect(layout?.problems.map((each) => each.code)).toEqual(['LAYOUT_CONTENT_TYPE']);
  });

  it('takes base.name where ref.name is absent', () => {
    expect(layoutOf(aPackage().image({ refName: null }))?.roots[0]?.name).toBe(
      'docker.io/library/demo:1.0',
    );
    expect(
      layoutOf(aPackage().image({ refName: null, baseName: null }))?.roots[0]?.name,
    ).toBeUndefined();
  });

  it.each([...Object.keys(layoutSpokenBy), 'SOMETHING_NEW'])(
    '%s is told by exactly one check',
    (code) => {
      const facts = aPackage().image().facts();
      const [only] = facts.packages;
      const images = only?.images;
      if (only === undefined || images === undefined) return expect.fail('no images');
      const packages = [
        {
          ...only,
          images: { ...images, problems: [{ code, subject: 'x', message: 'told once' }] },
        },
      ];
      expect(
        runChecks(catalog, { ...facts, packages }).filter((each) => each.message === 'told once')
          .length,
      ).toBe(1);
    },
  );
});
