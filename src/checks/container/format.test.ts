import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import type { EntryType, SurveyedEntry } from '../../archive/survey.ts';
import { runChecks } from '../run-checks.ts';
import { format } from './format.ts';

describe('container/format', () => {
  it.each([
    ['a package', aPackage(), ['pass']],
    ['a package whose definition is gone', aPackage().tampered('zarf.yaml', undefined), ['pass']],
    [
      'a package and a bundle at once',
      aPackage().with('index.json', '{}'),
      ['fail error FORMAT_AMBIGUOUS'],
    ],
    ['an archive of which nothing was seen', aPackage().cutBefore(), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(format)).toEqual(expected);
  });

  it.each([
    [
      'a package in a folder',
      ['pkg/zarf.yaml', 'pkg/checksums.txt'],
      '"pkg/zarf.yaml" lies inside a folder, it belongs at the root',
    ],
    ['something else', ['readme.txt'], 'neither zarf.yaml nor index.json among 1 entries'],
    ['nothing', [], 'it has no entries'],
  ])('%s', (_name, paths, reason) => {
    const facts = {
      ...aPackage().facts(),
      identity: { format: 'unknown', fileName: 'a.tar' } as const,
      entries: paths.map((path) => entry(path, 'file')),
    };
    expect(runChecks([format], facts)).toMatchObject([
      {
        code: 'FORMAT_UNKNOWN',
        message: `it is neither a Zarf package nor a UDS bundle: ${reason}`,
      },
    ]);
  });
});

function entry(path: string, type: EntryType): SurveyedEntry {
  return { name: path, path, type, mode: 0o644, size: 0 };
}
