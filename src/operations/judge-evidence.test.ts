import { describe, expect, it } from 'vitest';
import { aTrustPolicy, testKeys } from '../../test/support/a-trust-policy.ts';
import { blobSignature } from '../../test/support/trust-evidence.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import type { JudgedSignature, SignatureJudge } from '../ports/signature-judge.ts';
import { judgeFound } from './judge-evidence.ts';
import { trustOfKey } from './trust-inputs.ts';

const bytes = Buffer.from('the definition of one half');
const run = { signal: new AbortController().signal };
const found = {
  location: 'uds.bundle.sig',
  form: 'uds-bundle',
  covers: 'one half',
  bytes: blobSignature(bytes, 'rel-a'),
  artifact: { kind: 'bytes', bytes },
} as const;
const judged = async (more: object, key: object = {}) => {
  const { pem, fingerprint } = testKeys['rel-a'];
  const trust = trustOfKey({ origin: 'a.pub', pem, fingerprint, ...key });
  return (await judgeFound({ ...found, ...more }, trust, new SigstoreJudge(), run)).result;
};

describe('judgeFound', () => {
  it.each([
    ['one that holds', {}, {}, 'valid', undefined],
    ['one that holds for half of it', { isHalf: true }, {}, 'undecided', 'SIGNATURE_HALF'],
    ['one that nobody could read', { bytes: undefined }, {}, 'undecided', 'SIGNATURE_UNREAD'],
    [
      'a key under the fingerprint of another',
      {},
      { fingerprint: testKeys.other.fingerprint },
      'invalid',
      'SIGNATURE_KEY_FINGERPRINT',
    ],
  ])('%s', async (_name, more, key, outcome, code) => {
    expect(await judged(more, key)).toMatchObject({ outcome, ...(code && { code }) });
  });
});

describe('judgeFound under a judge', () => {
  const judging = (...answers: readonly JudgedSignature[]): SignatureJudge => {
    const left = [...answers];
    const answer = (): Promise<JudgedSignature> => {
      const next = left.shift();
      return next === undefined
        ? Promise.reject(new Error('asked too often'))
        : Promise.resolve(next);
    };
    return { judgeBlob: answer, judgeDetached: answer, judgeStatement: answer };
  };
  const trust = { policy: aTrustPolicy(), roots: new Map(), now: 0, warnDays: 0 };
  const held = (signer: string) => ({
    outcome: 'valid' as const,
    signer,
    party: `key:${signer}`,
    stampedTimes: [],
    warnings: [],
  });
  const no = { outcome: 'invalid', code: 'SIGNATURE_MISMATCH', reason: 'no' } as const;

  it.each(['undecided', 'invalid'] as const)('that says %s hands on just that', async (outcome) => {
    const refused = { outcome, code: 'SIGNATURE_ROOT_MISSING', reason: 'nobody knows' };
    const { result } = await judgeFound(found, trust, judging(refused), run);
    expect(result).toEqual(refused);
  });

  it('asks for each further name by itself, and takes those under whom it holds', async () => {
    const judge = judging(held('rel-b'), no, { ...no, outcome: 'undecided' }, held('ci'));
    const { result } = await judgeFound(found, trust, judge, run);
    expect(result).toMatchObject({ outcome: 'valid', by: [{ signer: 'rel-b' }, { signer: 'ci' }] });
  });
});
