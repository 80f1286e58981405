import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { nothingUnreferenced } from './nothing-unreferenced.ts';

const orphan = `images/blobs/sha256/${'0'.repeat(64)}`;

function withoutManifest(): PackageDraft {
  const draft = aPackage().image();
  return draft.without(draft.blobWith('"layers":[{'));
}

describe('oci/nothing-unreferenced', () => {
  it.each([
    ['every blob needed', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is missing', withoutManifest(), ['undecided']],
    [
      'a blob nobody needs',
      aPackage().image().with(orphan, 'orphan'),
      ['fail warning BLOB_UNREFERENCED'],
    ],
    [
      'a blob nobody seems to need, while a document is unread',
      aPackage().image().with(orphan, 'orphan').unread('images/index.json'),
      ['undecided'],
    ],
    [
      'a blob two images share',
      aPackage().image().image({ name: 'docker.io/library/demo:2' }),
      ['pass'],
    ],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(nothingUnreferenced)).toEqual(expected);
  });
});
