import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import { provenanceSource } from './source.ts';

const facts = aPackage().facts();
const made = provenanceOf(facts);
const from = (dirty: unknown) => ({
  ...made,
  resolvedDependencies: [
    ...made.resolvedDependencies,
    {
      name: 'source',
      digest: { gitCommit: 'c'.repeat(40) },
      annotations: { kind: 'source', folder: '', dirty },
    },
  ],
});

describe('provenance/source', () => {
  it.each([
    { what: 'nothing differed', of: from(false), says: 'pass', demanded: 'pass' },
    {
      what: 'files differed',
      of: from(true),
      says: 'fail warning PROVENANCE_DIRTY',
      demanded: 'fail error PROVENANCE_DIRTY',
    },
    {
      what: 'nobody compared',
      of: from('unknown'),
      says: 'not-applicable',
      demanded: 'undecided PROVENANCE_DIRTY_UNKNOWN',
    },
    {
      what: 'it was compared by who says neither',
      of: from('false'),
      says: 'not-applicable',
      demanded: 'undecided PROVENANCE_DIRTY_UNKNOWN',
    },
    {
      what: 'no commit is named',
      of: made,
      says: 'not-applicable',
      demanded: 'fail error PROVENANCE_NO_COMMIT',
    },
  ])('$what: $says, and where it is demanded: $demanded', ({ of, says, demanded }) => {
    const judged = (unchanged: boolean) =>
      judgedWith(provenanceSource, facts, of, { required: false, unchanged });
    expect(judged(false)).toEqual([says]);
    expect(judged(true)).toEqual([demanded]);
  });
});
