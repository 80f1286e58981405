import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { versionKnown } from './version-known.ts';

describe('definition/version-known', () => {
  it.each([
    ['of a known version', aPackage(), ['pass']],
    [
      'of a known version, written',
      aPackage().defining((text) => `apiVersion: zarf.dev/v1alpha1\n${text}`),
      ['pass'],
    ],
    [
      'of a newer version',
      aPackage().defining((text) => `apiVersion: zarf.dev/v2\n${text}`),
      ['undecided API_VERSION_NEWER'],
    ],
    [
      'of a newer version beside a known one',
      aPackage().defining((text) => `${text}---\napiVersion: zarf.dev/v2\nkind: Other\n`),
      ['undecided API_VERSION_NEWER'],
    ],
    [
      'of something else beside a known one',
      aPackage().defining((text) => `${text}---\napiVersion: example.com/v1\nkind: Other\n`),
      ['pass'],
    ],
    [
      'of something else alone',
      aPackage().defining((text) => `apiVersion: example.com/v1\n${text}`),
      ['undecided'],
    ],
    [
      'of a kind nobody knows',
      aPackage().defining((text) => text.replace('kind: ZarfPackageConfig', 'kind: ZarfOther')),
      ['undecided KIND_UNKNOWN'],
    ],
    [
      'an init package',
      aPackage().defining((text) =>
        text.replace('kind: ZarfPackageConfig', 'kind: ZarfInitConfig'),
      ),
      ['pass'],
    ],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(versionKnown)).toEqual(expected);
  });

  it.each([['no package', { ...aPackage().inBundle(), packages: [] }, ['not-applicable']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([versionKnown], facts))).toEqual(expected);
    },
  );
});
