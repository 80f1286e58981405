import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { replayedSignatures } from './replayed-signatures.ts';

describe('replayedSignatures', () => {
  it('signs nothing itself', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { pem: publicKey.export({ format: 'pem', type: 'spki' }).toString() };
    const { signer } = replayedSignatures(
      aPackage().facts(),
      [],
      key as Parameters<typeof replayedSignatures>[2],
      new SigstoreJudge(),
    );
    await expect(
      signer.sign(Buffer.from('x') as never, { signal: new AbortController().signal } as never),
    ).rejects.toMatchObject({ code: 'REPRODUCE_OTHER_CONTENT' });
  });
});
