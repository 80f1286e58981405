import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { parseStatement, requireSubject } from './statement.ts';
import { renderVerificationSummary, type VerificationSummary } from './verification-summary.ts';

const digest = digestOf(Buffer.from('archive'));
const summary = (change: Partial<VerificationSummary> = {}): VerificationSummary => ({
  subjects: [{ name: 'a.tar.zst', digest }],
  programVersion: '1.2.3',
  timeVerified: new Date('2026-11-21T12:00:00Z'),
  resourceUri: 'pkg:generic/a',
  policy: { uri: 'https://example.mil/policy', digest },
  attestations: [],
  passed: true,
  properties: ['COWA_OCI_VERIFIED'],
  details: { outcome: 'pass' },
  ...change,
});
const predicateOf = (change: Partial<VerificationSummary> = {}) =>
  parseStatement(Buffer.from(renderVerificationSummary(summary(change))), { allowOldType: false })
    .predicate;

describe('renderVerificationSummary', () => {
  it('makes a statement that strict readers take, about the digest', () => {
    const text = renderVerificationSummary(summary());
    const statement = parseStatement(Buffer.from(text), { allowOldType: false });
    const type = 'https://slsa.dev/verification_summary/v1';
    expect(requireSubject(statement, digest, type).name).toBe('a.tar.zst');
    expect(renderVerificationSummary(summary())).toBe(text);
  });

  it('claims levels only for a pass', () => {
    expect(predicateOf()).toMatchObject({
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_UNEVALUATED', 'COWA_OCI_VERIFIED'],
      timeVerified: '2026-11-21T12:00:00.000Z',
    });
    expect(predicateOf({ passed: false })).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: ['FAILED'],
    });
  });

  it('lists attestations where any were read', () => {
    expect(predicateOf()).not.toHaveProperty('inputAttestations');
    expect(predicateOf({ attestations: [{ uri: 'release.intoto.jsonl', digest }] })).toMatchObject({
      inputAttestations: [{ uri: 'release.intoto.jsonl', digest: { sha256: digest.slice(7) } }],
    });
  });

  it.each<[string, Partial<VerificationSummary>]>([
    ['nothing', { subjects: [] }],
    [
      'two things of one name',
      {
        subjects: [
          { name: 'a', digest },
          { name: 'a', digest },
        ],
      },
    ],
  ])('refuses to sign %s', (_name, change) => {
    expect(() => renderVerificationSummary(summary(change))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_SUBJECT' }),
    );
  });
});
