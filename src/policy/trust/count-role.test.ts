import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aTrustPolicy } from '../../../test/support/a-trust-policy.ts';
import { heldBy } from '../../../test/support/trust-evidence.ts';
import { countRole } from './count-role.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const policy = aTrustPolicy();
const demand = { role: 'release', timestamps: 0, maxAgeMs: undefined };
type Held = readonly [signer: 'rel-a' | 'rel-b' | 'rel-c', party: string];
const count = (...held: readonly Held[]): number =>
  countRole(
    demand,
    held.map(([signer, party], at) => heldBy(signer, { party, location: `${at}.sig` })),
    { now, latest: now },
    policy,
  ).counted.length;

/** Two signatures are by one if they share a name or a party, or one that is by the same as both. */
function signersAmong(held: readonly Held[]): number {
  const group = held.map((_, at) => at);
  const find = (at: number): number => (group[at] === at ? at : find(group[at] ?? at));
  for (const [at, [signer, party]] of held.entries())
    for (const [before, [otherSigner, otherParty]] of held.slice(0, at).entries())
      if (signer === otherSigner || party === otherParty) group[find(at)] = find(before);
  return new Set(held.map((_, at) => find(at))).size;
}

describe('the signers of a role', () => {
  it('come with the dates the policy sets for them, and without where it sets none', () => {
    const dates = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' };
    const key = policy.signers.get('rel-a');
    const signers = new Map(policy.signers);
    if (key !== undefined) signers.set('rel-a', { ...key, ...dates });
    const held = [heldBy('rel-a', { party: '1' }), heldBy('rel-b', { party: '2' })];
    const { counted } = countRole(demand, held, { now, latest: now }, { ...policy, signers });
    expect(counted.map(({ validity }) => validity)).toEqual([dates, undefined]);
  });

  it.each<[string, readonly Held[], number]>([
    [
      'two names, two keys',
      [
        ['rel-a', '1'],
        ['rel-b', '2'],
      ],
      2,
    ],
    [
      'two names, one key',
      [
        ['rel-a', '1'],
        ['rel-b', '1'],
      ],
      1,
    ],
    [
      'one name, two parties',
      [
        ['rel-a', '1'],
        ['rel-a', '2'],
      ],
      1,
    ],
    [
      'what ties two together',
      [
        ['rel-a', '1'],
        ['rel-b', '2'],
        ['rel-a', '2'],
      ],
      1,
    ],
    [
      'whoever was tied to one of those',
      [
        ['rel-a', '1'],
        ['rel-b', '2'],
        ['rel-c', '2'],
        ['rel-a', '2'],
        ['rel-c', '3'],
      ],
      1,
    ],
    [
      'whose name came in with what was tied',
      [
        ['rel-a', '1'],
        ['rel-b', '2'],
        ['rel-c', '2'],
        ['rel-b', '1'],
        ['rel-c', '4'],
      ],
      1,
    ],
    [
      'whose party came in with what was tied',
      [
        ['rel-a', '1'],
        ['rel-b', '2'],
        ['rel-b', '3'],
        ['rel-b', '1'],
        ['rel-c', '3'],
      ],
      1,
    ],
  ])('%s', (_name, held, expected) => {
    expect(count(...held)).toBe(expected);
  });

  it('are as many as cannot be told to be one, in whatever order they come', () => {
    const held = fc.tuple(
      fc.constantFrom('rel-a' as const, 'rel-b' as const, 'rel-c' as const),
      fc.constantFrom('1', '2', '3', '4', '5'),
    );
    fc.assert(
      fc.property(fc.array(held, { maxLength: 7 }), (all) => {
        expect(count(...all)).toBe(signersAmong(all));
        expect(count(...all.toReversed())).toBe(signersAmong(all));
      }),
    );
  });
});
