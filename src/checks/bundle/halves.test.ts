import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { halves } from './halves.ts';

const another = aPackage().with('components/other.tar', 'x');

const choosy = aPackage()
  .with('components/extra.tar', 'x')
  .defining((text) => `${text.trimEnd()}\n  - name: extra\n`);

describe('bundle/halves', () => {
  it.each([
    ['a hybrid', aBundle('hybrid'), ['pass']],
    ['a legacy bundle', aBundle(), ['not-applicable']],
    ['a next bundle', aBundle('next'), ['not-applicable']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle('hybrid').cutBefore(/no such/), ['undecided']],
    ['a definition that was not reached', aBundle('hybrid').cutBefore(/^oci.blobs/), ['undecided']],
    [
      'another name',
      aBundle('hybrid').definingNext((text) => text.replace('"both"', '"others"')),
      ['fail error BUNDLE_HALVES_IDENTITY'],
    ],
    [
      'another version',
      aBundle('hybrid').definingNext((text) => text.replace('"1.0.0"', '"1.0.1"')),
      ['fail error BUNDLE_HALVES_IDENTITY'],
    ],
    [
      'another architecture',
      aBundle('hybrid').editing('next-index', (json) => ({
        ...json,
        annotations: { 'uds.dev/architecture': 'arm64' },
      })),
      ['fail error BUNDLE_HALVES_IDENTITY'],
    ],
    [
      'a package that only one half has',
      aBundle('hybrid')
        .holding('demo')
        .holding('more', another)
        .definingNext((text) => text.slice(0, text.indexOf('package "more"'))),
      ['fail error BUNDLE_HALVES_PACKAGES'],
    ],
    [
      'another namespace',
      aBundle('hybrid').defining((text) => text.replace('  ref:', '  namespace: other\n  ref:')),
      ['fail error BUNDLE_HALVES_DEPLOYED'],
    ],
    [
      'the same namespace',
      aBundle('hybrid')
        .defining((text) => text.replace('  ref:', '  namespace: same\n  ref:'))
        .definingNext((text) => text.replace('source =', 'namespace = "same"\n  source =')),
      ['pass'],
    ],
    [
      'other components',
      aBundle('hybrid')
        .holding('demo', choosy)
        .defining((text) => text.replace('  ref:', '  optionalComponents: [extra]\n  ref:')),
      ['fail error BUNDLE_HALVES_DEPLOYED'],
    ],
    [
      'the same components, chosen otherwise',
      aBundle('hybrid')
        .holding('demo', choosy)
        .defining((text) => text.replace('  ref:', '  optionalComponents: [extra]\n  ref:'))
        .definingNext((text) =>
          text.replace('source =', 'optional_components = ["ex*"]\n  source ='),
        ),
      ['pass'],
    ],
    [
      'a key that one half trusts',
      aBundle('hybrid').defining((text) => text.replace('  ref:', '  publicKey: k\n  ref:')),
      ['fail error BUNDLE_HALVES_DEPLOYED'],
    ],
    [
      'values of charts, which nobody can compare',
      aBundle('hybrid').defining((text) =>
        text.replace('  ref:', '  overrides: { c: { d: { values: [] } } }\n  ref:'),
      ),
      ['pass', 'undecided BUNDLE_HALVES_VALUES'],
    ],
    [
      'a package that is another one',
      swapped(),
      ['fail error BUNDLE_HALVES_PACKAGES', 'fail error BUNDLE_HALVES_PACKAGES'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(halves)).toEqual(expected));
});

/** Both halves hold two packages, under exchanged names. */
function swapped(): ReturnType<typeof aBundle> {
  const names = (json: Record<string, unknown>) => ({
    ...json,
    manifests: [json['manifests']].flat().map((each) => {
      const text = JSON.stringify(each);
      return JSON.parse(
        text.includes('"demo"')
          ? text.replace('"demo"', '"more"')
          : text.replace('"more"', '"demo"'),
      );
    }),
  });
  return aBundle('hybrid').holding('demo').holding('more', another).editing('next-index', names);
}
