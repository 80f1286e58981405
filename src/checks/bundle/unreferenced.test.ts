import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { unreferenced } from './unreferenced.ts';

const hex = 'c8dee78f8c7b466c881847accc196998bad00e2b96c5ef913dfbe454d3807c96';

describe('bundle/unreferenced', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a signed next bundle', aBundle('next').with('uds.bundle.sig', '{}'), ['pass']],
    ['a hybrid', aBundle('hybrid'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    [
      'an end that was not reached',
      aBundle()
        .with(`blobs/sha256/${hex}`)
        .cutBefore(/no such/),
      ['undecided'],
    ],
    ['a blob more', aBundle().with(`blobs/sha256/${hex}`), ['fail error BUNDLE_BLOB_UNREFERENCED']],
    [
      'a blob more in a next bundle',
      aBundle('next').with(`oci/blobs/sha256/${hex}`),
      ['fail error BUNDLE_BLOB_UNREFERENCED'],
    ],
    ['a file more', aBundle().with('README.md'), ['fail error BUNDLE_ENTRY_STRAY']],
    [
      'the evidence of a next bundle in a legacy one',
      aBundle().with('uds.bundle.sig'),
      ['fail error BUNDLE_ENTRY_STRAY'],
    ],
    [
      'a blob of the legacy tree in a next bundle',
      aBundle('next').with(`blobs/sha256/${hex}`),
      ['fail error BUNDLE_BLOB_UNREFERENCED'],
    ],
    [
      'a tree that could not be followed',
      aBundle().editing('root', ({ layers: _, ...rest }) => rest),
      ['undecided'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(unreferenced)).toEqual(expected));
});
