import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrivateInstance, signedAt } from '../../test/support/private-instance.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inTotoPayloadType } from '../attestation/dsse.ts';
import { digestOf } from '../oci/digest.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import { readReleaseStatement, signReleaseStatement, stampProblem } from './release-statement.ts';
import { trustedKeyOf } from './sign-once.ts';

const run = { signal: new AbortController().signal };
const aSigner = () =>
  new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const signer = aSigner();
const judge = new SigstoreJudge();
const key = trustedKeyOf(signer, 'key');
const release = {
  product: 'sample',
  version: '1.0.0',
  flavor: 'cpu' as const,
  counter: 1,
  sourceDateEpoch: 0,
  files: [{ name: 'a', digest: digestOf('a'), size: 1 }],
};
/** A judge that finds every signature good, over this payload. */
const believing = (payload: Uint8Array): SignatureJudge => ({
  judgeBlob: (...given) => judge.judgeBlob(...given),
  judgeDetached: (...given) => judge.judgeDetached(...given),
  judgeStatement: () =>
    Promise.resolve({
      outcome: 'valid',
      signer: 'key',
      party: `key:${key.fingerprint}`,
      stampedTimes: [],
      warnings: [],
      statement: { payloadType: inTotoPayloadType, payload },
    }),
});

describe('the statement over a release', () => {
  it('is one line that is read back as it was', async () => {
    const text = await signReleaseStatement(release, { signer, judge }, run);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    const read = await readReleaseStatement(Buffer.from(text), key, judge, run);
    expect(read).toMatchObject({ outcome: 'valid', fingerprint: key.fingerprint, release });
  });

  it('is not handed out when the signature does not hold: SIGN_SELF_CHECK', async () => {
    const doubting: SignatureJudge = {
      ...believing(new Uint8Array()),
      judgeStatement: () =>
        Promise.resolve({ outcome: 'undecided', code: 'ANY', reason: 'no trusted root' }),
    };
    await expect(
      signReleaseStatement(release, { signer, judge: doubting }, run),
    ).rejects.toMatchObject({ code: 'SIGN_SELF_CHECK', exitCode: 4 });
  });

  it('is invalid under another key', async () => {
    const text = await signReleaseStatement(release, { signer, judge }, run);
    const other = trustedKeyOf(aSigner(), 'other');
    const read = await readReleaseStatement(Buffer.from(text), other, judge, run);
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

describe('a stamped statement', () => {
  const instance = new PrivateInstance('lab');
  const root = instance.rootFile();
  const by = (stamp: (signature: Uint8Array) => Uint8Array, believed = root) => ({
    signer,
    judge,
    timestamps: {
      authority: {
        location: 'https://tsa.example.org',
        stamp: async (over: Uint8Array) => stamp(over),
      },
      root: believed,
    },
  });

  it('carries the stamp beside the signature, and is believed at that time', async () => {
    const signing = by((signature) => instance.stamp(signature));
    const text = await signReleaseStatement(release, signing, run);
    const judged = await judge.judgeStatement(
      Buffer.from(text),
      [{ kind: 'key', name: 'key', key, timestampRoot: root }],
      run,
    );
    expect(judged).toMatchObject({
      outcome: 'valid',
      stampedTimes: [signedAt.toISOString().replace('.000', '')],
    });
    expect(await stampProblem(Buffer.from(text), signing, root, run)).toBeUndefined();
    const bare = Buffer.from(await signReleaseStatement(release, { signer, judge }, run));
    expect(await stampProblem(bare, signing, root, run)).toContain('no stamp');
  });

  it.each([
    { what: 'of something else', signing: by(() => instance.stamp(Buffer.from('other'))) },
    {
      what: 'of an authority that the trusted root does not name',
      signing: by((signature) => instance.stamp(signature), new PrivateInstance('x').rootFile()),
    },
    { what: 'that cannot be read', signing: by(() => Buffer.from('hello')) },
  ])('is not handed out with a stamp $what: SIGN_TIMESTAMP', async ({ signing }) => {
    await expect(signReleaseStatement(release, signing, run)).rejects.toMatchObject({
      code: expect.stringMatching(/^SIGN_(TIMESTAMP|SELF_CHECK)$/),
      exitCode: 4,
    });
  });
});
