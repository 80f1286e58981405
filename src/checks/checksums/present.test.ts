import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { present } from './present.ts';

describe('checksums/present', () => {
  it.each([
    ['there', aPackage(), ['pass']],
    ['missing', aPackage().tampered('checksums.txt', undefined), ['fail error CHECKSUMS_MISSING']],
    ['not reached', aPackage().cutBefore('checksums.txt'), ['undecided']],
    ['too large to keep', aPackage().unread('checksums.txt'), ['undecided CHECKSUMS_UNREAD']],
    ['empty, of a package without files', aPackage().without('components/note.tar'), ['pass']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(present)).toEqual(expected);
  });

  it.each([['no package at all', { ...aPackage().inBundle(), packages: [] }, ['not-applicable']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([present], facts))).toEqual(expected);
    },
  );
});
