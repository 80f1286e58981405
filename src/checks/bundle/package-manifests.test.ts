import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { packageManifests } from './package-manifests.ts';

const layers = (json: Record<string, unknown>): object[] => [json['layers']].flat().map(Object);
const retitled =
  (title: string | undefined, at = 0) =>
  (json: Record<string, unknown>) => ({
    ...json,
    layers: layers(json).map((each, index) =>
      index === at
        ? {
            ...each,
            annotations: title === undefined ? {} : { 'org.opencontainers.image.title': title },
          }
        : each,
    ),
  });

const titled = (path: string) => ({ annotations: { 'org.opencontainers.image.title': path } });

describe('bundle/package-manifests', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'a manifest without layers',
      aBundle().editing('manifest', ({ layers: _, ...rest }) => rest),
      ['fail error BUNDLE_MANIFEST_INVALID'],
    ],
    [
      'a manifest that is an index as well',
      aBundle().editing('manifest', (json) => ({ ...json, manifests: [] })),
      ['fail error BUNDLE_MANIFEST_INVALID'],
    ],
    [
      'a file without title',
      aBundle().editing('manifest', retitled(undefined)),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'a title that climbs',
      aBundle().editing('manifest', retitled('../evil')),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'an absolute title',
      aBundle().editing('manifest', retitled('/evil')),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'a title in a longer form',
      aBundle().editing('manifest', retitled('components/./note.tar')),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'a title twice',
      aBundle().editing('manifest', (json) => ({
        ...json,
        layers: [...layers(json), layers(json)[0]],
      })),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'titles that differ in case',
      aBundle().editing('manifest', (json) => ({
        ...json,
        layers: [...layers(json), { ...layers(json)[0], ...titled('COMPONENTS/note.tar') }],
      })),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'a file where another needs a folder',
      aBundle().editing('manifest', (json) => ({
        ...json,
        layers: [...layers(json), { ...layers(json)[0], ...titled('components/note.tar/x') }],
      })),
      ['fail error BUNDLE_MANIFEST_TITLE'],
    ],
    [
      'no zarf.yaml',
      aBundle().editing('manifest', (json) => ({
        ...json,
        layers: layers(json).filter((each) => !JSON.stringify(each).includes('zarf.yaml')),
      })),
      ['fail error BUNDLE_MANIFEST_INCOMPLETE'],
    ],
    [
      'two paths of one content',
      aBundle().holding(
        'demo',
        aPackage().with('values.yaml', 'a: 1\n').with('values.schema.json', 'a: 1\n'),
      ),
      ['fail warning BUNDLE_MANIFEST_TWINS', 'pass'],
    ],
    [
      'two paths of one content in a next bundle',
      aBundle('next').holding(
        'demo',
        aPackage().with('values.yaml', 'a: 1\n').with('values.schema.json', 'a: 1\n'),
      ),
      ['pass'],
    ],
    [
      'a manifest without config, which nobody reads here',
      aBundle().editing('manifest', ({ config: _, ...rest }) => rest),
      ['pass'],
    ],
    [
      'a manifest without config in a next bundle',
      aBundle('next').editing('next-manifest', ({ config: _, ...rest }) => rest),
      ['fail error BUNDLE_MANIFEST_INVALID'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(packageManifests)).toEqual(expected));
});
