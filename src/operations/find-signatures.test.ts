import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBundle } from '../../test/support/a-bundle.ts';
import { aPackage } from '../../test/support/a-package.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { describePublicKey } from '../attestation/public-key.ts';
import { digestOf } from '../oci/digest.ts';
import { gatherSignatures } from './gather-signatures.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const { pem, fingerprint } = describePublicKey(publicKey);
const key = { origin: 'test', pem, fingerprint };
const other = describePublicKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey);
const run = { signal: new AbortController().signal };

function evidenceOver(bytes: Uint8Array): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '' } },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: Buffer.from(digestOf(bytes).slice(7), 'hex').toString('base64'),
      },
      signature: sign('sha256', bytes, privateKey).toString('base64'),
    },
  });
}

function signed(format: 'next' | 'hybrid') {
  const index = aBundle(format)
    .entries()
    .find(({ path }) => path === 'oci/index.json');
  return aBundle(format).with('uds.bundle.sig', evidenceOver(index?.content ?? new Uint8Array(0)));
}

describe('the signature in a next bundle', () => {
  it.each([
    ['a signed next bundle', signed('next'), key, 'valid undefined'],
    [
      'another key',
      signed('next'),
      { ...key, pem: other.pem, fingerprint: other.fingerprint },
      'invalid SIGNATURE_MISMATCH',
    ],
    ['no key', signed('next'), undefined, 'none undefined'],
    [
      'an index that was changed',
      signed('next').tampered('oci/index.json', '{}\n'),
      key,
      'invalid SIGNATURE_DIGEST',
    ],
    [
      'an index that was not kept',
      signed('next').unread(/^oci.index/),
      key,
      'undecided SIGNATURE_UNREAD',
    ],
    ['one half of a hybrid', signed('hybrid'), key, 'undecided SIGNATURE_HALF'],
    [
      'one half of a hybrid under another key',
      signed('hybrid'),
      { ...key, pem: other.pem, fingerprint: other.fingerprint },
      'invalid SIGNATURE_MISMATCH',
    ],
    ['an unsigned next bundle', aBundle('next'), key, 'absent undefined'],
    [
      'a legacy bundle with such a file, which nobody reads there',
      aBundle().with('uds.bundle.sig', '{}'),
      key,
      'absent undefined',
    ],
    ['a package', aPackage(), key, 'absent undefined'],
  ])('%s', async (_name, draft, trusted, expected) => {
    const request = { allowUnsigned: false, ...(trusted === undefined ? {} : { key: trusted }) };
    const gathered = await gatherSignatures(draft.facts(), request, new SigstoreJudge(), run);
    const found = gathered.archive;
    const result = found?.result;
    const code = result === undefined || result.outcome === 'valid' ? undefined : result.code;
    expect(`${found === undefined ? 'absent' : (result?.outcome ?? 'none')} ${code}`).toBe(
      expected,
    );
  });
});
