import { describe, expect, it } from 'vitest';
import { testKeys } from '../../test/support/a-trust-policy.ts';
import { blobSignature } from '../../test/support/trust-evidence.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
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
