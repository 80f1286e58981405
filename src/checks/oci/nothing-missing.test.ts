import { describe, expect, it } from 'vitest';
import { aPackage, inShort, type PackageDraft } from '../../../test/support/a-package.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { runChecks } from '../run-checks.ts';
import { nothingMissing } from './nothing-missing.ts';

function lacking(text?: string): PackageDraft {
  const draft = aPackage().image();
  return text === undefined ? draft : draft.without(draft.blobWith(text));
}
function unreached(): PackageDraft {
  const draft = aPackage().image();
  return draft.cutBefore(draft.blobWith('docker.io'));
}

const notJson = { mediaType: mediaTypes.ociManifest, digest: digestOf('{'), size: 1 };
const notJsonPath = `images/blobs/sha256/${hexOf(digestOf('{'))}`;

describe('oci/nothing-missing', () => {
  it.each([
    ['all there', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is no JSON', aPackage().root(notJson).with(notJsonPath, '{'), ['undecided']],
    ['a layer missing', lacking('docker.io'), ['fail error BLOB_MISSING']],
    ['a config missing', lacking('diff_ids'), ['fail error BLOB_MISSING']],
    ['a manifest missing', lacking('layers":[{'), ['fail error BLOB_MISSING']],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    ['a layer that reading did not reach', unreached(), ['undecided']],
    ['an index that was not read', aPackage().image().unread('images/index.json'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(nothingMissing)).toEqual(expected);
  });

  it.each([
    [
      'a layer left out that the manifest names',
      lacking().inBundle(lacking().blobWith('docker.io')),
      ['pass'],
    ],
  ])('in a bundle: %s', (_name, facts, expected) => {
    expect(inShort(runChecks([nothingMissing], facts))).toEqual(expected);
  });
});
