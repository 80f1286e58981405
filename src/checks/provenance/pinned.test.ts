import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import type { ProvenanceResource } from '../../attestation/provenance.ts';
import { provenancePinned } from './pinned.ts';

const facts = aPackage().facts();
const uri = 'https://example.org/a';
const unpinned = 'fail warning PROVENANCE_UNPINNED';

describe('provenance/pinned', () => {
  it.each<{ what: string; inputs: readonly ProvenanceResource[]; says: readonly string[] }>([
    { what: 'a digest', inputs: [{ uri, digest: { sha256: 'a'.repeat(64) } }], says: ['pass'] },
    {
      what: 'commits and trees of git',
      inputs: [
        { uri, digest: { gitCommit: 'a'.repeat(40) } },
        { uri, digest: { dirHash1: 'a'.repeat(64) } },
      ],
      says: ['pass'],
    },
    {
      what: 'a good digest beside a weak one',
      inputs: [{ uri, digest: { md5: 'aa', sha512: 'bb' } }],
      says: ['pass'],
    },
    { what: 'no digest', inputs: [{ uri }], says: [unpinned] },
    {
      what: 'a weak one',
      inputs: [{ name: 'a', digest: { sha1: 'a'.repeat(40) } }],
      says: [unpinned],
    },
    { what: 'one of its own', inputs: [{ name: 'a', digest: { mine: 'x' } }], says: [unpinned] },
    {
      what: 'no digest on any of many',
      inputs: Array.from({ length: 9 }, () => ({ uri })),
      says: Array(6).fill(unpinned),
    },
    { what: 'no inputs at all', inputs: [], says: ['not-applicable'] },
  ])('inputs with $what: $says', ({ inputs, says }) => {
    const made = { ...provenanceOf(facts), resolvedDependencies: inputs };
    expect(judgedWith(provenancePinned, facts, made)).toEqual(says);
  });

  it('says nothing where there is no provenance', () => {
    expect(judgedWith(provenancePinned, facts, undefined)).toEqual(['not-applicable']);
  });
});
