import { describe, expect, it } from 'vitest';
import { aTrustDocument, keyEntry } from '../../test/support/a-trust-policy.ts';
import {
  acceptedBefore,
  type FolderUnderTrust,
  judgeFolder,
} from '../../test/support/judge-under-trust.ts';
import { shopRelease, soundFolder } from '../../test/support/shop-release.ts';
import { renderReleaseStatement } from '../attestation/release-statement.ts';
import { digestOf } from '../oci/digest.ts';

const roles = aTrustDocument().roles;

describe('a release under a trust policy', () => {
  it.each<[string, FolderUnderTrust, string]>([
    [
      'rollback to an older release',
      { files: soundFolder, accepted: acceptedBefore({ counter: 42 }) },
      'TRUST_ROLLBACK_COUNTER',
    ],
    [
      'two releases under one counter',
      { files: soundFolder, accepted: acceptedBefore({}) },
      'TRUST_ROLLBACK_TWIN',
    ],
    [
      'rollback to an older version',
      { files: soundFolder, accepted: acceptedBefore({ counter: 40, version: '1.1.0' }) },
      'TRUST_ROLLBACK_VERSION',
    ],
    [
      'rollback to an older time',
      {
        files: soundFolder,
        accepted: acceptedBefore({ counter: 40, time: '2026-01-01T00:00:00.000Z' }),
      },
      'TRUST_ROLLBACK_TIME',
    ],
    [
      'versions that cannot be compared',
      { files: soundFolder, accepted: acceptedBefore({ counter: 40, version: 'latest' }) },
      'TRUST_ROLLBACK_UNKNOWN',
    ],
    [
      'an older policy',
      {
        files: soundFolder,
        accepted: acceptedBefore(
          { counter: 40 },
          { policy: { version: 8, digest: digestOf('p') } },
        ),
      },
      'TRUST_POLICY_OLDER',
    ],
    [
      'an edited policy',
      {
        files: soundFolder,
        accepted: acceptedBefore(
          { counter: 40 },
          { policy: { version: 7, digest: digestOf('p') } },
        ),
      },
      'TRUST_POLICY_ALTERED',
    ],
    [
      'a policy that has ended',
      { files: soundFolder, now: Date.parse('2027-06-01T00:00:01Z') },
      'TRUST_POLICY_EXPIRED',
    ],
    [
      'a policy that has ended, and a clock set back',
      {
        files: soundFolder,
        accepted: acceptedBefore({ counter: 40 }, { latestTime: '2027-07-01T00:00:00.000Z' }),
      },
      'TRUST_POLICY_EXPIRED',
    ],
    [
      'a key that has ended',
      {
        files: soundFolder,
        policy: {
          keys: {
            ...aTrustDocument().keys,
            'rel-a': { ...keyEntry('rel-a'), notAfter: '2026-11-01T00:00:00Z' },
          },
        },
      },
      'TRUST_THRESHOLD',
    ],
    [
      'a key that is not valid yet, and a clock set forward by evidence',
      {
        files: soundFolder,
        policy: {
          keys: {
            ...aTrustDocument().keys,
            'rel-a': { ...keyEntry('rel-a'), notBefore: '2026-12-01T00:00:00Z' },
          },
        },
        accepted: acceptedBefore({ counter: 40 }, { latestTime: '2026-12-24T00:00:00.000Z' }),
      },
      'TRUST_THRESHOLD',
    ],
    [
      'a key that was revoked, without a signed time',
      {
        files: soundFolder,
        policy: {
          keys: {
            ...aTrustDocument().keys,
            'rel-a': { ...keyEntry('rel-a'), revokedAt: '2027-01-01T00:00:00Z' },
          },
          roles: { ...roles, release: { signers: ['rel-a', 'rel-b', 'rel-c'], threshold: 2 } },
        },
      },
      'TRUST_THRESHOLD',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judgeFolder(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it.each<[string, FolderUnderTrust]>([
    [
      'accepted before, to the byte',
      {
        files: soundFolder,
        accepted: acceptedBefore({ digest: digestOf(renderReleaseStatement(shopRelease())) }),
      },
    ],
    [
      'newer than what was accepted',
      { files: soundFolder, accepted: acceptedBefore({ counter: 40, version: '0.9.0' }) },
    ],
    [
      'of another line than what was accepted',
      { files: soundFolder, accepted: acceptedBefore({ counter: 99, line: 'gpu' }) },
    ],
    [
      'with a clock that is years behind',
      { files: soundFolder, now: Date.parse('1999-01-01T00:00:00Z') },
    ],
  ])('is believed %s', async (_name, row) => {
    expect((await judgeFolder(row)).outcome).toBe('pass');
  });
});
