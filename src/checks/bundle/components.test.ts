import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { components } from './components.ts';

const extra = (how: string) => (text: string) =>
  `${text}  - name: extra\n${how}    files:\n      - source: a\n        target: a\n`;
const withExtra = (how: string) =>
  aPackage().with('components/extra.tar', 'extra/files/0/a').defining(extra(how));
const tar = 'components/extra.tar';
const listed = (text: string): string => `${text}  optionalComponents: [extra]\n`;
const listedNext = (list: string) => (text: string) =>
  text.replace('demo.tar.zst"', `demo.tar.zst"\n  optional_components = [${list}]`);

describe('bundle/components', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['a package that was not reached', aBundle().cutBefore(/blobs/), ['undecided']],
    [
      'an end that was not reached, and a file beyond it',
      aBundle()
        .holding('demo', withExtra('    required: true\n'), tar)
        .cutBefore(/no such/),
      ['undecided'],
    ],
    ['an optional component left out', aBundle().holding('demo', withExtra(''), tar), ['pass']],
    [
      'a listed component left out',
      aBundle().holding('demo', withExtra(''), tar).defining(listed),
      ['fail error BUNDLE_COMPONENT_INCOMPLETE'],
    ],
    [
      'a default component left out',
      aBundle().holding('demo', withExtra('    default: true\n'), tar),
      ['fail error BUNDLE_COMPONENT_INCOMPLETE'],
    ],
    [
      'a required component left out',
      aBundle().holding('demo', withExtra('    required: true\n'), tar),
      ['fail error BUNDLE_COMPONENT_INCOMPLETE'],
    ],
    [
      'a component listed that the package does not have',
      aBundle().defining(listed),
      ['fail error BUNDLE_COMPONENT_UNKNOWN'],
    ],
    [
      'documentation left out',
      aBundle().holding('demo', aPackage().with('documentation.tar', 'x'), 'documentation.tar'),
      ['fail error BUNDLE_PACKAGE_INCOMPLETE'],
    ],
    [
      'a next bundle without an optional component',
      aBundle('next').holding('demo', withExtra(''), tar),
      ['pass'],
    ],
    [
      'a next bundle without a default component',
      aBundle('next').holding('demo', withExtra('    default: true\n'), tar),
      ['fail error BUNDLE_COMPONENT_INCOMPLETE'],
    ],
    [
      'a next bundle that excludes a default component',
      aBundle('next')
        .holding('demo', withExtra('    default: true\n'), tar)
        .definingNext(listedNext('"-extra"')),
      ['pass'],
    ],
    [
      'a next bundle that lists by pattern',
      aBundle('next').holding('demo', withExtra(''), tar).definingNext(listedNext('"ext*"')),
      ['fail error BUNDLE_COMPONENT_INCOMPLETE'],
    ],
    [
      'a next bundle with a pattern that fits nothing',
      aBundle('next').definingNext(listedNext('"x*"')),
      ['fail error BUNDLE_COMPONENT_UNKNOWN'],
    ],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(components)).toEqual(expected));

  it('knows the images of a component', () => {
    const optional = aPackage()
      .image()
      .defining((text) => text.replace('    images:', '  - name: extra\n    images:'));
    const blobs = optional
      .facts()
      .entries.map(({ path }) => path)
      .filter((path) => path.startsWith('images/blobs/'));
    expect(blobs).toHaveLength(3);
    expect(
      aBundle()
        .holding('demo', optional, ...blobs)
        .judgedBy(components),
    ).toEqual(['pass']);
    expect(
      aBundle()
        .holding('demo', optional, ...blobs)
        .defining(listed)
        .judgedBy(components),
    ).toEqual(['fail error BUNDLE_COMPONENT_INCOMPLETE', 'fail error BUNDLE_PACKAGE_INCOMPLETE']);
  });
});
