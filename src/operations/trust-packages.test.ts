import { describe, expect, it } from 'vitest';
import { aTrustDocument } from '../../test/support/a-trust-policy.ts';
import {
  acceptedBefore,
  type FolderUnderTrust,
  judgeFolder,
} from '../../test/support/judge-under-trust.ts';
import { packageFile, packed, soundFolder } from '../../test/support/shop-release.ts';
import { blobSignature } from '../../test/support/trust-evidence.ts';
import type { TrustPolicyDocument } from '../policy/trust/trust-policy-document.ts';

const roles = aTrustDocument().roles;
const always = [{ product: '*', role: 'release' }];

describe('a package under a trust policy', () => {
  const byBuilder = packed('ci');
  const onlyOwn = { [packageFile]: byBuilder.bytes };
  it('is believed by the signature it carries, in the role that is for it', async () => {
    const { outcome, report } = await judgeFolder({ files: onlyOwn });
    expect(outcome).toBe('pass');
    expect(report.archives[0]?.levels).toMatchObject([
      { state: 'accepted', rule: 'packages[0]', signers: [{ signer: 'ci', role: 'builder' }] },
    ]);
  });

  it.each<[string, FolderUnderTrust, string]>([
    [
      "a releaser's key, where builders are to sign",
      { files: { [packageFile]: packed('rel-a').bytes } },
      'TRUST_NOT_IN_ROLE',
    ],
    [
      'a counter demanded that only a release has',
      {
        files: { [packageFile]: packed('rel-a').bytes },
        policy: {
          roles: { ...roles, release: { signers: ['rel-a'], threshold: 1 } },
          packages: [{ product: '*', role: 'release', minCounter: 1 }],
        },
      },
      'TRUST_COUNTER_UNKNOWN',
    ],
    [
      'a release before the one that its own entry demands',
      {
        files: soundFolder,
        policy: {
          packages: [
            { product: 'demo', kinds: ['statement', 'package'], role: 'release', minCounter: 42 },
            ...always,
          ],
        },
      },
      'TRUST_COUNTER',
    ],
    [
      'a signature of its own demanded beside that of the release',
      {
        files: soundFolder,
        policy: {
          packages: [
            { product: 'demo', kinds: ['package'], role: 'builder', ownSignature: true },
            ...always,
          ],
        },
      },
      'SIGNATURE_ABSENT',
    ],
    [
      'a foreign signature beside a good one',
      {
        files: {
          ...onlyOwn,
          [`${packageFile}.sigstore.json`]: blobSignature(byBuilder.bytes, 'other'),
        },
      },
      'TRUST_SIGNATURE_STRAY',
    ],
    [
      'the second signature over another file',
      {
        files: {
          ...onlyOwn,
          [`${packageFile}.2.sigstore.json`]: blobSignature(Buffer.from('x'), 'ci'),
        },
      },
      'SIGNATURE_DIGEST',
    ],
    [
      'a claim without signature',
      {
        files: {
          [packageFile]: packed(undefined, (draft) =>
            draft.defining((text) => text.replace('signed: false', 'signed: true')),
          ).bytes,
        },
      },
      'SIGNATURE_ABSENT',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judgeFolder(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it('counts the signature in it and those beside it together', async () => {
    const policy: Partial<TrustPolicyDocument> = {
      packages: [{ product: '*', kinds: ['package'], role: 'release' }],
    };
    const { bytes } = packed('rel-a');
    expect((await judgeFolder({ files: { [packageFile]: bytes }, policy })).codes).toContain(
      'TRUST_THRESHOLD',
    );
    const second = blobSignature(bytes, 'rel-b');
    for (const file of [`${packageFile}.sigstore.json`, `${packageFile}.2.sigstore.json`])
      expect(
        (await judgeFolder({ files: { [packageFile]: bytes, [file]: second }, policy })).outcome,
      ).toBe('pass');
  });

  it('must not be older than the one accepted last', async () => {
    const item = (more: object) =>
      acceptedBefore({ kind: 'package', name: 'demo', line: 'amd64', ...more });
    for (const [more, code] of [
      [{ version: '1.0.1' }, 'TRUST_ROLLBACK_VERSION'],
      [{ time: '2026-11-21T05:00:00.000Z' }, 'TRUST_ROLLBACK_TIME'],
      [{ time: '2026-11-21T04:12:06.000Z' }, 'TRUST_ROLLBACK_TWIN'],
      [{ time: undefined }, 'TRUST_ROLLBACK_TWIN'],
    ] as const)
      expect((await judgeFolder({ files: onlyOwn, accepted: item(more) })).codes).toContain(code);
    const same = item({ digest: byBuilder.root });
    expect((await judgeFolder({ files: onlyOwn, accepted: same })).outcome).toBe('pass');
  });
});
