import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { aggregate } from './aggregate.ts';

describe('checksums/aggregate', () => {
  it.each([
    ['the list that was named', aPackage(), ['pass']],
    ['another list', aPackage().tampered('checksums.txt', '\n'), ['fail error AGGREGATE_MISMATCH']],
    [
      'no name for the list',
      aPackage().defining((text) => text.replace(/.*aggregateChecksum.*\n/, '')),
      ['fail error AGGREGATE_MISSING'],
    ],
    [
      'upper-case digits',
      aPackage().defining((text) => text.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())),
      ['fail error AGGREGATE_MISMATCH'],
    ],
    ['no list', aPackage().tampered('checksums.txt', undefined), ['undecided']],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    [
      'an unquoted checksum, as some writers leave it',
      aPackage().defining((text) => text.replace(/"([0-9a-f]{64})"/, '$1')),
      ['pass'],
    ],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(aggregate)).toEqual(expected);
  });
});
