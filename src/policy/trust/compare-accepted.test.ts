import { describe, expect, it } from 'vitest';
import { aTrustPolicy } from '../../../test/support/a-trust-policy.ts';
import { digestOf } from '../../oci/digest.ts';
import type { AcceptedItem } from './accepted-record.ts';
import { policyRollback, rollbackResults } from './compare-accepted.ts';

const subject = { kind: 'archive', name: 'a.tar.zst' } as const;
const record = { policy: { version: 3, digest: digestOf('x') }, latestTime: undefined, items: [] };

it('takes a lone key for older than any trust policy, whatever version it says', () => {
  const { origin: _, ...key } = aTrustPolicy({});
  expect(policyRollback({ ...key, origin: undefined, version: 9 }, record, subject)).toMatchObject({
    outcome: 'fail',
    code: 'TRUST_POLICY_OLDER',
    message: expect.stringContaining('only a key was given'),
  });
});

it.each([
  ['one of the same version and content', 3, digestOf('x'), undefined],
  ['a newer one', 4, digestOf('y'), undefined],
  ['an older one', 2, digestOf('x'), 'TRUST_POLICY_OLDER'],
  ['another one of the same version', 3, digestOf('y'), 'TRUST_POLICY_ALTERED'],
])('judges %s', (_what, version, digest, code) => {
  const policy = { ...aTrustPolicy({}), version, origin: { location: 'p', digest } };
  expect(policyRollback(policy, record, subject)?.code).toBe(code);
});

describe('rollbackResults', () => {
  const last: AcceptedItem = {
    kind: 'bundle',
    name: 'all',
    line: 'gpu amd64',
    version: '1.2.0',
    digest: digestOf('last'),
  };
  const said = (now: Partial<AcceptedItem>, before: Partial<AcceptedItem> = {}) =>
    rollbackResults(
      { ...last, digest: digestOf('now'), ...now },
      { policy: undefined, latestTime: undefined, items: [{ ...last, ...before }] },
      subject,
    ).map(({ outcome, code }) => (code === undefined ? outcome : `${outcome} ${code}`));
  const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];

  it.each<[string, Partial<AcceptedItem>, Partial<AcceptedItem>, readonly string[]]>([
    ['the very same', { digest: last.digest }, {}, ['pass']],
    ['a newer version', { version: '1.10.0' }, {}, ['pass']],
    ['an older version', { version: '1.1.9' }, {}, ['fail TRUST_ROLLBACK_VERSION']],
    ['a version nobody can compare', { version: 'x' }, {}, ['undecided TRUST_ROLLBACK_UNKNOWN']],
    ['other content of one version', {}, {}, ['fail TRUST_ROLLBACK_TWIN']],
    ['one version, made later', { time: late }, { time: early }, ['pass']],
    ['one version, made at once', { time: late }, { time: late }, ['fail TRUST_ROLLBACK_TWIN']],
    ['one version, no time now', {}, { time: early }, ['fail TRUST_ROLLBACK_TWIN']],
    [
      'a newer version, made earlier',
      { version: '1.3.0', time: early },
      { time: late },
      ['fail TRUST_ROLLBACK_TIME'],
    ],
    ['the next number', { counter: 8 }, { counter: 7 }, ['pass']],
    ['the number before', { counter: 6 }, { counter: 7 }, ['fail TRUST_ROLLBACK_COUNTER']],
    ['another of one number', { counter: 7 }, { counter: 7 }, ['fail TRUST_ROLLBACK_TWIN']],
    [
      'an older version under the next number',
      { counter: 8, version: '1.1.0' },
      { counter: 7 },
      ['fail TRUST_ROLLBACK_VERSION'],
    ],
    ['another line', { line: 'cpu amd64', version: '1.0.0' }, {}, ['pass']],
    ['another kind', { kind: 'package', version: '1.0.0' }, {}, ['pass']],
  ])('judges %s', (_what, now, before, results) => {
    expect(said(now, before)).toEqual(results);
  });
});
