import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { root } from './root.ts';

const layers = (json: Record<string, unknown>): Record<string, unknown>[] =>
  [json['layers']].flat().map((each) => ({ ...Object(each) }));

describe('bundle/root', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['a root that was not reached', aBundle().cutBefore(/blobs/), ['undecided']],
    [
      'a root that is an index as well',
      aBundle().editing('root', (json) => ({ ...json, manifests: [] })),
      ['fail error BUNDLE_ROOT_INVALID'],
    ],
    [
      'a package with a title',
      aBundle().editing('root', (json) => ({
        ...json,
        layers: layers(json).map((each, at) =>
          at === 0 ? { ...each, annotations: { 'org.opencontainers.image.title': 'demo' } } : each,
        ),
      })),
      ['fail error BUNDLE_ROOT_TITLE'],
    ],
    [
      'a signature as layer',
      aBundle().editing('root', (json) => ({
        ...json,
        layers: [
          ...layers(json),
          {
            ...layers(json)[0],
            annotations: { 'org.opencontainers.image.title': 'uds-bundle.yaml.sig' },
          },
        ],
      })),
      ['fail error BUNDLE_ROOT_TITLE'],
    ],
    [
      'a package the definition does not name',
      aBundle()
        .holding('demo')
        .holding('more', aPackage().with('components/more.tar', 'x'))
        .defining((text) => text.slice(0, text.indexOf('- name: more'))),
      ['fail error BUNDLE_ROOT_PACKAGE'],
    ],
    [
      'a root layer with the type of a manifest, as older programs wrote it',
      aBundle().editing('root', (json) => ({
        ...json,
        layers: layers(json).map((each, at) =>
          at === 0 ? { ...each, mediaType: 'application/vnd.oci.image.manifest.v1+json' } : each,
        ),
      })),
      ['pass'],
    ],
    [
      'a definition manifest of another type than its entry',
      aBundle('next').editing('next-definition', (json) => ({
        ...json,
        artifactType: 'application/x',
      })),
      ['fail error BUNDLE_ROOT_TYPE'],
    ],
    [
      'a definition manifest without its media type',
      aBundle('next').editing('next-definition', ({ mediaType: _, ...rest }) => rest),
      ['fail error BUNDLE_ROOT_TYPE'],
    ],
    [
      'a definition manifest without layers',
      aBundle('next').editing('next-definition', ({ layers: _, ...rest }) => rest),
      ['fail error BUNDLE_ROOT_INVALID'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(root)).toEqual(expected));
});
