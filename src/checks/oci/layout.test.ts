import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { layout } from './layout.ts';

const descriptorOf = (text: string) => ({
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(text),
  size: text.length,
});
const pathOf = (text: string) => `images/blobs/sha256/${hexOf(digestOf(text))}`;

function withoutManifest(): PackageDraft {
  const draft = aPackage().image();
  return draft.without(draft.blobWith('"layers":[{'));
}

describe('oci/layout', () => {
  it.each([
    ['sound', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is missing', withoutManifest(), ['undecided']],
    [
      'no marker',
      aPackage().image().tampered('images/oci-layout', undefined),
      ['fail warning LAYOUT_MARKER_MISSING'],
    ],
    [
      'another layout version',
      aPackage().image().with('images/oci-layout', '{"imageLayoutVersion":"2.0.0"}'),
      ['fail error LAYOUT_MARKER_INVALID'],
    ],
    [
      'no index',
      aPackage().image().tampered('images/index.json', undefined),
      ['fail error LAYOUT_INDEX_MISSING'],
    ],
    [
      'an index that is no JSON',
      aPackage().image().with('images/index.json', '{'),
      ['fail error LAYOUT_DOCUMENT_INVALID'],
    ],
    [
      'an index with a key twice',
      aPackage()
        .image()
        .with('images/index.json', '{"schemaVersion":2,"manifests":[],"manifests":[]}'),
      ['fail error LAYOUT_DOCUMENT_INVALID'],
    ],
    [
      'a manifest that calls itself another type',
      aPackage()
        .root(descriptorOf('{"schemaVersion":2,"mediaType":"x"}'))
        .with(pathOf('{"schemaVersion":2,"mediaType":"x"}'), '{"schemaVersion":2,"mediaType":"x"}'),
      ['fail error LAYOUT_DOCUMENT_INVALID'],
    ],
    [
      'a file that belongs to no layout',
      aPackage().image().with('images/readme.txt', 'x'),
      ['fail warning LAYOUT_STRAY_FILE'],
    ],
    [
      'an index inside an index',
      aPackage().image().asIndex('inner').asIndex('docker.io/library/outer:1'),
      ['pass'],
    ],
    [
      'indexes nested too deep',
      ['b', 'c', 'd', 'e', 'f'].reduce((draft, name) => draft.asIndex(name), aPackage().image()),
      ['fail error LAYOUT_NESTED_INDEX'],
    ],
    [
      'an index of images',
      aPackage()
        .image()
        .image({ name: 'docker.io/library/b:1' })
        .asIndex('docker.io/library/all:1'),
      ['pass'],
    ],
    [
      'reading ended before the index',
      aPackage().image().cutBefore('images/index.json'),
      ['undecided'],
    ],
    [
      'a marker that was not kept',
      aPackage().image().unread('images/oci-layout'),
      ['undecided LAYOUT_UNREAD'],
    ],
    [
      'an index too large to keep',
      aPackage().image().unread('images/index.json'),
      ['undecided LAYOUT_UNREAD'],
    ],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(layout)).toEqual(expected);
  });
});
