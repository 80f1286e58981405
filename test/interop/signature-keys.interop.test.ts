import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { renderPemBlock } from '../../src/attestation/pem.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import type { SignatureAlgorithm } from '../../src/attestation/signature-algorithm.ts';
import type { JudgedSignature } from '../../src/ports/signature-judge.ts';
import { artifact } from '../support/certificate-lab.ts';
import { cosign, cosignVerdict } from '../support/cosign-verdict.ts';
import { titleOf } from '../support/peers.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const signed = { kind: 'bytes', bytes: artifact } as const;
let home = '';
const at = (name: string): string => join(home, name);
const codeOf = (judged: JudgedSignature): string =>
  judged.outcome === 'valid' ? 'accept' : judged.code;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-verdicts-'));
  await writeFile(at('artifact'), artifact);
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(cosign.missing)(titleOf('keys that cosign signs with', cosign), () => {
  const keys: Readonly<Record<string, { privateKey: KeyObject; publicKey: KeyObject }>> = {
    p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    rsa2048: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    rsa4096: generateKeyPairSync('rsa', { modulusLength: 4096 }),
    ed25519: generateKeyPairSync('ed25519'),
  };

  it.each<[string, string, string, SignatureAlgorithm, string]>([
    ['p256', 'accept', 'accept', 'ecdsa-p256-sha256', 'accept'],
    ['rsa2048', 'accept', 'accept', 'rsa-pkcs1-sha256', 'accept'],
    ['rsa4096', 'accept', 'accept', 'rsa-pkcs1-sha256', 'accept'],
    ['p384', 'reject', 'SIGNATURE_DIGEST_ALGORITHM', 'ecdsa-p384-sha384', 'accept'],
    ['p521', 'reject', 'SIGNATURE_DIGEST_ALGORITHM', 'ecdsa-p521-sha512', 'accept'],
    ['ed25519', 'reject', 'SIGNATURE_DIGEST_MISSING', 'ed25519', 'accept'],
  ])('%s: cosign %s, here %s, pinned to %s %s', async (name, theirs, ours, algorithm, pinned) => {
    const pair = keys[name];
    if (pair === undefined) throw new Error(name);
    const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
    await writeFile(at(`${name}.pem`), renderPemBlock('PRIVATE KEY', pkcs8));
    const env = { COSIGN_PASSWORD: 'test-only' };
    const imported = ['import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name, '-y'];
    expect(await cosign.run(imported, home, { env })).toMatchObject({ code: 0 });
    const flags = [
      '--key',
      `${name}.key`,
      '--use-signing-config=false',
      '--tlog-upload=false',
      '-y',
    ];
    const made = ['sign-blob', ...flags, '--bundle', `${name}.json`, 'artifact'];
    expect(await cosign.run(made, home, { env })).toMatchObject({ code: 0 });
    expect(await cosignVerdict(home, `${name}.json`, ['--key', `${name}.pub`])).toBe(theirs);
    const bundle = await readFile(at(`${name}.json`));
    const facts = describePublicKey(pair.publicKey);
    const signer = { kind: 'key', name, key: { origin: name, ...facts } } as const;
    expect(codeOf(await judge.judgeBlob(bundle, signed, [signer], run))).toBe(ours);
    const policy = { ...signer, algorithm };
    const judged = await judge.judgeBlob(bundle, signed, [policy], run);
    expect(codeOf(judged)).toBe(pinned);
    // What the real programs refuse is said, and nothing else is.
    if (judged.outcome === 'valid')
      expect(judged.unusualAlgorithm !== undefined).toBe(theirs === 'reject');
  });
});
