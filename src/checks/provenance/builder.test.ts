import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import { localBuilderId } from '../../attestation/render-provenance.ts';
import { provenanceBuilder } from './builder.ts';

const facts = aPackage().facts();
const ci = 'https://ci.example.org/builders/1';

describe('provenance/builder', () => {
  it.each([
    { what: 'one of two that are named', builders: [ci, localBuilderId], says: ['pass'] },
    { what: 'another', builders: [ci], says: ['fail error PROVENANCE_BUILDER'] },
    {
      what: 'one whose name begins as one that is named',
      builders: [localBuilderId.slice(0, -1)],
      says: ['fail error PROVENANCE_BUILDER'],
    },
    { what: 'one, and none is named', builders: undefined, says: ['not-applicable'] },
  ])('$what: $says', ({ builders, says }) => {
    const demands = { required: false, ...(builders === undefined ? {} : { builders }) };
    expect(judgedWith(provenanceBuilder, facts, provenanceOf(facts), demands)).toEqual(says);
  });

  it('says nothing where there is no provenance, and leaves open what nobody could judge', () => {
    const demands = { required: false, builders: [ci] };
    expect(judgedWith(provenanceBuilder, facts, undefined, demands)).toEqual(['not-applicable']);
    const unjudged = { state: 'undecided', code: 'SIGNATURE_NO_KEY', reason: 'no key' } as const;
    expect(judgedWith(provenanceBuilder, facts, unjudged, demands)).toEqual([
      'undecided SIGNATURE_NO_KEY',
    ]);
  });
});
