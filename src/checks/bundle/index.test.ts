import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { index } from './index.ts';

describe('bundle/index', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a hybrid', aBundle('hybrid'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['no index', aBundle().tampered('index.json', undefined), ['fail error BUNDLE_INDEX_MISSING']],
    [
      'an index that was not reached',
      aBundle().cutBefore('index.json'),
      ['undecided BUNDLE_INDEX_MISSING'],
    ],
    [
      'an index too large to keep',
      aBundle().unread(/^index.json$/),
      ['undecided BUNDLE_INDEX_UNREAD'],
    ],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'an index that is no JSON',
      aBundle().tampered('index.json', '{'),
      ['fail error BUNDLE_INDEX_INVALID'],
    ],
    [
      'an index with one member twice',
      aBundle().tampered('index.json', '{"schemaVersion":2,"schemaVersion":2,"manifests":[]}'),
      ['fail error BUNDLE_INDEX_INVALID'],
    ],
    [
      'no entries',
      aBundle().editing('index', (json) => ({ ...json, manifests: [] })),
      ['fail error BUNDLE_INDEX_ENTRIES'],
    ],
    [
      'two entries',
      aBundle().editing('index', (json) => ({
        ...json,
        manifests: [json['manifests'], json['manifests']].flat(),
      })),
      ['fail error BUNDLE_INDEX_ENTRIES'],
    ],
    [
      'another version as name',
      aBundle().editing('index', (json) => ({
        ...json,
        manifests: [json['manifests']].flat().map((each) => ({ ...Object(each), annotations: {} })),
      })),
      ['fail warning BUNDLE_REF_NAME', 'pass'],
    ],
    [
      'no marker, which nobody reads in this format',
      aBundle().tampered('oci-layout', undefined),
      ['fail warning BUNDLE_LAYOUT_MARKER', 'pass'],
    ],
    [
      'a marker of another version',
      aBundle().tampered('oci-layout', '{"imageLayoutVersion":"2"}'),
      ['fail error BUNDLE_LAYOUT_MARKER'],
    ],
    [
      'a next bundle without marker',
      aBundle('next').tampered('oci/oci-layout', undefined),
      ['fail error BUNDLE_LAYOUT_MARKER'],
    ],
    [
      'a next bundle without the mark of the format',
      aBundle('next').editing('next-index', ({ artifactType: _, ...rest }) => rest),
      ['fail error BUNDLE_INDEX_INVALID'],
    ],
    [
      'a next bundle of another schema',
      aBundle('next').editing('next-index', (json) => ({ ...json, schemaVersion: 1 })),
      ['fail error BUNDLE_INDEX_INVALID'],
    ],
    [
      'a next bundle without architecture',
      aBundle('next').editing('next-index', ({ annotations: _, ...rest }) => rest),
      ['fail error BUNDLE_ARCHITECTURE_MISSING'],
    ],
    [
      'names with ./, which are not found',
      aBundle()
        .tampered(/^blobs|^oci/, undefined)
        .spelt('./'),
      ['fail error BUNDLE_ENTRY_SPELLING', 'fail warning BUNDLE_LAYOUT_MARKER'],
    ],
    ['names with ./ in a next bundle, which are cleaned', aBundle('next').spelt('./'), ['pass']],
    [
      'a plain tar',
      aBundle().container({ compression: 'none' }),
      ['fail error BUNDLE_NOT_COMPRESSED'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(index)).toEqual(expected));
});
