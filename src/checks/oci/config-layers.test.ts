import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { configLayers } from './config-layers.ts';

function unreadConfig(): PackageDraft {
  const draft = aPackage().image();
  return draft.unread(draft.blobWith('diff_ids'));
}

function withoutManifest(): PackageDraft {
  const draft = aPackage().image();
  return draft.without(draft.blobWith('"layers":[{'));
}

describe('oci/config-layers', () => {
  it.each([
    ['the same layers', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is missing', withoutManifest(), ['undecided']],
    [
      'a layer more than the config names',
      aPackage().image({ diffIds: [] }),
      ['fail error CONFIG_LAYERS'],
    ],
    [
      'an uncompressed layer that is another',
      aPackage().image({
        layers: [{ content: Buffer.from('tar'), mediaType: mediaTypes.ociLayerTar }],
        diffIds: [digestOf('other')],
      }),
      ['fail error CONFIG_LAYERS'],
    ],
    [
      'an uncompressed layer that is the one',
      aPackage().image({
        layers: [{ content: Buffer.from('tar'), mediaType: mediaTypes.ociLayerTar }],
      }),
      ['pass'],
    ],
    [
      'a compressed layer, whose plain digest is another',
      aPackage().image({ diffIds: [digestOf('plain')] }),
      ['pass'],
    ],
    [
      'an artifact that is no image',
      aPackage().image({ configType: 'application/vnd.cncf.helm.config.v1+json', diffIds: [] }),
      ['not-applicable'],
    ],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    ['a config that was not read', unreadConfig(), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(configLayers)).toEqual(expected);
  });
});
