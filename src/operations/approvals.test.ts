import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import {
  aTrustDocument,
  aTrustPolicy,
  keyEntry,
  testKeys,
} from '../../test/support/a-trust-policy.ts';
import { folderReport, judgingPorts, trustOf } from '../../test/support/judge-under-trust.ts';
import { packageFile, shopRelease } from '../../test/support/shop-release.ts';
import { statementSignature } from '../../test/support/trust-evidence.ts';
import { type Approval, renderApproval } from '../attestation/approval.ts';
import { type Release, renderReleaseStatement } from '../attestation/release-statement.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { TrustPolicyDocument } from '../policy/trust/trust-policy-document.ts';
import { verifyArchive } from './verify-archive.ts';
import { verifyFolder } from './verify-folder.ts';

type Key = keyof typeof testKeys;
const bare = aPackage();
const { bytes } = bare.archive();
const yaml = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '';
const root = digestOf(Buffer.from(yaml));
const theRelease = (change: Partial<Release> = {}) => shopRelease({ bytes, root }, change);
const payload = renderReleaseStatement(theRelease());
const statement = statementSignature(payload, 'rel-a');

interface Said {
  readonly release?: Partial<Release>;
  readonly digest?: Digest;
  readonly role?: string;
  readonly archive?: { readonly name?: string; readonly digest?: Digest; readonly root?: Digest };
  readonly outcome?: 'pass' | 'fail';
  readonly comment?: string;
}

/** An approval of the release, or of the archive, by a key. */
function approval(by: Key, said: Said = {}): string {
  const { release = {}, role = 'approver', archive, outcome = 'pass', comment } = said;
  const { product, version, flavor, counter } = theRelease(release);
  const about: Approval['about'] =
    archive === undefined
      ? {
          kind: 'release',
          product,
          version,
          flavor,
          counter,
          digest: said.digest ?? digestOf(renderReleaseStatement(theRelease(release))),
        }
      : { kind: 'archive', name: packageFile, digest: digestOf(bytes), ...archive };
  const text = renderApproval({
    about,
    role,
    approvedAt: '2026-11-21T12:00:00.000Z',
    verification: { outcome, programVersion: '0', weakenedBy: [] },
    ...(comment === undefined ? {} : { comment }),
  });
  return statementSignature(text, by);
}

/** `rel-a` releases; two of `appr`, `site`, `ci` approve. */
const demanding: Partial<TrustPolicyDocument> = {
  keys: {
    'rel-a': keyEntry('rel-a'),
    appr: keyEntry('appr'),
    site: keyEntry('site'),
    ci: keyEntry('ci'),
  },
  roles: {
    release: { signers: ['rel-a'], threshold: 1 },
    approver: { kind: 'approver', signers: ['appr', 'site', 'ci'], threshold: 2 },
  },
  packages: [{ product: '*', role: 'release', approvers: 'approver' }],
};

const run = { signal: new AbortController().signal };

async function judge(
  approvals: Readonly<Record<string, string>>,
  policy: Partial<TrustPolicyDocument> = demanding,
) {
  const report = await folderReport({
    files: { [packageFile]: bytes, 'release.intoto.jsonl': statement, ...approvals },
    policy,
  });
  const failed = report.findings.filter(({ outcome }) => outcome === 'fail');
  return {
    outcome: report.verdict.outcome,
    codes: failed.map(({ id, code, severity }) => `${severity} ${id} ${code}`),
    states: (report.approvals ?? []).map(({ state, signer, location }) =>
      [location, state, signer].join(' '),
    ),
    report,
  };
}

describe('k of n approvals of a release', () => {
  it('pass with enough of different people, and say who, when, over which digest', async () => {
    const { outcome, codes, states, report } = await judge({
      'approval.intoto.jsonl': approval('appr', { comment: 'Change 4711' }),
      'approval.2.intoto.jsonl': approval('site'),
    });
    expect([outcome, codes]).toEqual(['pass', []]);
    expect(states).toEqual([
      'approval.intoto.jsonl counted appr',
      'approval.2.intoto.jsonl counted site',
    ]);
    expect(report.approvals?.[0]).toMatchObject({
      about: 'release',
      digest: digestOf(payload),
      role: 'approver',
      approvedAt: '2026-11-21T12:00:00.000Z',
      stampedTimes: [],
      party: `key:${testKeys.appr.fingerprint}`,
      comment: 'Change 4711',
    });
    const said = report.findings
      .filter(({ id }) => id === 'statement/approvals')
      .map(({ message }) => message)
      .join('\n');
    expect(said).toContain("approved by 'appr'");
    expect(said).toContain('by their own clock, which nothing proves');
    expect(said).toContain(`over ${digestOf(payload)}: "Change 4711"`);
  });

  it('may also be signatures over the statement itself', async () => {
    const { outcome } = await judge({
      'approval.intoto.jsonl': approval('appr'),
      'release.2.intoto.jsonl': statementSignature(payload, 'site'),
    });
    expect(outcome).toBe('pass');
  });

  it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['none is there', {}, ['error statement/signature TRUST_APPROVALS_MISSING']],
    [
      'one was taken away',
      { 'approval.intoto.jsonl': approval('appr') },
      ['error statement/signature TRUST_APPROVALS_MISSING'],
    ],
    [
      'one person approved twice',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('appr', { comment: 'again' }),
      },
      [
        'error statement/signature TRUST_APPROVALS_MISSING',
        'note statement/approvals TRUST_APPROVAL_REPEATED',
      ],
    ],
    [
      'one is over another state of the release',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('site', { digest: digestOf('older') }),
      },
      [
        'error statement/approvals TRUST_APPROVAL_DIGEST',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
    [
      'one was copied from another release',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('site', { release: { version: '0.9.0', counter: 40 } }),
      },
      [
        'error statement/approvals TRUST_APPROVAL_OTHER',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
    [
      'one calls this release by another name',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('site', {
          release: { version: '2.0.0' },
          digest: digestOf(payload),
        }),
      },
      [
        'error statement/approvals TRUST_APPROVAL_CONTRADICTS',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
    [
      'one is of the archive only',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('site', { archive: {} }),
      },
      [
        'error statement/approvals TRUST_APPROVAL_OTHER',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
    [
      'one is by a stranger',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('other'),
      },
      [
        'error statement/approvals TRUST_SIGNATURE_STRAY',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
    [
      'one is by whoever released it',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('rel-a'),
      },
      [
        'error statement/signature TRUST_APPROVALS_MISSING',
        'warning statement/approvals TRUST_NOT_IN_ROLE',
      ],
    ],
    [
      'one was given in another role',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': approval('site', { role: 'operator' }),
      },
      [
        'error statement/signature TRUST_APPROVALS_MISSING',
        'warning statement/approvals TRUST_APPROVAL_ROLE',
      ],
    ],
    [
      'the statement of the release is offered as an approval',
      {
        'approval.intoto.jsonl': approval('appr'),
        'approval.2.intoto.jsonl': statementSignature(payload, 'site'),
      },
      [
        'error statement/approvals STATEMENT_PREDICATE',
        'error statement/signature TRUST_APPROVALS_MISSING',
      ],
    ],
  ])('fail where %s', async (_name, approvals, codes) => {
    const judged = await judge(approvals);
    expect(judged.outcome).toBe('fail');
    expect([...judged.codes].sort()).toEqual(codes);
    for (const { counted, threshold } of judged.report.approvers ?? [])
      expect(counted).toBeLessThan(threshold);
    expect(judged.report.approvers).toHaveLength(1);
  });

  it('are not made by an approval that is offered as a release statement', async () => {
    const { outcome } = await judge({
      'approval.intoto.jsonl': approval('appr'),
      'approval.2.intoto.jsonl': approval('site'),
      'release.intoto.jsonl': approval('rel-a'),
    });
    expect(outcome).toBe('fail');
  });

  it('fail with one that is changed', async () => {
    const good = JSON.parse(approval('site'));
    const payloadText = Buffer.from(good.dsseEnvelope.payload, 'base64').toString();
    good.dsseEnvelope.payload = Buffer.from(payloadText.replace('approver', 'Approver')).toString(
      'base64',
    );
    const { outcome, codes } = await judge({
      'approval.intoto.jsonl': approval('appr'),
      'approval.2.intoto.jsonl': JSON.stringify(good),
    });
    expect(outcome).toBe('fail');
    expect(codes.join()).toContain('statement/approvals TRUST_SIGNATURE_STRAY');
  });

  it('fail with a file that is no approval, whatever it is called', async () => {
    const { outcome, codes } = await judge({
      'approval.intoto.jsonl': approval('appr'),
      'approval.2.intoto.jsonl': approval('site'),
      'approval.3.intoto.jsonl': 'rm -rf /\n',
    });
    expect(outcome).toBe('fail');
    expect(codes).toEqual(['error statement/approvals SIGNATURE_BUNDLE_JSON']);
  });

  it('fail with what a revoked key approved', async () => {
    const { outcome, codes } = await judge(
      { 'approval.intoto.jsonl': approval('appr'), 'approval.2.intoto.jsonl': approval('site') },
      {
        ...demanding,
        keys: {
          ...demanding.keys,
          site: { ...keyEntry('site'), revokedAt: '2027-01-01T00:00:00Z' },
        },
      },
    );
    expect(outcome).toBe('fail');
    expect(codes).toContain('warning statement/approvals TRUST_SIGNER_REVOKED');
  });

  it('warn of one that was given for what had not passed', async () => {
    const { outcome, codes } = await judge({
      'approval.intoto.jsonl': approval('appr', { outcome: 'fail' }),
      'approval.2.intoto.jsonl': approval('site'),
    });
    expect([outcome, codes]).toEqual([
      'pass',
      ['warning statement/approvals TRUST_APPROVAL_UNVERIFIED'],
    ]);
  });
});

describe('approvals that nobody demands', () => {
  const plain = {
    ...aTrustDocument(),
    ...demanding,
    packages: [{ product: '*', role: 'release' }],
  };

  it('are told and not counted', async () => {
    const { outcome, states, codes } = await judge(
      { 'approval.intoto.jsonl': approval('appr') },
      plain,
    );
    expect([outcome, codes]).toEqual(['pass', []]);
    expect(states).toEqual(['approval.intoto.jsonl held appr']);
  });

  it.each([
    ['over this release', approval('appr'), 'pass', 'unjudged'],
    ['over another', approval('appr', { digest: digestOf('x') }), 'fail', 'refused'],
    ['that is none', '{}', 'fail', 'refused'],
  ])('are not judged under a lone key: one %s', async (_name, text, outcome, state) => {
    const { pem, fingerprint } = testKeys['rel-a'];
    const report = await verifyFolder(
      {
        location: 'in',
        key: { origin: 'release.pub', pem, fingerprint },
        policy: builtInPolicy,
        allowUnsigned: false,
        programVersion: '0',
      },
      judgingPorts({
        [packageFile]: bytes,
        'release.intoto.jsonl': statement,
        'approval.intoto.jsonl': text,
      }),
      run,
    );
    expect(report.verdict.outcome).toBe(outcome);
    expect(report.approvals?.map((each) => each.state)).toEqual([state]);
  });
});

describe('approvals by several roles', () => {
  const both: Partial<TrustPolicyDocument> = {
    ...demanding,
    roles: {
      release: { signers: ['rel-a'], threshold: 1 },
      security: { kind: 'approver', signers: ['appr', 'site'], threshold: 1 },
      operations: { kind: 'approver', signers: ['ci'], threshold: 1 },
    },
    packages: [{ product: '*', role: 'release', approvers: ['security', 'operations'] }],
  };

  it.each([
    {
      what: 'of each role one',
      by: [['site', 'security'] as const, ['ci', 'operations'] as const],
      outcome: 'pass',
    },
    {
      what: 'two of one role',
      by: [['appr', 'security'] as const, ['site', 'security'] as const],
      outcome: 'fail',
      missing: "'operations', missing 'ci'",
    },
    {
      what: 'one who says another role than his',
      by: [['site', 'security'] as const, ['appr', 'operations'] as const],
      outcome: 'fail',
      missing: "'operations', missing 'ci'",
    },
    {
      what: 'none of the first',
      by: [['ci', 'operations'] as const],
      outcome: 'fail',
      missing: "'security', missing 'appr' or 'site'",
    },
  ])('$what: $outcome', async ({ by, outcome, missing }) => {
    const files = by.map(
      ([who, role], index) =>
        [`approval.${index + 2}.intoto.jsonl`, approval(who, { role })] as const,
    );
    const judged = await judge(Object.fromEntries(files), both);
    expect(judged.outcome).toBe(outcome);
    const said = judged.report.findings.map(({ message }) => message).join('\n');
    if (missing !== undefined) expect(said).toContain(missing);
  });

  it('are not given by one person in the place of two, unless the policy says so', () => {
    const roles = {
      ...both.roles,
      operations: { kind: 'approver', signers: ['site'], threshold: 1 },
    } as const;
    expect(() => aTrustPolicy({ ...both, roles })).toThrow(/'site' is in the approver role/);
    const sharedSigners = [{ signer: 'site', reason: 'there are two of us' }];
    expect(aTrustPolicy({ ...both, roles, sharedSigners }).rules[0]?.approvers).toEqual([
      'security',
      'operations',
    ]);
  });
});

describe('approvals of an archive by itself', () => {
  const signed: Partial<TrustPolicyDocument> = {
    ...demanding,
    roles: {
      ...demanding.roles,
      release: { signers: ['rel-a'], threshold: 1 },
      approver: { kind: 'approver', signers: ['appr', 'site', 'ci'], threshold: 1 },
    },
    packages: [
      { product: 'shop', kinds: ['statement'], role: 'release' },
      {
        product: '*',
        kinds: ['package'],
        role: 'release',
        approvers: 'approver',
        ownSignature: true,
      },
    ],
  };
  async function judgeArchive(approvals: Readonly<Record<string, string>>) {
    const { blobSignature } = await import('../../test/support/trust-evidence.ts');
    const report = await verifyArchive(
      {
        location: `in/${packageFile}`,
        trust: trustOf({ policy: signed }),
        policy: builtInPolicy,
        allowUnsigned: false,
        wholeDigest: false,
        programVersion: '0',
      },
      judgingPorts({
        [packageFile]: bytes,
        [`${packageFile}.sigstore.json`]: blobSignature(bytes, 'rel-a'),
        ...approvals,
      }),
      run,
    );
    const codes = report.findings.filter(({ outcome }) => outcome === 'fail');
    return { report, codes: codes.map(({ id, code }) => `${id} ${code}`) };
  }

  it.each<readonly [string, Said, readonly string[]]>([
    ['by its digest', { archive: {} }, []],
    [
      'by its root, however it was compressed since',
      { archive: { digest: digestOf('other'), root } },
      [],
    ],
    [
      'and fail for another of the same name',
      { archive: { digest: digestOf('other') } },
      ['signature/approvals TRUST_APPROVAL_DIGEST', 'signature/archive TRUST_APPROVALS_MISSING'],
    ],
    [
      'and fail for another archive',
      { archive: { name: 'b.tar.zst', digest: digestOf('other') } },
      ['signature/approvals TRUST_APPROVAL_OTHER', 'signature/archive TRUST_APPROVALS_MISSING'],
    ],
    [
      'and fail for one of a release',
      {},
      ['signature/approvals TRUST_APPROVAL_OTHER', 'signature/archive TRUST_APPROVALS_MISSING'],
    ],
  ])('count %s', async (_name, said, expected) => {
    const { report, codes } = await judgeArchive({
      [`${packageFile}.approval.intoto.jsonl`]: approval('appr', said),
    });
    expect(codes.filter((each) => each.startsWith('signature/')).sort()).toEqual(expected);
    if (expected.length === 0)
      expect(report.approvals).toMatchObject([
        { state: 'counted', signer: 'appr', about: 'archive' },
      ]);
  });

  it('do not make a folder hold a file more than was signed', async () => {
    const { outcome, codes } = await judge(
      { [`${packageFile}.approval.intoto.jsonl`]: approval('appr', { archive: {} }) },
      { ...demanding, packages: [{ product: '*', role: 'release' }] },
    );
    expect([outcome, codes]).toEqual(['pass', []]);
  });

  it('belong to an archive that is there', async () => {
    const { codes } = await judge(
      { 'gone.tar.zst.approval.intoto.jsonl': approval('appr', { archive: {} }) },
      { ...demanding, packages: [{ product: '*', role: 'release' }] },
    );
    expect(codes).toEqual(['error statement/nothing-extra RELEASE_FILE_EXTRA']);
  });
});
