import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { renderPemBlock } from '../../src/attestation/pem.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import type { TrustedSigner } from '../../src/ports/signature-judge.ts';
import { messageOf } from '../support/certificate-bundles.ts';
import { type KeyPair, PrivateInstance } from '../support/private-instance.ts';

const run = promisify(execFile);
const present = await run('openssl', ['version']).then(
  () => true,
  () => false,
);
const artifact = Buffer.from('an archive');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signature = sign('sha256', artifact, keys.privateKey);
const stampers = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'RSA 3072': generateKeyPairSync('rsa', { modulusLength: 3072 }),
} as const satisfies Record<string, KeyPair>;
let home = '';
const at = (name: string): string => join(home, name);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-stamps-'));
  await writeFile(at('signature'), signature);
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(!present)(`timestamps of openssl${present ? '' : ' (skipped: no openssl)'}`, () => {
  it.each<[keyof typeof stampers, string, boolean, string]>([
    ['P-256', 'sha256', true, 'valid'],
    ['P-256', 'sha256', false, 'valid'],
    ['P-256', 'sha512', true, 'valid'],
    ['P-384', 'sha384', true, 'valid'],
    ['RSA 3072', 'sha256', true, 'valid'],
    ['RSA 3072', 'sha512', true, 'TIMESTAMP_ALGORITHM'],
    ['P-256', 'sha1', true, 'TIMESTAMP_ALGORITHM'],
  ])('%s with %s, certificate along: %s → %s', async (name, hash, along, code) => {
    const stamper = stampers[name];
    const lab = new PrivateInstance('lab', stamper);
    const authorities = lab.rootDocument()['timestampAuthorities'] as {
      certChain: { certificates: { rawBytes: string }[] };
    }[];
    const der = Buffer.from(authorities[0]?.certChain.certificates[0]?.rawBytes ?? '', 'base64');
    await writeFile(at('stamper.pem'), renderPemBlock('CERTIFICATE', der));
    const pkcs8 = stamper.privateKey.export({ format: 'der', type: 'pkcs8' });
    await writeFile(at('stamper.key'), renderPemBlock('PRIVATE KEY', pkcs8));
    await writeFile(at('serial'), '01\n');
    await writeFile(
      at('authority.cnf'),
      `[tsa]
default_tsa = authority
[authority]
serial = ${at('serial')}
default_policy = 1.3.6.1.4.1.99999.1
digests = sha1, sha256, sha384, sha512
signer_digest = ${hash === 'sha1' ? 'sha256' : hash}
clock_precision_digits = 0
ess_cert_id_alg = sha256
`,
    );
    const query = ['ts', '-query', '-data', at('signature'), `-${hash}`, '-out', at('query')];
    await run('openssl', [...query, ...(along ? ['-cert'] : [])]);
    const signer = ['-signer', at('stamper.pem'), '-inkey', at('stamper.key')];
    const reply = ['ts', '-reply', '-config', at('authority.cnf'), '-queryfile', at('query')];
    await run('openssl', [...reply, ...signer, '-out', at('reply')]);
    const stamp = await readFile(at('reply'));
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        publicKey: { hint: '' },
        timestampVerificationData: {
          rfc3161Timestamps: [{ signedTimestamp: stamp.toString('base64') }],
        },
      },
      messageSignature: messageOf(artifact, signature),
    };
    const trusted: TrustedSigner = {
      kind: 'key',
      name: 'k',
      key: { origin: 'k', ...describePublicKey(keys.publicKey) },
      timestampRoot: lab.rootFile(),
      timestamps: 1,
    };
    const judged = await new SigstoreJudge().judgeBlob(
      Buffer.from(JSON.stringify(bundle)),
      { kind: 'bytes', bytes: artifact },
      [trusted],
      { signal: new AbortController().signal },
    );
    if (judged.outcome !== 'valid') expect(judged.code).toBe(code);
    else {
      expect(code).toBe('valid');
      expect(judged.stampedTimes).toHaveLength(1);
    }
  });
});
