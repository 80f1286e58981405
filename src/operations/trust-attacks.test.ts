import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../test/support/a-package.ts';
import {
  aTrustDocument,
  aTrustPolicy,
  keyEntry,
  type testKeys,
} from '../../test/support/a-trust-policy.ts';
import { blobSignature, statementSignature } from '../../test/support/trust-evidence.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { type Release, renderReleaseStatement } from '../attestation/release-statement.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { AcceptedRecord } from '../policy/trust/accepted-record.ts';
import type { TrustPolicyDocument } from '../policy/trust/trust-policy-document.ts';
import type { TrustInputs } from './trust-inputs.ts';
import { verifyFolder } from './verify-folder.ts';

type Key = keyof typeof testKeys;
const now = Date.parse('2026-11-21T12:00:00Z');
const name = 'zarf-package-demo-amd64-1.0.0.tar.zst';

/** A package with a signature of its own inside, where somebody signed. */
function packed(by?: Key, change: (draft: PackageDraft) => PackageDraft = (draft) => draft) {
  const bare = change(
    aPackage().defining((text) => text.replace('build:', `build:\n  signed: ${by !== undefined}`)),
  );
  const definition = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content;
  const yaml = Buffer.from(definition ?? '');
  const draft = by === undefined ? bare : bare.with('zarf.bundle.sig', blobSignature(yaml, by));
  return { bytes: draft.archive().bytes, root: digestOf(yaml) };
}
const unsigned = packed();

function aRelease({ bytes, root } = unsigned, change: Partial<Release> = {}): Release {
  return {
    product: 'shop',
    version: '1.0.0',
    flavor: 'cpu',
    counter: 41,
    sourceDateEpoch: 1_700_000_000,
    files: [
      {
        name,
        digest: digestOf(bytes),
        size: bytes.length,
        root: { kind: 'package', digest: root },
      },
    ],
    ...change,
  };
}
/** The statement over a release, with a line per signer. */
const signedBy = (release: Release, ...keys: readonly Key[]): string =>
  keys.map((key) => statementSignature(renderReleaseStatement(release), key)).join('');

interface Row {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly policy?: Partial<TrustPolicyDocument>;
  readonly accepted?: AcceptedRecord;
  readonly now?: number;
}

async function judge({ files, policy = {}, accepted, now: at = now }: Row) {
  const trust: TrustInputs = {
    policy: aTrustPolicy(policy),
    roots: new Map(),
    now: at,
    warnDays: 30,
    ...(accepted === undefined ? {} : { accepted }),
  };
  const source = new MemoryArchiveSource(
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`in/${path}`, bytes])),
  );
  const report = await verifyFolder(
    { location: 'in', trust, policy: builtInPolicy, allowUnsigned: false, programVersion: '0' },
    {
      source,
      compute: inProcessCompute(),
      signatures: new SigstoreJudge(),
    },
    { signal: new AbortController().signal },
  );
  const findings = [...report.findings, ...report.archives.flatMap((each) => each.findings)];
  const codes = findings
    .filter(({ outcome, severity }) => outcome !== 'pass' && severity === 'error')
    .flatMap(({ code }) => (code === undefined ? [] : [code]));
  return { report, outcome: report.verdict.outcome, codes: [...new Set(codes)], findings };
}

const sound = {
  [name]: unsigned.bytes,
  'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-b'),
};
const record = (
  change: Partial<AcceptedRecord['items'][number]>,
  more: Partial<AcceptedRecord> = {},
): AcceptedRecord => ({
  policy: undefined,
  latestTime: undefined,
  items: [
    {
      kind: 'statement',
      name: 'shop',
      line: 'cpu',
      version: '1.0.0',
      counter: 41,
      digest: digestOf('what was accepted'),
      ...change,
    },
  ],
  ...more,
});
const roles = aTrustDocument().roles;
const always = [{ product: '*', role: 'release' }];

describe('a release under a trust policy', () => {
  it('is believed when enough signers of the role signed the same statement', async () => {
    const { outcome, report } = await judge({ files: sound });
    expect(outcome).toBe('pass');
    expect(report.archives[0]?.levels).toMatchObject([
      { kind: 'package', state: 'covered', covers: 'release.intoto.jsonl' },
    ]);
    expect(report.record?.items).toMatchObject([{ kind: 'statement', name: 'shop', counter: 41 }]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'in one file, a line each',
      { 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-b') },
    ],
    [
      'in two files',
      {
        'release.intoto.jsonl': signedBy(aRelease(), 'rel-a'),
        'release.2.intoto.jsonl': signedBy(aRelease(), 'rel-b'),
      },
    ],
    [
      'laid out over many lines',
      {
        'release.intoto.jsonl': JSON.stringify(JSON.parse(signedBy(aRelease(), 'rel-a')), null, 2),
        'release.2.intoto.jsonl': signedBy(aRelease(), 'rel-b'),
      },
    ],
  ])('takes its signatures %s', async (_name, statements) => {
    expect((await judge({ files: { [name]: unsigned.bytes, ...statements } })).outcome).toBe(
      'pass',
    );
  });

  it.each<[string, Row, string]>([
    [
      'one of two signatures stripped',
      { files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a') } },
      'TRUST_THRESHOLD',
    ],
    ['all signatures stripped', { files: { [name]: unsigned.bytes } }, 'SIGNATURE_ABSENT'],
    [
      'an empty statement',
      { files: { ...sound, 'release.intoto.jsonl': '\n' } },
      'SIGNATURE_ABSENT',
    ],
    [
      'one signer twice',
      { files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-a') } },
      'TRUST_THRESHOLD',
    ],
    [
      'one key under two names',
      {
        files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-a') },
        policy: {
          keys: { ...aTrustDocument().keys, again: keyEntry('rel-a') },
          roles: { ...roles, release: { signers: ['rel-a', 'again', 'rel-b'], threshold: 2 } },
        },
      },
      'TRUST_THRESHOLD',
    ],
    [
      "a builder's key on a release",
      { files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'ci') } },
      'TRUST_NOT_IN_ROLE',
    ],
    [
      "a builder's key as the second one",
      { files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'ci') } },
      'TRUST_THRESHOLD',
    ],
    [
      'a key nobody knows',
      { files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'other') } },
      'SIGNATURE_MISMATCH',
    ],
    [
      'a foreign signature beside enough good ones',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-b', 'other'),
        },
      },
      'TRUST_SIGNATURE_STRAY',
    ],
    [
      'a good signature swapped for that of another release',
      {
        files: {
          ...sound,
          'release.intoto.jsonl':
            signedBy(aRelease(), 'rel-a') + signedBy(aRelease(unsigned, { counter: 40 }), 'rel-b'),
        },
      },
      'TRUST_STATEMENTS_DIFFER',
    ],
    [
      "another release's signature added",
      {
        files: {
          ...sound,
          'release.2.intoto.jsonl': signedBy(aRelease(unsigned, { counter: 40 }), 'rel-a', 'rel-b'),
        },
      },
      'TRUST_STATEMENTS_DIFFER',
    ],
    [
      'a statement of another kind',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': ['rel-a', 'rel-b']
            .map((key) =>
              statementSignature(
                JSON.stringify({
                  _type: 'https://in-toto.io/Statement/v1',
                  subject: [{ name, digest: { sha256: digestOf(unsigned.bytes).slice(7) } }],
                  predicateType: 'https://slsa.dev/provenance/v1',
                  predicate: {},
                }),
                key as Key,
              ),
            )
            .join(''),
        },
      },
      'STATEMENT_PREDICATE',
    ],
    [
      'a member given twice in the bundle',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(aRelease(), 'rel-a').replace('{', '{"mediaType":"x",'),
        },
      },
      'SIGNATURE_BUNDLE_JSON',
    ],
    [
      'an unknown product',
      { files: sound, policy: { packages: [{ product: 'other', role: 'release' }] } },
      'TRUST_NO_RULE',
    ],
    [
      'a version out of range',
      {
        files: sound,
        policy: { packages: [{ product: 'shop', versions: '>=2.0.0', role: 'release' }] },
      },
      'TRUST_NO_RULE',
    ],
    [
      'a version that cannot be compared',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(
            aRelease(unsigned, { version: 'latest' }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: {
          packages: [{ product: 'shop', versions: '>=2.0.0', role: 'release' }, ...always],
        },
      },
      'TRUST_VERSION_UNKNOWN',
    ],
    [
      "another site's release",
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(
            aRelease(unsigned, { audience: ['south'] }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: { site: 'north' },
      },
      'TRUST_AUDIENCE',
    ],
    [
      "nobody's release, where a site is demanded",
      { files: sound, policy: { site: 'north' } },
      'TRUST_AUDIENCE',
    ],
    [
      'a counter below the least',
      { files: sound, policy: { packages: [{ product: '*', role: 'release', minCounter: 42 }] } },
      'TRUST_COUNTER',
    ],
    [
      'rollback to an older release',
      { files: sound, accepted: record({ counter: 42 }) },
      'TRUST_ROLLBACK_COUNTER',
    ],
    [
      'two releases under one counter',
      { files: sound, accepted: record({}) },
      'TRUST_ROLLBACK_TWIN',
    ],
    [
      'rollback to an older version',
      { files: sound, accepted: record({ counter: 40, version: '1.1.0' }) },
      'TRUST_ROLLBACK_VERSION',
    ],
    [
      'rollback to an older time',
      { files: sound, accepted: record({ counter: 40, time: '2026-01-01T00:00:00.000Z' }) },
      'TRUST_ROLLBACK_TIME',
    ],
    [
      'versions that cannot be compared',
      { files: sound, accepted: record({ counter: 40, version: 'latest' }) },
      'TRUST_ROLLBACK_UNKNOWN',
    ],
    [
      'an older policy',
      {
        files: sound,
        accepted: record({ counter: 40 }, { policy: { version: 8, digest: digestOf('p') } }),
      },
      'TRUST_POLICY_OLDER',
    ],
    [
      'an edited policy',
      {
        files: sound,
        accepted: record({ counter: 40 }, { policy: { version: 7, digest: digestOf('p') } }),
      },
      'TRUST_POLICY_ALTERED',
    ],
    [
      'a policy that has ended',
      { files: sound, now: Date.parse('2027-06-01T00:00:01Z') },
      'TRUST_POLICY_EXPIRED',
    ],
    [
      'a policy that has ended, and a clock set back',
      {
        files: sound,
        accepted: record({ counter: 40 }, { latestTime: '2027-07-01T00:00:00.000Z' }),
      },
      'TRUST_POLICY_EXPIRED',
    ],
    [
      'a key that has ended',
      {
        files: sound,
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
        files: sound,
        policy: {
          keys: {
            ...aTrustDocument().keys,
            'rel-a': { ...keyEntry('rel-a'), notBefore: '2026-12-01T00:00:00Z' },
          },
        },
        accepted: record({ counter: 40 }, { latestTime: '2026-12-24T00:00:00.000Z' }),
      },
      'TRUST_THRESHOLD',
    ],
    [
      'a key that was revoked, without a signed time',
      {
        files: sound,
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
    [
      'an age demanded, and no signed time',
      { files: sound, policy: { packages: [{ product: '*', role: 'release', maxAge: 'P90D' }] } },
      'TRUST_TIMESTAMPS',
    ],
    [
      'approvers who did not sign',
      {
        files: sound,
        policy: {
          keys: { ...aTrustDocument().keys, appr: keyEntry('appr') },
          roles: { ...roles, approval: { signers: ['appr'], threshold: 1 } },
          packages: [{ product: '*', role: 'release', approvers: 'approval' }],
        },
      },
      'TRUST_APPROVALS_MISSING',
    ],
    [
      'a revoked archive',
      {
        files: sound,
        policy: { revokedDigests: [{ digest: digestOf(unsigned.bytes), reason: 'leaks' }] },
      },
      'TRUST_DIGEST_REVOKED',
    ],
    [
      'a revoked file in it',
      { files: sound, policy: { revokedDigests: [{ digest: unsigned.root, reason: 'leaks' }] } },
      'TRUST_DIGEST_REVOKED',
    ],
    [
      'a file of another release',
      {
        files: {
          ...sound,
          [name]: packed(undefined, (draft) => draft.with('components/x.tar', 'x')).bytes,
        },
      },
      'RELEASE_FILE_ALTERED',
    ],
    [
      'a file left out',
      { files: { 'release.intoto.jsonl': sound['release.intoto.jsonl'] ?? '' } },
      'RELEASE_FILE_MISSING',
    ],
    ['a file added', { files: { ...sound, 'setup.sh': 'x' } }, 'RELEASE_FILE_EXTRA'],
    [
      'a signature nobody can place',
      { files: { ...sound, 'release.1.intoto.jsonl': signedBy(aRelease(), 'rel-c') } },
      'RELEASE_FILE_EXTRA',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judge(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it('is not proven where it names an audience and nobody says which site this is', async () => {
    const forSouth = signedBy(aRelease(unsigned, { audience: ['south'] }), 'rel-a', 'rel-b');
    const { outcome, codes } = await judge({
      files: { ...sound, 'release.intoto.jsonl': forSouth },
    });
    expect(codes).toContain('TRUST_AUDIENCE_UNKNOWN');
    expect(outcome).not.toBe('pass');
  });

  it.each<[string, Row]>([
    [
      'for this site among others',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(
            aRelease(unsigned, { audience: ['south', 'north'] }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: { site: 'north' },
      },
    ],
    [
      'with a foreign signature that is only reported',
      {
        files: {
          ...sound,
          'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-b', 'other'),
        },
        policy: { otherSignatures: 'report' },
      },
    ],
    [
      'accepted before, to the byte',
      { files: sound, accepted: record({ digest: digestOf(renderReleaseStatement(aRelease())) }) },
    ],
    [
      'newer than what was accepted',
      { files: sound, accepted: record({ counter: 40, version: '0.9.0' }) },
    ],
    [
      'of another line than what was accepted',
      { files: sound, accepted: record({ counter: 99, line: 'gpu' }) },
    ],
    [
      'with approvers who signed',
      {
        files: { ...sound, 'release.intoto.jsonl': signedBy(aRelease(), 'rel-a', 'rel-b', 'appr') },
        policy: {
          keys: { ...aTrustDocument().keys, appr: keyEntry('appr') },
          roles: { ...roles, approval: { signers: ['appr'], threshold: 1 } },
          packages: [{ product: '*', role: 'release', approvers: 'approval' }],
        },
      },
    ],
    [
      'with a clock that is years behind',
      { files: sound, now: Date.parse('1999-01-01T00:00:00Z') },
    ],
  ])('is believed %s', async (_name, row) => {
    expect((await judge(row)).outcome).toBe('pass');
  });
});

describe('a package under a trust policy', () => {
  const byBuilder = packed('ci');
  const onlyOwn = { [name]: byBuilder.bytes };
  it('is believed by the signature it carries, in the role that is for it', async () => {
    const { outcome, report } = await judge({ files: onlyOwn });
    expect(outcome).toBe('pass');
    expect(report.archives[0]?.levels).toMatchObject([
      { state: 'accepted', rule: 'packages[0]', signers: [{ signer: 'ci', role: 'builder' }] },
    ]);
  });

  it.each<[string, Row, string]>([
    [
      "a releaser's key, where builders are to sign",
      { files: { [name]: packed('rel-a').bytes } },
      'TRUST_NOT_IN_ROLE',
    ],
    [
      'a counter demanded that only a release has',
      {
        files: { [name]: packed('rel-a').bytes },
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
        files: sound,
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
        files: sound,
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
      { files: { ...onlyOwn, [`${name}.sigstore.json`]: blobSignature(byBuilder.bytes, 'other') } },
      'TRUST_SIGNATURE_STRAY',
    ],
    [
      'the second signature over another file',
      { files: { ...onlyOwn, [`${name}.2.sigstore.json`]: blobSignature(Buffer.from('x'), 'ci') } },
      'SIGNATURE_DIGEST',
    ],
    [
      'a claim without signature',
      {
        files: {
          [name]: packed(undefined, (draft) =>
            draft.defining((text) => text.replace('signed: false', 'signed: true')),
          ).bytes,
        },
      },
      'SIGNATURE_ABSENT',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judge(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it('counts the signature in it and those beside it together', async () => {
    const policy: Partial<TrustPolicyDocument> = {
      packages: [{ product: '*', kinds: ['package'], role: 'release' }],
    };
    const { bytes } = packed('rel-a');
    expect((await judge({ files: { [name]: bytes }, policy })).codes).toContain('TRUST_THRESHOLD');
    const second = blobSignature(bytes, 'rel-b');
    for (const file of [`${name}.sigstore.json`, `${name}.2.sigstore.json`])
      expect((await judge({ files: { [name]: bytes, [file]: second }, policy })).outcome).toBe(
        'pass',
      );
  });

  it('must not be older than the one accepted last', async () => {
    const item = (more: object) =>
      record({ kind: 'package', name: 'demo', line: 'amd64', ...more });
    for (const [more, code] of [
      [{ version: '1.0.1' }, 'TRUST_ROLLBACK_VERSION'],
      [{ time: '2026-11-21T05:00:00.000Z' }, 'TRUST_ROLLBACK_TIME'],
      [{ time: '2026-11-21T04:12:06.000Z' }, 'TRUST_ROLLBACK_TWIN'],
      [{ time: undefined }, 'TRUST_ROLLBACK_TWIN'],
    ] as const)
      expect((await judge({ files: onlyOwn, accepted: item(more) })).codes).toContain(code);
    const same = item({ digest: byBuilder.root });
    expect((await judge({ files: onlyOwn, accepted: same })).outcome).toBe('pass');
  });
});

describe('statements that a trust policy demands', () => {
  const { bytes } = packed('ci');
  const provenance = (change: object = {}, predicate: object = { builder: { id: 'farm' } }) =>
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name, digest: { sha256: digestOf(bytes).slice(7) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate,
      ...change,
    });
  const policy: Partial<TrustPolicyDocument> = {
    packages: [
      {
        product: 'demo',
        kinds: ['package'],
        role: 'builder',
        attestations: [
          {
            predicateType: 'https://slsa.dev/provenance/v1',
            role: 'builder',
            require: { 'builder.id': ['farm', 'yard'] },
          },
        ],
      },
      { product: '*', role: 'release' },
    ],
  };
  const withLine = (line: string, file = `${name}.provenance.intoto.jsonl`): Row => ({
    files: { [name]: bytes, [`${name}.sigstore.json`]: blobSignature(bytes, 'ci'), [file]: line },
    policy,
  });
  const attested = async (row: Row) =>
    (await judge(row)).findings
      .filter(({ id }) => id === 'signature/attestations')
      .map(({ outcome, code }) => code ?? outcome);

  it.each<[string, Row, string]>([
    ['there, by the role', withLine(statementSignature(provenance(), 'ci')), 'pass'],
    ['nowhere', withLine('', 'x.txt'), 'TRUST_ATTESTATION_MISSING'],
    [
      'by a releaser',
      withLine(statementSignature(provenance(), 'rel-a')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'by nobody known',
      withLine(statementSignature(provenance(), 'other')),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'about something else',
      withLine(
        statementSignature(
          provenance({ subject: [{ name, digest: { sha256: '0'.repeat(64) } }] }),
          'ci',
        ),
      ),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'of another kind: a release statement offered as provenance',
      withLine(statementSignature(provenance({ predicateType: 'https://x' }), 'ci')),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'with another value',
      withLine(statementSignature(provenance({}, { builder: { id: 'attic' } }), 'ci')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'without the value',
      withLine(statementSignature(provenance({}, {}), 'ci')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'with the value under one name with a dot',
      withLine(statementSignature(provenance({}, { 'builder.id': 'yard' }), 'ci')),
      'pass',
    ],
    [
      'with a second digest that nobody computed',
      withLine(
        statementSignature(
          provenance({
            subject: [
              { name, digest: { sha256: digestOf(bytes).slice(7), sha512: '0'.repeat(128) } },
            ],
          }),
          'ci',
        ),
      ),
      'TRUST_ATTESTATION_REFUSED',
    ],
  ])('are judged: %s', async (_name, row, expected) => {
    expect(await attested(row)).toEqual([expected]);
  });
});
