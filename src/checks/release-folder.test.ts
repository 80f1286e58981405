import { describe, expect, it } from 'vitest';
import type { ReleaseDifference } from '../attestation/release-difference.ts';
import type { Release } from '../attestation/release-statement.ts';
import { digestOf } from '../oci/digest.ts';
import type { ReleaseFolderFacts } from './folder-check.ts';
import { folderChecks, runFolderChecks } from './release-folder.ts';

const nothing: ReleaseDifference = { missing: [], extra: [], altered: [] };
const release: Release = {
  product: 'p',
  version: '1',
  flavor: 'cpu',
  counter: 1,
  sourceDateEpoch: 0,
  files: [
    { name: 'a', digest: digestOf('a') },
    { name: 'b', digest: digestOf('b') },
  ],
} as unknown as Release;
const valid = (difference: ReleaseDifference = nothing): ReleaseFolderFacts['statement'] => ({
  outcome: 'valid',
  fingerprint: 'f',
  release,
  difference,
});
const facts = (more: Partial<ReleaseFolderFacts> = {}): ReleaseFolderFacts => ({
  folder: 'dist',
  statement: { outcome: 'absent' },
  keyGiven: true,
  allowUnsigned: false,
  sums: undefined,
  sumsFaults: [],
  unjudged: [],
  ...more,
});
const said = (id: string, given: ReleaseFolderFacts) =>
  runFolderChecks(given)
    .filter((finding) => finding.id === id)
    .map(({ outcome, code, subject }) =>
      [outcome, ...(code === undefined ? [] : [code]), subject.name].join(' '),
    );
const altered = (sameContent: boolean): ReleaseDifference => ({
  ...nothing,
  altered: [{ name: 'a', expected: digestOf('a'), actual: digestOf('x'), sameContent }],
});
const undecided: ReleaseFolderFacts['statement'] = {
  outcome: 'undecided',
  code: 'SIGNATURE_NO_KEY',
  reason: 'no key',
};
const invalid: ReleaseFolderFacts['statement'] = {
  outcome: 'invalid',
  code: 'SIGNATURE_MISMATCH',
  reason: 'not by it',
};

describe('statement/signature', () => {
  it.each([
    ['a good one', facts({ statement: valid() }), ['pass release.intoto.jsonl']],
    [
      'one by somebody else',
      facts({ statement: invalid }),
      ['fail SIGNATURE_MISMATCH release.intoto.jsonl'],
    ],
    [
      'no key',
      facts({ statement: undecided, keyGiven: false }),
      ['undecided SIGNATURE_NO_KEY release.intoto.jsonl'],
    ],
    [
      'no key, which was allowed',
      facts({ statement: undecided, keyGiven: false, allowUnsigned: true }),
      ['not-applicable release.intoto.jsonl'],
    ],
    [
      'undecided under a key, whatever was allowed',
      facts({ statement: undecided, allowUnsigned: true }),
      ['undecided SIGNATURE_NO_KEY release.intoto.jsonl'],
    ],
    [
      'one by somebody else, whatever was allowed',
      facts({ statement: invalid, keyGiven: false, allowUnsigned: true }),
      ['fail SIGNATURE_MISMATCH release.intoto.jsonl'],
    ],
    ['none', facts(), ['undecided RELEASE_STATEMENT_ABSENT dist']],
  ])('%s', (_name, given, expected) =>
    expect(said('statement/signature', given)).toEqual(expected),
  );
});

describe('statement/complete', () => {
  it.each([
    ['all there', valid(), ['pass dist']],
    [
      'one missing',
      valid({ ...nothing, missing: ['a'] }),
      ['fail RELEASE_FILE_MISSING a', 'pass dist'],
    ],
    ['one altered', valid(altered(false)), ['fail RELEASE_FILE_ALTERED a', 'pass dist']],
    ['one compressed anew', valid(altered(true)), ['pass a', 'pass dist']],
    [
      'all missing',
      valid({ ...nothing, missing: ['a', 'b'] }),
      ['fail RELEASE_FILE_MISSING a', 'fail RELEASE_FILE_MISSING b'],
    ],
    ['a statement not to be believed', invalid, ['not-applicable dist']],
    ['none', { outcome: 'absent' } as const, ['not-applicable dist']],
  ])('%s', (_name, statement, expected) =>
    expect(said('statement/complete', facts({ statement })).toSorted()).toEqual(expected),
  );
});

describe('statement/nothing-extra', () => {
  it.each([
    ['nothing more', facts({ statement: valid() }), ['pass dist']],
    [
      'a file more',
      facts({ statement: valid({ ...nothing, extra: ['x'] }) }),
      ['fail RELEASE_FILE_EXTRA x'],
    ],
    ['a statement not to be believed', facts({ statement: undecided }), ['not-applicable dist']],
    ['none, and nothing beside the archives', facts(), ['not-applicable dist']],
    [
      'none, and files nobody judged',
      facts({ unjudged: ['x'] }),
      ['undecided RELEASE_FILE_UNJUDGED dist'],
    ],
  ])('%s', (_name, given, expected) =>
    expect(said('statement/nothing-extra', given)).toEqual(expected),
  );

  it('names no more than ten files nobody judged', () => {
    const many = facts({ unjudged: Array.from({ length: 12 }, (_, index) => `f${index}`) });
    expect(
      runFolderChecks(many).find(({ code }) => code === 'RELEASE_FILE_UNJUDGED')?.message,
    ).toMatch(/f9 and 2 more$/);
  });
});

describe('checksums/folder', () => {
  const line = (actual: string | undefined) => ({
    name: 'a',
    expected: digestOf('a').slice(7),
    actual: actual === undefined ? undefined : digestOf(actual),
  });
  it.each([
    ['as listed', facts({ sums: [line('a')] }), ['pass SHA256SUMS']],
    ['another digest', facts({ sums: [line('x')] }), ['fail SUMS_MISMATCH a']],
    ['not there', facts({ sums: [line(undefined)] }), ['fail SUMS_FILE_MISSING a']],
    [
      'a line that is none',
      facts({ sums: [], sumsFaults: ['line 1'] }),
      ['fail SUMS_FORM SHA256SUMS'],
    ],
    ['none', facts(), ['not-applicable dist']],
  ])('%s', (_name, given, expected) => expect(said('checksums/folder', given)).toEqual(expected));
});

it('lets no file name speak to the terminal', () => {
  const evil = '\u001b[2Jx\n\u202e';
  const all = runFolderChecks(
    facts({
      statement: valid({ missing: [evil], extra: [evil], altered: [] }),
      sums: [{ name: evil, expected: '', actual: undefined }],
      sumsFaults: [evil],
    }),
  );
  expect(JSON.stringify(all)).not.toMatch(/\\u001b|\\n|\u202e/);
});

it('tells every check of folders apart', () => {
  const ids = folderChecks.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
});
