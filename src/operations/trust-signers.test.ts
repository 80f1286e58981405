import { describe, expect, it } from 'vitest';
import { aTrustDocument, keyEntry, type testKeys } from '../../test/support/a-trust-policy.ts';
import { type FolderUnderTrust, judgeFolder } from '../../test/support/judge-under-trust.ts';
import {
  packageFile,
  shopRelease,
  signedBy,
  soundFolder,
  unsigned,
} from '../../test/support/shop-release.ts';
import { statementSignature } from '../../test/support/trust-evidence.ts';
import { digestOf } from '../oci/digest.ts';

type Key = keyof typeof testKeys;
const roles = aTrustDocument().roles;

describe('a release under a trust policy', () => {
  it('is believed when enough signers of the role signed the same statement', async () => {
    const { outcome, report } = await judgeFolder({ files: soundFolder });
    expect(outcome).toBe('pass');
    expect(report.archives[0]?.levels).toMatchObject([
      { kind: 'package', state: 'covered', covers: 'release.intoto.jsonl' },
    ]);
    expect(report.record?.items).toMatchObject([{ kind: 'statement', name: 'shop', counter: 41 }]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'in one file, a line each',
      { 'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-b') },
    ],
    [
      'in two files',
      {
        'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a'),
        'release.2.intoto.jsonl': signedBy(shopRelease(), 'rel-b'),
      },
    ],
    [
      'laid out over many lines',
      {
        'release.intoto.jsonl': JSON.stringify(
          JSON.parse(signedBy(shopRelease(), 'rel-a')),
          null,
          2,
        ),
        'release.2.intoto.jsonl': signedBy(shopRelease(), 'rel-b'),
      },
    ],
  ])('takes its signatures %s', async (_name, statements) => {
    expect(
      (await judgeFolder({ files: { [packageFile]: unsigned.bytes, ...statements } })).outcome,
    ).toBe('pass');
  });

  it.each<[string, FolderUnderTrust, string]>([
    [
      'one of two signatures stripped',
      { files: { ...soundFolder, 'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a') } },
      'TRUST_THRESHOLD',
    ],
    ['all signatures stripped', { files: { [packageFile]: unsigned.bytes } }, 'SIGNATURE_ABSENT'],
    [
      'an empty statement',
      { files: { ...soundFolder, 'release.intoto.jsonl': '\n' } },
      'SIGNATURE_ABSENT',
    ],
    [
      'one signer twice',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-a'),
        },
      },
      'TRUST_THRESHOLD',
    ],
    [
      'one key under two names',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-a'),
        },
        policy: {
          keys: { ...aTrustDocument().keys, again: keyEntry('rel-a') },
          roles: { ...roles, release: { signers: ['rel-a', 'again', 'rel-b'], threshold: 2 } },
        },
      },
      'TRUST_THRESHOLD',
    ],
    [
      "a builder's key on a release",
      { files: { ...soundFolder, 'release.intoto.jsonl': signedBy(shopRelease(), 'ci') } },
      'TRUST_NOT_IN_ROLE',
    ],
    [
      "a builder's key as the second one",
      { files: { ...soundFolder, 'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'ci') } },
      'TRUST_THRESHOLD',
    ],
    [
      'a key nobody knows',
      { files: { ...soundFolder, 'release.intoto.jsonl': signedBy(shopRelease(), 'other') } },
      'SIGNATURE_MISMATCH',
    ],
    [
      'a foreign signature beside enough good ones',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-b', 'other'),
        },
      },
      'TRUST_SIGNATURE_STRAY',
    ],
    [
      'a good signature swapped for that of another release',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl':
            signedBy(shopRelease(), 'rel-a') +
            signedBy(shopRelease(unsigned, { counter: 40 }), 'rel-b'),
        },
      },
      'TRUST_STATEMENTS_DIFFER',
    ],
    [
      "another release's signature added",
      {
        files: {
          ...soundFolder,
          'release.2.intoto.jsonl': signedBy(
            shopRelease(unsigned, { counter: 40 }),
            'rel-a',
            'rel-b',
          ),
        },
      },
      'TRUST_STATEMENTS_DIFFER',
    ],
    [
      'a statement of another kind',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': ['rel-a', 'rel-b']
            .map((key) =>
              statementSignature(
                JSON.stringify({
                  _type: 'https://in-toto.io/Statement/v1',
                  subject: [
                    { name: packageFile, digest: { sha256: digestOf(unsigned.bytes).slice(7) } },
                  ],
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
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a').replace(
            '{',
            '{"mediaType":"x",',
          ),
        },
      },
      'SIGNATURE_BUNDLE_JSON',
    ],
    [
      'approvers who did not sign',
      {
        files: soundFolder,
        policy: {
          keys: { ...aTrustDocument().keys, appr: keyEntry('appr') },
          roles: { ...roles, approval: { signers: ['appr'], threshold: 1 } },
          packages: [{ product: '*', role: 'release', approvers: 'approval' }],
        },
      },
      'TRUST_APPROVALS_MISSING',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judgeFolder(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it.each<[string, FolderUnderTrust]>([
    [
      'with a foreign signature that is only reported',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-b', 'other'),
        },
        policy: { otherSignatures: 'report' },
      },
    ],
    [
      'with approvers who signed',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-b', 'appr'),
        },
        policy: {
          keys: { ...aTrustDocument().keys, appr: keyEntry('appr') },
          roles: { ...roles, approval: { signers: ['appr'], threshold: 1 } },
          packages: [{ product: '*', role: 'release', approvers: 'approval' }],
        },
      },
    ],
  ])('is believed %s', async (_name, row) => {
    expect((await judgeFolder(row)).outcome).toBe('pass');
  });
});
