import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyBundleVerifier } from '../adapters/sigstore/bundle-verifier.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { inTotoPayloadType } from '../attestation/dsse.ts';
import { digestOf } from '../oci/digest.ts';
import type { BundleVerifier } from '../ports/bundle-verifier.ts';
import { readReleaseStatement, signReleaseStatement } from './release-statement.ts';
import { trustedKeyOf } from './sign-once.ts';

const run = { signal: new AbortController().signal };
const aSigner = () =>
  new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const signer = aSigner();
const verifier = new KeyBundleVerifier();
const key = trustedKeyOf(signer, 'key');
const release = {
  product: 'sample',
  version: '1.0.0',
  flavor: 'cpu' as const,
  counter: 1,
  sourceDateEpoch: 0,
  files: [{ name: 'a', digest: digestOf('a'), size: 1 }],
};
/** A verifier that finds every signature good, over this payload. */
const believing = (payload: Uint8Array): BundleVerifier => ({
  verifyBlob: (...given) => verifier.verifyBlob(...given),
  verifyDetached: (...given) => verifier.verifyDetached(...given),
  verifyStatement: () =>
    Promise.resolve({
      outcome: 'valid',
      fingerprint: key.fingerprint,
      payloadType: inTotoPayloadType,
      payload,
    }),
});

describe('the statement over a release', () => {
  it('is one line that is read back as it was', async () => {
    const text = await signReleaseStatement(release, { signer, verifier }, run);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    const read = await readReleaseStatement(Buffer.from(text), key, verifier, run);
    expect(read).toMatchObject({ outcome: 'valid', fingerprint: key.fingerprint, release });
  });

  it('is invalid under another key', async () => {
    const text = await signReleaseStatement(release, { signer, verifier }, run);
    const other = trustedKeyOf(aSigner(), 'other');
    const read = await readReleaseStatement(Buffer.from(text), other, verifier, run);
    expect(read).toMatchObject({ outcome: 'invalid', code: 'SIGNATURE_MISMATCH' });
  });

  it('is invalid when what was signed is no statement of a release', async () => {
    const read = await readReleaseStatement(
      Buffer.from('{}'),
      key,
      believing(Buffer.from('{}')),
      run,
    );
    expect(read).toMatchObject({ outcome: 'invalid', code: 'STATEMENT_TYPE' });
  });

  it('does not take a bug of ours for a bad statement', async () => {
    const bug = Object.assign(new Error('a bug'), { code: 'ERR_INVALID_ARG_TYPE' });
    const payload = new Uint8Array();
    Object.defineProperty(payload, 'byteLength', {
      get: () => {
        throw bug;
      },
    });
    const reading = readReleaseStatement(Buffer.from('{}'), key, believing(payload), run);
    await expect(reading).rejects.toBe(bug);
  });
});
