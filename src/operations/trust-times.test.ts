import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { aTrustPolicy, keyEntry, testKeys } from '../../test/support/a-trust-policy.ts';
import {
  type Beside,
  bundleOf,
  messageOf,
  signBlob,
} from '../../test/support/certificate-bundles.ts';
import { hashedRekord } from '../../test/support/log-records.ts';
import {
  identity,
  PrivateInstance,
  type Signer,
  signedAt,
} from '../../test/support/private-instance.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { digestOf } from '../oci/digest.ts';
import type { TrustPolicyDocument } from '../policy/trust/trust-policy-document.ts';
import type { ReportedLevel } from '../report/verify-report.ts';
import { gatherSignatures } from './gather-signatures.ts';
import { reportedLevels } from './report-trust.ts';
import type { TrustInputs } from './trust-inputs.ts';

const lab = new PrivateInstance();
const file = lab.rootFile();
const artifact = Buffer.from('an archive');
const facts = aPackage()
  .container({ digest: digestOf(artifact) })
  .facts();
const now = Date.parse('2026-04-01T00:00:00Z');
const roots = { site: { sha256: file.sha256 } };

/** What becomes of a package with these signatures beside it. */
async function decided(...given: Parameters<typeof judged>): Promise<string> {
  const [level] = (await judged(...given)) ?? [];
  return level?.state === 'accepted' ? 'accepted' : `${level?.state} ${level?.code}`;
}

async function judged(
  bundles: readonly object[],
  change: Partial<TrustPolicyDocument>,
  at = now,
): Promise<readonly ReportedLevel[] | undefined> {
  const trust: TrustInputs = {
    policy: aTrustPolicy({
      trustedRoots: roots,
      packages: [{ product: '*', kinds: ['package'], role: 'release' }],
      ...change,
    }),
    roots: new Map([['site', file]]),
    now: at,
    warnDays: 30,
  };
  const detached = bundles.map((bundle, index) => ({
    location: `${index}.sigstore.json`,
    bytes: Buffer.from(JSON.stringify(bundle)),
  }));
  const { trust: found } = await gatherSignatures(
    facts,
    { trust, allowUnsigned: false, detached },
    new SigstoreJudge(),
    { signal: new AbortController().signal },
  );
  return reportedLevels(found);
}

describe('a key whose signatures are stamped', () => {
  const keyed = (stampedAt?: Date, by: 'rel-a' | 'rel-b' = 'rel-a'): object => {
    const signature = sign('sha256', artifact, testKeys[by].privateKey);
    const { mediaType, verificationMaterial } = bundleOf(Buffer.alloc(0), {
      stamps: stampedAt === undefined ? [] : [lab.stamp(signature, { time: stampedAt })],
    });
    const { certificate: _, ...rest } = verificationMaterial;
    const hint = Buffer.from(testKeys[by].fingerprint, 'hex').toString('base64');
    return {
      mediaType,
      verificationMaterial: { publicKey: { hint }, ...rest },
      messageSignature: messageOf(artifact, signature),
    };
  };
  const policyOf = (key: object, rule: object = {}): Partial<TrustPolicyDocument> => ({
    keys: { 'rel-a': { ...keyEntry('rel-a'), trustedRoot: 'site', ...key } },
    roles: { release: { signers: ['rel-a'], threshold: 1 } },
    packages: [{ product: '*', kinds: ['package'], role: 'release', ...rule }],
  });

  it.each<[string, Date | undefined, object, object, string]>([
    ['no bounds', signedAt, {}, {}, 'accepted'],
    [
      'revoked after it was stamped',
      signedAt,
      { revokedAt: '2026-03-02T00:00:00Z' },
      {},
      'accepted',
    ],
    [
      'revoked before it was stamped: stolen',
      signedAt,
      { revokedAt: '2026-03-01T00:00:00Z' },
      {},
      'refused TRUST_SIGNER_REVOKED',
    ],
    [
      'revoked, the stamp stripped',
      undefined,
      { revokedAt: '2026-03-02T00:00:00Z' },
      {},
      'refused TRUST_SIGNER_REVOKED',
    ],
    ['ended after it was stamped', signedAt, { notAfter: '2026-03-02T00:00:00Z' }, {}, 'accepted'],
    [
      'ended before it was stamped',
      signedAt,
      { notAfter: '2026-03-01T00:00:00Z' },
      {},
      'refused TRUST_SIGNER_EXPIRED',
    ],
    ['a stamp demanded', signedAt, {}, { timestamps: 1 }, 'accepted'],
    [
      'a stamp demanded, and stripped',
      undefined,
      {},
      { timestamps: 1 },
      'refused TRUST_TIMESTAMPS',
    ],
    [
      'a stamp of nobody who is believed',
      signedAt,
      { trustedRoot: undefined },
      { timestamps: 1 },
      'refused TRUST_TIMESTAMPS',
    ],
    ['young enough', signedAt, {}, { maxAge: 'P31D' }, 'accepted'],
    ['too old', signedAt, {}, { maxAge: 'P30D' }, 'refused TRUST_AGE'],
  ])('%s: ', async (_name, stampedAt, key, rule, expected) => {
    const given = JSON.parse(JSON.stringify(policyOf(key, rule)));
    expect(await decided([keyed(stampedAt)], given)).toBe(expected);
  });

  it('is too old by the time another stamp vouches for, though the clock was set back', async () => {
    const back = Date.parse('2026-03-02T00:00:00Z');
    const policy = policyOf({}, { maxAge: 'P7D' });
    expect(await decided([keyed(signedAt)], policy, back)).toBe('accepted');
    const both: Partial<TrustPolicyDocument> = {
      ...policy,
      keys: { ...policy.keys, 'rel-b': { ...keyEntry('rel-b'), trustedRoot: 'site' } },
      roles: { release: { signers: ['rel-a', 'rel-b'], threshold: 2 } },
    };
    const young = keyed(new Date('2026-03-31T00:00:00Z'), 'rel-b');
    expect(await decided([keyed(signedAt), young], both, back)).toBe('refused TRUST_THRESHOLD');
  });
});

describe('an identity', () => {
  const signer = lab.signer();
  const beside =
    (by: Signer) =>
    (signature: Buffer): Beside => ({
      stamps: [lab.stamp(signature)],
      entries: [lab.logEntry(hashedRekord(artifact, signature, by.der))],
    });
  const full = signBlob(signer, artifact, beside(signer));
  const ci = { ...identity, trustedRoot: 'site' };
  const policyOf = (change: object = {}, role: object = {}): Partial<TrustPolicyDocument> => ({
    identities: { ci: { ...ci, ...change } },
    roles: { release: { signers: ['ci'], threshold: 1, ...role } },
  });
  const { san: _, ...unnamed } = ci;

  it.each<[string, Partial<TrustPolicyDocument>, string]>([
    ['as the policy names it', policyOf(), 'accepted'],
    [
      'as a pattern names it',
      {
        ...policyOf(),
        identities: {
          ci: {
            ...unnamed,
            sanPattern: 'https://ci\\.example\\.org/app//release\\.yml@refs/tags/v[0-9]+',
          },
        },
      },
      'accepted',
    ],
    [
      'that a pattern matches in part only',
      {
        ...policyOf(),
        identities: { ci: { ...unnamed, sanPattern: 'https://ci\\.example\\.org/app' } },
      },
      'refused SIGNATURE_IDENTITY',
    ],
    ['of another issuer', policyOf({ issuer: 'https://other' }), 'refused SIGNATURE_IDENTITY'],
    ['revoked after it signed', policyOf({ revokedAt: '2026-03-02T00:00:00Z' }), 'accepted'],
    [
      'revoked before it signed',
      policyOf({ revokedAt: '2026-03-01T00:00:00Z' }),
      'refused TRUST_SIGNER_REVOKED',
    ],
    [
      'where keys are to sign',
      {
        keys: { 'rel-a': keyEntry('rel-a') },
        roles: { release: { signers: ['rel-a'], threshold: 1 } },
      },
      'refused SIGNATURE_MATERIAL_KIND',
    ],
    [
      'who builds, where keys release',
      {
        keys: { 'rel-a': keyEntry('rel-a') },
        identities: { ci },
        roles: {
          release: { signers: ['rel-a'], threshold: 1 },
          builder: { kind: 'builder', signers: ['ci'], threshold: 1 },
        },
      },
      'refused TRUST_NOT_IN_ROLE',
    ],
    [
      'under two names, to reach a threshold',
      {
        identities: { ci, wide: { ...unnamed, sanPattern: 'https://.*' } },
        roles: { release: { signers: ['ci', 'wide'], threshold: 2 } },
      },
      'refused TRUST_THRESHOLD',
    ],
    [
      'under two names, to approve what it signed',
      {
        identities: { ci, wide: { ...unnamed, sanPattern: 'https://.*' } },
        roles: {
          release: { signers: ['ci'], threshold: 1 },
          approval: { signers: ['wide'], threshold: 1 },
        },
        packages: [{ product: '*', kinds: ['package'], role: 'release', approvers: 'approval' }],
      },
      'refused TRUST_APPROVALS_MISSING',
    ],
  ])('%s', async (_name, policy, expected) => {
    expect(await decided([full], { keys: {}, ...policy })).toBe(expected);
  });

  it('is reported with the chain that held, and who proves the time', async () => {
    const [level] = (await judged([full], { keys: {}, ...policyOf() })) ?? [];
    const [by] = level?.signers ?? [];
    expect(by?.certificate?.chain?.map(({ subject }) => subject)).toEqual([
      'CN=leaf',
      'CN=lab authority',
      'CN=lab root',
    ]);
    expect(by?.stampedBy?.map(({ kind }) => kind)).toEqual([
      'timestamp-authority',
      'transparency-log',
    ]);
  });

  it('counts beside a key', async () => {
    const both: Partial<TrustPolicyDocument> = {
      keys: { 'rel-a': keyEntry('rel-a') },
      identities: { ci },
      roles: { release: { signers: ['rel-a', 'ci'], threshold: 2 } },
    };
    const signature = sign('sha256', artifact, testKeys['rel-a'].privateKey);
    const keyed = {
      mediaType: full.mediaType,
      verificationMaterial: { publicKey: { hint: '' } },
      messageSignature: messageOf(artifact, signature),
    };
    expect(await decided([full, keyed], both)).toBe('accepted');
    expect(await decided([full], both)).toBe('refused TRUST_THRESHOLD');
  });
});
