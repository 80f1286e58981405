import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aTrustDocument,
  aTrustPolicy,
  keyEntry,
  testKeys,
} from '../../../test/support/a-trust-policy.ts';
import { heldBy } from '../../../test/support/trust-evidence.ts';
import { countRole } from './count-role.ts';
import { clockResult, expiryResults } from './general-results.ts';
import { advanced, timeProblem } from './trust-clock.ts';
import type { Validity } from './trust-policy.ts';

const at = (text: string) => Date.parse(text);
const clock = { now: at('2026-11-21T12:00:00Z'), latest: at('2026-11-21T12:00:00Z') };
const policyWith = (validity: Validity) =>
  aTrustPolicy({
    keys: { ...aTrustDocument().keys, 'rel-a': { ...keyEntry('rel-a'), ...validity } },
  });
function problem(validity: Validity, stamps: readonly string[], given = clock) {
  const policy = policyWith(validity);
  const signer = policy.signers.get('rel-a');
  if (signer === undefined) throw new Error('no signer');
  const held = { stampedTimes: stamps, party: 'key:of rel-a' };
  return timeProblem(signer, held, given, policy)?.code ?? 'counts';
}

describe('the time of a signature', () => {
  it.each<[string, Validity, readonly string[], string]>([
    ['no bounds', {}, [], 'counts'],
    [
      'ended, stamped before',
      { notAfter: '2026-01-01T00:00:00Z' },
      ['2025-12-31T23:59:59.000Z'],
      'counts',
    ],
    [
      'stamped at the very end',
      { notAfter: '2026-01-01T00:00:00Z' },
      ['2026-01-01T00:00:00.000Z'],
      'counts',
    ],
    [
      'stamped after the end',
      { notAfter: '2026-01-01T00:00:00Z' },
      ['2026-01-01T00:00:01.000Z'],
      'TRUST_SIGNER_EXPIRED',
    ],
    ['ended, not stamped', { notAfter: '2026-01-01T00:00:00Z' }, [], 'TRUST_SIGNER_EXPIRED'],
    ['not ended, not stamped', { notAfter: '2027-01-01T00:00:00Z' }, [], 'counts'],
    [
      'stamped before it begins',
      { notBefore: '2026-01-01T00:00:00Z' },
      ['2025-12-31T23:59:59.000Z'],
      'TRUST_SIGNER_NOT_YET_VALID',
    ],
    [
      'stamped as it begins',
      { notBefore: '2026-01-01T00:00:00Z' },
      ['2026-01-01T00:00:00.000Z'],
      'counts',
    ],
    [
      'not begun, not stamped',
      { notBefore: '2027-01-01T00:00:00Z' },
      [],
      'TRUST_SIGNER_NOT_YET_VALID',
    ],
    [
      'stolen key: stamped after it was revoked',
      { revokedAt: '2026-06-01T00:00:00Z' },
      ['2026-06-01T00:00:00.000Z'],
      'TRUST_SIGNER_REVOKED',
    ],
    [
      'revoked later than it was stamped',
      { revokedAt: '2026-06-01T00:00:00Z' },
      ['2026-05-31T23:59:59.000Z'],
      'counts',
    ],
    ['revoked, not stamped', { revokedAt: '2026-06-01T00:00:00Z' }, [], 'TRUST_SIGNER_REVOKED'],
    [
      'to be revoked, not stamped',
      { revokedAt: '2027-06-01T00:00:00Z' },
      [],
      'TRUST_SIGNER_REVOKED',
    ],
    [
      'one of two stamps after the revocation',
      { revokedAt: '2026-06-01T00:00:00Z' },
      ['2026-05-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'],
      'TRUST_SIGNER_REVOKED',
    ],
  ])('%s', (_name, validity, stamps, expected) => expect(problem(validity, stamps)).toBe(expected));

  it('is revoked under every name of the key', () => {
    const policy = aTrustPolicy({
      keys: {
        ...aTrustDocument().keys,
        again: { ...keyEntry('rel-a'), revokedAt: '2026-06-01T00:00:00Z' },
      },
    });
    const signer = policy.signers.get('rel-a');
    const held = { stampedTimes: [], party: `key:${testKeys['rel-a'].fingerprint}` };
    expect(signer && timeProblem(signer, held, clock, policy)?.code).toBe('TRUST_SIGNER_REVOKED');
  });

  it('by a clock that was set back is that of the latest evidence where something must not have ended', () => {
    const back = advanced(clock, ['2027-02-01T00:00:00.000Z']);
    expect(problem({ notAfter: '2027-01-01T00:00:00Z' }, [], back)).toBe('TRUST_SIGNER_EXPIRED');
    expect(problem({ notBefore: '2027-01-01T00:00:00Z' }, [], back)).toBe(
      'TRUST_SIGNER_NOT_YET_VALID',
    );
  });

  it('never passes because of evidence that is later than the clock', () => {
    const time = fc
      .integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') })
      .map((ms) => new Date(ms).toISOString());
    fc.assert(
      fc.property(
        fc.record({ notBefore: time, notAfter: time }),
        time,
        ({ notBefore, notAfter }, later) => {
          fc.pre(at(notBefore) < at(notAfter));
          const validity = { notBefore, notAfter };
          const [plain, moved] = [
            problem(validity, []),
            problem(validity, [], advanced(clock, [later])),
          ];
          return plain === 'counts' || moved !== 'counts';
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('counting a role', () => {
  const policy = aTrustPolicy();
  const demand = { role: 'release', timestamps: 0, maxAgeMs: undefined };
  const counted = (...evidence: Parameters<typeof countRole>[1]) =>
    countRole(demand, evidence, clock, policy).counted.length;

  it('counts different signers, by key and by name', () => {
    expect(counted(heldBy('rel-a'), heldBy('rel-b'))).toBe(2);
    expect(counted(heldBy('rel-a'), heldBy('rel-a', { location: 'again.sig' }))).toBe(1);
    expect(counted(heldBy('rel-a', { party: 'key:x' }), heldBy('rel-b', { party: 'key:x' }))).toBe(
      1,
    );
    // What one pattern matches is one signer, however many names it has.
    expect(counted(heldBy('rel-a', { party: 'one' }), heldBy('rel-a', { party: 'two' }))).toBe(1);
  });

  it('sees that a third signature ties two together', () => {
    const tie = heldBy('rel-b', { party: 'key:rel-a' });
    expect(counted(heldBy('rel-a'), heldBy('rel-b', { party: 'key:y' }), tie)).toBe(1);
  });

  it('does not depend on the order', () => {
    const signer = fc.constantFrom('rel-a', 'rel-b', 'rel-c', 'ci');
    const evidence = fc
      .tuple(signer, fc.constantFrom('p', 'q', 'r'))
      .map(([name, party]) => heldBy(name, { party }));
    fc.assert(
      fc.property(
        fc.array(evidence, { maxLength: 6 }),
        (all) => counted(...all) === counted(...all.toReversed()),
      ),
    );
  });

  it('demands signed times, and not too old ones', () => {
    const aged = (maxAgeMs: number | undefined, ...stampedTimes: readonly string[]) => {
      const evidence = [heldBy('rel-a', { stampedTimes })];
      const { counted: some, passedOver } = countRole(
        { ...demand, timestamps: 1, maxAgeMs },
        evidence,
        clock,
        policy,
      );
      return passedOver[0]?.code ?? some.length;
    };
    const day = 24 * 3_600_000;
    expect(aged(undefined)).toBe('TRUST_TIMESTAMPS');
    expect(aged(undefined, '1999-01-01T00:00:00.000Z')).toBe(1);
    expect(aged(day, '2026-11-20T12:00:00.000Z')).toBe(1);
    expect(aged(day, '2026-11-20T11:59:59.000Z')).toBe('TRUST_AGE');
    // Stamping an old signature anew does not make it young.
    expect(aged(day, '2026-11-01T00:00:00.000Z', '2026-11-21T00:00:00.000Z')).toBe('TRUST_AGE');
  });
});

describe('forecasts and clocks', () => {
  const subject = { kind: 'archive', name: 'x' } as const;
  const codes = (
    results: readonly {
      readonly code?: string;
      readonly outcome: string;
      readonly severity?: string;
    }[],
  ) =>
    results.map(({ code, outcome, severity }) =>
      [code ?? outcome, ...(severity === undefined ? [] : [severity])].join(' '),
    );
  const warned = (validity: Validity, ends?: string, warnDays = 30) =>
    codes(
      expiryResults(
        policyWith(validity),
        ends === undefined ? [] : [heldBy('rel-a', { certificateEnds: ends })],
        clock,
        { warnDays, subject, rootEnds: [] },
      ),
    );

  it.each<[string, readonly string[], readonly string[]]>([
    ['nothing ends soon', warned({ notAfter: '2026-12-22T00:00:00Z' }), ['pass']],
    ['a key ends soon', warned({ notAfter: '2026-12-20T00:00:00Z' }), ['TRUST_ENDS_SOON warning']],
    [
      'a key that ended already is judged elsewhere',
      warned({ notAfter: '2026-11-20T00:00:00Z' }),
      ['pass'],
    ],
    [
      'a revoked key',
      warned({ notAfter: '2026-12-20T00:00:00Z', revokedAt: '2026-01-01T00:00:00Z' }),
      ['pass'],
    ],
    [
      'a certificate ends soon',
      warned({}, '2026-12-01T00:00:00.000Z'),
      ['TRUST_ENDS_SOON warning'],
    ],
    ['the policy ends soon', warned({}, undefined, 200), ['TRUST_ENDS_SOON warning']],
  ])('%s', (_name, found, expected) => expect(found).toEqual(expected));

  it.each<[string, readonly string[], string]>([
    ['no signed time', [], 'not-applicable'],
    ['a signed time before now', ['2026-11-21T11:00:00.000Z'], 'pass'],
    ['a signed time an hour ahead', ['2026-11-21T13:00:00.000Z'], 'TRUST_CLOCK note'],
    ['a signed time two days ahead', ['2026-11-23T13:00:00.000Z'], 'TRUST_CLOCK warning'],
  ])('%s', (_name, times, expected) =>
    expect(codes([clockResult(times, clock, subject)])).toEqual([expected]),
  );
});
