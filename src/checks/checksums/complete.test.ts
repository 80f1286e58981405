import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { complete } from './complete.ts';

describe('checksums/complete', () => {
  it.each([
    ['all there', aPackage(), ['pass']],
    [
      'a file missing',
      aPackage().tampered('components/note.tar', undefined),
      ['fail error CHECKSUM_FILE_MISSING'],
    ],
    [
      'a file changed',
      aPackage().tampered('components/note.tar', 'other'),
      ['fail error CHECKSUM_MISMATCH'],
    ],
    ['a file not reached', aPackage().cutBefore('components/note.tar'), ['undecided']],
    [
      'a changed file, and another not reached',
      aPackage()
        .with('values.yaml', 'a: 1')
        .tampered('values.yaml', 'a: 2')
        .cutBefore('components/note.tar'),
      ['fail error CHECKSUM_MISMATCH', 'undecided'],
    ],
    ['a file too large to keep, but hashed', aPackage().unread('components/note.tar'), ['pass']],
    ['no list', aPackage().tampered('checksums.txt', undefined), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(complete)).toEqual(expected);
  });

  it.each([
    [
      'a file left out that the manifest names',
      aPackage().inBundle('components/note.tar'),
      ['pass'],
    ],
    ['no package', { ...aPackage().inBundle(), packages: [] }, ['not-applicable']],
  ])('in a bundle: %s', (_name, facts, expected) => {
    expect(inShort(runChecks([complete], facts))).toEqual(expected);
  });
});
