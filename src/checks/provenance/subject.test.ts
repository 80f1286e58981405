import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import { digestOf } from '../../oci/digest.ts';
import { provenanceSubject } from './subject.ts';

const digest = digestOf(Buffer.from('these bytes'));
const other = digestOf(Buffer.from('other bytes'));
const facts = aPackage().container({ digest }).facts();
const strange = provenanceOf(
  aPackage()
    .defining((text) => text.replace('1.0.0', '1.0.1'))
    .container({ digest: other })
    .facts(),
);
const bundle = aBundle().holding('app').container({ digest }).facts();
const hybrid = aBundle('hybrid').holding('app').container({ digest }).facts();

describe('provenance/subject', () => {
  it.each([
    { what: 'these bytes', of: facts, made: provenanceOf(facts), says: ['pass'] },
    { what: 'the bytes of a bundle', of: bundle, made: provenanceOf(bundle), says: ['pass'] },
    {
      what: 'other bytes of the same package',
      of: aPackage().container({ digest: other }).facts(),
      made: provenanceOf(facts),
      says: ['pass'],
    },
    {
      what: 'other bytes of the same hybrid, of which the root covers one half',
      of: aBundle('hybrid').holding('app').container({ digest: other }).facts(),
      made: provenanceOf(hybrid),
      says: ['fail error PROVENANCE_OTHER_SUBJECT'],
    },
    {
      what: 'another package',
      of: facts,
      made: strange,
      says: ['fail error PROVENANCE_OTHER_SUBJECT'],
    },
    {
      what: 'another package, where these bytes were not hashed',
      of: aPackage().facts(),
      made: strange,
      says: ['undecided PROVENANCE_NO_DIGEST'],
    },
    { what: 'nothing: there is none', of: facts, made: undefined, says: ['not-applicable'] },
    {
      what: 'something nobody could judge',
      of: facts,
      made: { state: 'undecided', code: 'SIGNATURE_NO_KEY', reason: 'no key' } as const,
      says: ['undecided SIGNATURE_NO_KEY'],
    },
    {
      what: 'something nobody trusted signed',
      of: facts,
      made: { state: 'refused', code: 'SIGNATURE_MISMATCH', reason: 'no' } as const,
      says: ['not-applicable'],
    },
  ])('about $what: $says', ({ of, made, says }) => {
    expect(judgedWith(provenanceSubject, of, made)).toEqual(says);
  });
});
