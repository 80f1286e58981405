import { describe, expect, it } from 'vitest';
import { aTrustPolicy } from '../../../test/support/a-trust-policy.ts';
import { heldBy } from '../../../test/support/trust-evidence.ts';
import { digestOf } from '../../oci/digest.ts';
import { countRole } from './count-role.ts';
import { judgeAttestations } from './judge-attestations.ts';
import { judgeObject } from './judge-object.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import { type TrustClock, timeProblem } from './trust-clock.ts';
import type { TrustPolicyDocument } from './trust-policy-document.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const clock: TrustClock = { now, latest: now };
const issuer = 'https://issuer.example';
const entry = { issuer, trustedRoot: 'site', tlogs: 0, scts: 0, timestamps: 1 };
const exact = { ...entry, san: 'https://ci.example/a' };
const wide = { ...entry, sanPattern: 'https://ci\\.example/.*' };
const party = `identity:${issuer} https://ci.example/a`;
const another = `identity:${issuer} https://ci.example/b`;
const stampedTimes = ['2026-11-20T00:00:00.000Z'];

const policyOf = (change: Partial<TrustPolicyDocument>) =>
  aTrustPolicy({
    trustedRoots: { site: { sha256: '0'.repeat(64), file: 'trusted_root.json' } },
    identities: { exact, wide },
    roles: {
      release: { signers: ['exact'], threshold: 1 },
      builder: { kind: 'builder', signers: ['wide'], threshold: 1 },
    },
    packages: [{ product: '*', role: 'release' }],
    ...change,
  });

describe('one identity that two entries of a policy fit', () => {
  const predicateType = 'https://slsa.dev/provenance/v1';
  const archive = digestOf('the archive');
  const payload = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a', digest: { sha256: archive.slice(7) } }],
      predicateType,
      predicate: {},
    }),
  );
  const required = {
    predicateType,
    role: 'builder',
    maxAgeMs: undefined,
    require: new Map<string, readonly string[]>(),
  };

  function provenanceBy(builder: string, change: Partial<TrustPolicyDocument> = {}): string {
    const policy = policyOf(change);
    const released = [heldBy('exact', { party, stampedTimes })];
    const { by } = judgeObject(
      { kind: 'package', name: 'a', version: '1.0.0', digest: archive },
      released,
      undefined,
      { policy, clock },
    );
    expect(by).toHaveLength(1);
    const over = [{ ...heldBy('wide', { party: builder, stampedTimes }), payload }];
    const thing = {
      subject: { kind: 'archive', name: 'a' },
      digests: [archive],
      signedBy: by,
    } as const;
    const [result] = judgeAttestations([required], over, thing, { policy, clock });
    return `${result?.outcome}: ${result?.message}`;
  }

  it('does not vouch for the making of what it released', () => {
    expect(provenanceBy(another)).toMatch(/^pass/);
    expect(provenanceBy(party)).toMatch(
      /^fail.*who signed for the role 'release', by another name/,
    );
  });

  it('may do so where both roles are of one kind', () => {
    const roles = {
      release: { signers: ['exact'], threshold: 1 },
      builder: { kind: 'releaser', signers: ['wide'], threshold: 1 },
    } as const;
    expect(provenanceBy(party, { roles })).toMatch(/^pass/);
  });

  it('does not approve what it signed, unless others signed as well, in any order', () => {
    const policy = policyOf({
      roles: {
        release: { signers: ['wide'], threshold: 1 },
        approval: { kind: 'approver', signers: ['exact'], threshold: 1 },
      },
      packages: [{ product: '*', role: 'release', approvers: 'approval' }],
    });
    const both = { stampedTimes, also: ['exact'] };
    const other = heldBy('wide', { party: another, stampedTimes, location: '1' });
    const own = heldBy('wide', { ...both, party, location: '2' });
    const object = { kind: 'package', name: 'a', version: '1.0.0', digest: archive } as const;
    const decide = (...evidence: readonly SignatureEvidence[]) =>
      judgeObject(object, evidence, undefined, { policy, clock }).state;
    expect(decide(other, own)).toBe('accepted');
    expect(decide(own, other)).toBe('accepted');
    expect(decide(own)).toBe('refused');
    expect(decide(own, { ...own, location: '3' })).toBe('refused');
    expect(decide(other)).toBe('refused');
  });
});

describe('an identity that is revoked', () => {
  const revokedAt = '2026-11-01T00:00:00Z';
  const policy = policyOf({ identities: { exact: { ...exact, revokedAt }, wide } });
  it.each([
    ['is so under a pattern that fits it', 'wide', party, 'TRUST_SIGNER_REVOKED'],
    ['takes nobody else with it', 'wide', another, 'counts'],
    [
      'takes nobody of another issuer with it',
      'wide',
      party.replace('issuer.', 'other.'),
      'counts',
    ],
  ])('%s', (_name, name, by, expected) => {
    const signer = policy.signers.get(name);
    if (signer === undefined) throw new Error('no signer');
    const found = timeProblem(signer, { stampedTimes, party: by }, clock, policy);
    expect(found?.code ?? 'counts').toBe(expected);
  });

  it('by a pattern is so under its exact name', () => {
    const all = policyOf({ identities: { exact, wide: { ...wide, revokedAt } } });
    const evidence = [heldBy('exact', { party, stampedTimes })];
    const demand = { role: 'release', timestamps: 0, maxAgeMs: undefined };
    expect(countRole(demand, evidence, clock, all)).toMatchObject({
      isMet: false,
      passedOver: [{ code: 'TRUST_SIGNER_REVOKED' }],
    });
  });
});
