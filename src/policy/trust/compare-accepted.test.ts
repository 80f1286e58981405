import { expect, it } from 'vitest';
import { aTrustPolicy } from '../../../test/support/a-trust-policy.ts';
import { digestOf } from '../../oci/digest.ts';
import { policyRollback } from './compare-accepted.ts';

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
