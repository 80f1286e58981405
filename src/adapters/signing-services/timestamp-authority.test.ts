import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  noOpenssl,
  type OpensslAuthority,
  startOpensslAuthority,
} from '../../../test/support/openssl-authority.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import { renderSignatureBundle } from '../../attestation/render-signature-bundle.ts';
import { KeySigner } from '../sigstore/key-signer.ts';
import { SigstoreJudge } from '../sigstore/signature-judge.ts';
import { HttpTimestampAuthority } from './timestamp-authority.ts';

const run = { signal: new AbortController().signal };
let folder = '';
let authority: OpensslAuthority | undefined;
beforeAll(async () => {
  if (noOpenssl !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'cowa-tsa-'));
  authority = await startOpensslAuthority(folder);
});
afterAll(async () => {
  await authority?.[Symbol.asyncDispose]();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe.skipIf(noOpenssl !== undefined)(
  `the timestamp authority of OpenSSL${noOpenssl === undefined ? '' : ` (skipped: ${noOpenssl})`}`,
  () => {
    it('stamps a statement by key, and the judge believes it under its certificates alone', async () => {
      const { url = '', root = '' } = authority ?? {};
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { pem, fingerprint, hint } = describePublicKey(privateKey);
      const payload = Buffer.from('{}');
      const message = encodePreAuthentication(inTotoPayloadType, payload);
      const signature = await new KeySigner(privateKey).sign(message, run);
      const client = new HttpTimestampAuthority(new URL(url), {
        random: randomBytes,
        patience: { timeoutMs: 20_000, retryAfterMs: [] },
      });
      const before = Math.floor(Date.now() / 1000) * 1000;
      const bundle = renderSignatureBundle(
        {
          signer: { kind: 'publicKey', hint },
          timestamps: [await client.stamp(signature, run)],
        },
        { kind: 'statement', payloadType: inTotoPayloadType, payload, signature },
      );
      const judgedBy = (text: string) =>
        new SigstoreJudge().judgeStatement(
          Buffer.from(bundle),
          [
            {
              kind: 'key',
              name: 'key',
              key: { origin: 'key', pem, fingerprint },
              timestampRoot: {
                origin: 'root.json',
                bytes: Buffer.from(text),
                sha256: createHash('sha256').update(text).digest('hex'),
              },
            },
          ],
          run,
        );
      const judged = await judgedBy(root);
      expect(judged).toMatchObject({ outcome: 'valid', stampedTimes: [expect.any(String)] });
      const [time = ''] = judged.outcome === 'valid' ? judged.stampedTimes : [];
      expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
      const nobody = { ...JSON.parse(root), timestampAuthorities: [] };
      expect((await judgedBy(JSON.stringify(nobody))).outcome).not.toBe('valid');
    });
  },
);
