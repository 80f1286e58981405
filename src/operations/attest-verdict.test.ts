import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aFinding, aVerifyReport, checks } from '../../test/support/a-verify-report.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { Signer } from '../ports/signer.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type AttestContext, attestVerdict } from './attest-verdict.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signerOf = (privateKey: KeyObject): Signer => ({
  material: {
    kind: 'key',
    spki: pair.publicKey.export({ format: 'der', type: 'spki' }),
    algorithm: 'ecdsa-p256-sha256',
  },
  sign: (message) => Promise.resolve(sign('sha256', message, privateKey)),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
const context: AttestContext = {
  policy: builtInPolicy,
  inputs: [
    { name: 'a.tar.zst.sigstore.json', digest: digestOf(Buffer.from('s')), attestation: false },
    { name: 'release.intoto.jsonl', digest: digestOf(Buffer.from('r')), attestation: true },
  ],
  checks,
  programVersion: '0.0.0',
  now: new Date('2026-11-21T12:00:00Z'),
};
const run = { signal: new AbortController().signal };
const attest = (result: VerifyResult, key = pair.privateKey) =>
  attestVerdict(result, context, { signer: signerOf(key), judge: new SigstoreJudge() }, run);
const predicateOf = async (result: VerifyResult) => {
  const bundle = JSON.parse(await attest(result));
  return JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8')).predicate;
};
const digest = digestOf(Buffer.from('archive'));
const hashed = (report: VerifyReport, name: string | null = 'a.tar.zst'): VerifyReport => ({
  ...report,
  archive: { ...report.archive, name, digest },
});
const good = aFinding('oci/layout', { outcome: 'pass' });

describe('attestVerdict', () => {
  it('lists as properties only areas where nothing failed, stayed open, was waived or borne', async () => {
    const waiver = { owner: 'jane', reason: 'r', expires: '2126-01-01' };
    const report = aVerifyReport([
      good,
      aFinding('names/consistency', { outcome: 'pass' }),
      aFinding('names/file-name', { waiver }),
      aFinding('components/declared-files', { outcome: 'pass' }),
      aFinding('budget/size', { outcome: 'pass' }),
      aFinding('budget/size', { outcome: 'undecided' }),
      aFinding('definition/schema', { outcome: 'pass' }),
      aFinding('definition/resolved', { severity: 'warning', defaultSeverity: 'error' }),
    ]);
    const { verificationResult, verifiedLevels } = await predicateOf(hashed(report));
    expect(verificationResult).toBe('PASSED');
    expect(verifiedLevels).toContain('COWA_OCI_VERIFIED');
    expect(verifiedLevels).not.toContain('COWA_NAMES_VERIFIED');
    expect(verifiedLevels).not.toContain('COWA_BUDGET_VERIFIED');
    expect(verifiedLevels).not.toContain('COWA_DEFINITION_VERIFIED');
  });

  it('names statements that were read as attestations, and everything in the details', async () => {
    const predicate = await predicateOf(hashed(aVerifyReport([good])));
    expect(predicate.inputAttestations).toMatchObject([{ uri: 'release.intoto.jsonl' }]);
    expect(
      predicate['https://cowabungaai.dev/attestations/verification-details/v1'].inputs,
    ).toHaveLength(2);
  });

  it('speaks of standard input, which has no name', async () => {
    const { resourceUri } = await predicateOf(hashed(aVerifyReport([good]), null));
    expect(resourceUri).toBe(`pkg:generic/demo?checksum=${digest}`);
  });

  it('signs nothing over what has no digest', async () => {
    await expect(attest(aVerifyReport([good]))).rejects.toMatchObject({
      code: 'ATTEST_NO_DIGEST',
      exitCode: 2,
    });
  });

  it('signs one verdict, not a list', async () => {
    const list = {
      schema: 'cowa-release/verify-list/v1',
      reports: [aVerifyReport([good])],
      unreadable: [],
      exitCode: 0,
    } as const;
    await expect(attest(list)).rejects.toMatchObject({ code: 'ATTEST_ONE' });
  });

  it('does not believe its signer', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await expect(attest(hashed(aVerifyReport([good])), other)).rejects.toMatchObject({
      code: 'SIGN_SELF_CHECK',
    });
  });
});
