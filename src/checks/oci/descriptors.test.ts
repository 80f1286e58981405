import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { descriptors } from './descriptors.ts';

const gzip = Buffer.from([0x1f, 0x8b, 8, 0]);
const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]);
const tar = Buffer.from('etc/hostname');

function withoutManifest(): PackageDraft {
  const draft = aPackage().image();
  return draft.without(draft.blobWith('"layers":[{'));
}

const cosign = aPackage().image({
  name: 'docker.io/library/demo:sha256-0.sig',
  architecture: '',
  os: '',
  layers: [
    {
      content: Buffer.from('{}'),
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    },
  ],
});

describe('oci/descriptors', () => {
  it.each([
    ['sizes and types agree', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is missing', withoutManifest(), ['undecided']],
    [
      'a layer of another size',
      aPackage().image({
        layers: [{ content: gzip, mediaType: mediaTypes.ociLayerGzip, size: 5 }],
      }),
      ['fail error LAYOUT_SIZE_MISMATCH'],
    ],
    [
      'gzip announced as zstd',
      aPackage().image({ layers: [{ content: gzip, mediaType: mediaTypes.ociLayerZstd }] }),
      ['fail error LAYOUT_CONTENT_TYPE'],
    ],
    [
      'a plain tar announced as gzip',
      aPackage().image({ layers: [{ content: tar, mediaType: mediaTypes.ociLayerGzip }] }),
      ['fail error LAYOUT_CONTENT_TYPE'],
    ],
    [
      'gzip announced as a plain tar',
      aPackage().image({ layers: [{ content: gzip, mediaType: mediaTypes.ociLayerTar }] }),
      ['fail error LAYOUT_CONTENT_TYPE'],
    ],
    [
      'layers of all three kinds',
      aPackage().image({
        layers: [
          { content: gzip, mediaType: mediaTypes.dockerLayerGzip },
          { content: zstd, mediaType: mediaTypes.ociLayerZstd },
          { content: tar, mediaType: mediaTypes.ociLayerTar },
        ],
      }),
      ['pass'],
    ],
    [
      'a layer type nobody knows yet',
      aPackage().image({
        layers: [{ content: tar, mediaType: 'application/vnd.oci.image.layer.v2.blocks' }],
      }),
      ['undecided LAYOUT_MEDIA_TYPE_UNKNOWN'],
    ],
    [
      'a manifest type nobody knows yet',
      aPackage().root({
        mediaType: 'application/vnd.example.manifest',
        digest: `sha256:${'0'.repeat(64)}`,
        size: 1,
      }),
      ['undecided LAYOUT_MEDIA_TYPE_UNKNOWN'],
    ],
    [
      'an artifact that is no image, with a layer of its own type',
      aPackage().image({
        configType: 'application/vnd.cncf.helm.config.v1+json',
        layers: [
          { content: gzip, mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' },
        ],
      }),
      ['pass'],
    ],
    ['a signature in the dress of an image', cosign, ['pass']],
    [
      'a layer of unknown type beside one of a known one',
      aPackage().image({
        layers: [
          { content: tar, mediaType: mediaTypes.ociLayerTar },
          { content: tar, mediaType: 'application/octet-stream' },
        ],
      }),
      ['undecided LAYOUT_MEDIA_TYPE_UNKNOWN'],
    ],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    ['documents that were not read', aPackage().image().unread('images/index.json'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(descriptors)).toEqual(expected);
  });
});
