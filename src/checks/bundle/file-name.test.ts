import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { fileName } from './file-name.ts';

describe('bundle/file-name', () => {
  it.each([
    ['the name by the rule', aBundle(), ['pass']],
    ['the name of a next bundle', aBundle('next'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['standard input', aBundle().named(undefined), ['not-applicable']],
    ['a bundle that does not say enough', aBundle().cutBefore(/blobs/), ['undecided']],
    [
      'the name of another version',
      aBundle().named('uds-bundle-both-amd64-1.0.1.tar.zst'),
      ['fail error BUNDLE_FILE_NAME_OTHER'],
    ],
    ['a free name', aBundle().named('release.tar.zst'), ['fail error BUNDLE_FILE_NAME_PATTERN']],
    [
      'a free name of a next bundle, which any is',
      aBundle('next').named('release.tar.zst'),
      ['fail warning BUNDLE_FILE_NAME_FREE'],
    ],
    [
      'a plus, which the next format writes as a hyphen',
      aBundle('next')
        .definingNext((text) => text.replace('"1.0.0"', '"1.0.0+b"'))
        .named('uds-bundle-both-amd64-1.0.0-b.tar.zst'),
      ['pass'],
    ],
    [
      'a plus, which the legacy format keeps',
      aBundle()
        .defining((text) => text.replace('version: 1.0.0', 'version: 1.0.0+b'))
        .named('uds-bundle-both-amd64-1.0.0+b.tar.zst'),
      ['pass'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(fileName)).toEqual(expected));
});
