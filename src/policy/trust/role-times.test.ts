import { describe, expect, it } from 'vitest';
import { timesOfPolicy } from './role-times.ts';
import type { PolicyKey, TrustPolicy, TrustRule } from './trust-policy.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

function key(name: string, more: Partial<PolicyKey> = {}): PolicyKey {
  return {
    kind: 'key',
    name,
    pem: '',
    fingerprint: name,
    origin: name,
    algorithm: undefined,
    trustedRoot: undefined,
    ...more,
  };
}

function policy(
  keys: readonly PolicyKey[],
  { threshold = 1, expires = '2027-01-01T00:00:00Z', rules = ['release'] } = {},
): TrustPolicy {
  const rule: TrustRule = {
    name: 'packages[0]',
    product: '*',
    kinds: ['package'],
    versions: undefined,
    role: 'release',
    approvers: [],
    ownSignature: false,
    timestamps: 0,
    maxAgeMs: undefined,
    minCounter: undefined,
    attestations: [],
  };
  return {
    origin: undefined,
    version: 1,
    expires,
    site: undefined,
    otherSignatures: 'refuse',
    trustedRoots: new Map(),
    signers: new Map([...keys, key('other')].map((each) => [each.name, each])),
    roles: new Map([
      [
        'release',
        { name: 'release', kind: 'releaser', signers: keys.map(({ name }) => name), threshold },
      ],
      ['others', { name: 'others', kind: 'approver', signers: ['other'], threshold: 1 }],
    ]),
    rules: rules.map((role) =>
      role === 'approved' ? { ...rule, role: 'others', approvers: ['release'] } : { ...rule, role },
    ),
    revokedDigests: new Map(),
    acceptedRole: undefined,
  };
}

const later = { notBefore: '2030-01-01T00:00:00Z' };
const over = { notAfter: '2026-01-01T00:00:00Z' };
const revoked = { revokedAt: '2026-01-01T00:00:00Z' };

describe('timesOfPolicy', () => {
  it.each([
    { name: 'all is well', given: policy([key('a')]), roles: [], nothingPasses: false },
    {
      name: 'the policy has ended',
      given: policy([key('a')], { expires: '2026-01-01T00:00:00Z' }),
      roles: [],
      nothingPasses: true,
    },
    {
      name: 'a key that is not valid yet',
      given: policy([key('a', later)]),
      roles: ['nobody'],
      nothingPasses: true,
    },
    {
      name: 'a key that has ended, and no signed times are believed',
      given: policy([key('a', over)]),
      roles: ['nobody'],
      nothingPasses: true,
    },
    {
      name: 'a key that has ended, whose signatures may be stamped',
      given: policy([key('a', { ...over, trustedRoot: 'site' })]),
      roles: ['stamped'],
      nothingPasses: false,
    },
    {
      name: 'one of two is revoked, and two are needed',
      given: policy([key('a'), key('b', revoked)], { threshold: 2 }),
      roles: ['nobody'],
      nothingPasses: true,
    },
    {
      name: 'one of two is revoked, and one is needed',
      given: policy([key('a'), key('b', revoked)]),
      roles: [],
      nothingPasses: false,
    },
    {
      name: 'a key revoked under another name',
      given: policy([key('a'), key('b', { ...revoked, fingerprint: 'a' })]),
      roles: ['nobody'],
      nothingPasses: true,
    },
    {
      name: 'two names of one key are one',
      given: policy([key('a'), key('b', { fingerprint: 'a' })], { threshold: 2 }),
      roles: ['nobody'],
      nothingPasses: true,
    },
    {
      name: 'another entry can still be fulfilled',
      given: policy([key('a', over)], { rules: ['release', 'others'] }),
      roles: ['nobody'],
      nothingPasses: false,
    },
    {
      name: 'its approvers can no longer approve',
      given: policy([key('a', over)], { rules: ['approved'] }),
      roles: ['nobody'],
      nothingPasses: true,
    },
  ])('$name', ({ given, roles, nothingPasses }) => {
    const times = timesOfPolicy(given, now);
    expect(times.roles.map(({ counts }) => counts)).toEqual(roles);
    expect(times.nothingPasses).toBe(nothingPasses);
  });

  it('says who it is and since when', () => {
    expect(timesOfPolicy(policy([key('a', over)]), now).roles[0]?.message).toBe(
      "the role 'release' takes 1 of 1, and nothing that is signed counts: 'a' was valid until 2026-01-01T00:00:00.000Z",
    );
  });
});
