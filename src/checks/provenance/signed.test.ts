import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import { provenanceSigned } from './signed.ts';

const facts = aPackage().facts();
const refused = { state: 'refused', code: 'SIGNATURE_MISMATCH', reason: 'not by it' } as const;
const unjudged = { state: 'undecided', code: 'SIGNATURE_NO_KEY', reason: 'no key' } as const;

describe('provenance/signed', () => {
  it.each([
    { what: 'a believed statement', made: provenanceOf(facts), required: true, says: ['pass'] },
    {
      what: 'a statement of nobody who is trusted, where one is demanded',
      made: refused,
      required: true,
      says: ['fail error PROVENANCE_REFUSED'],
    },
    {
      what: 'the same where none is demanded',
      made: refused,
      required: false,
      says: ['fail warning PROVENANCE_REFUSED'],
    },
    {
      what: 'a statement nobody could judge',
      made: unjudged,
      required: true,
      says: ['undecided SIGNATURE_NO_KEY'],
    },
    {
      what: 'none, where one is demanded',
      made: undefined,
      required: true,
      says: ['fail error PROVENANCE_MISSING'],
    },
    { what: 'none', made: undefined, required: false, says: ['not-applicable'] },
  ])('$what: $says', ({ made, required, says }) => {
    expect(judgedWith(provenanceSigned, facts, made, { required })).toEqual(says);
  });
});
