import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderStatementBundle } from '../../../test/support/bundles-by-key.ts';
import { messageOf } from '../../../test/support/certificate-bundles.ts';
import { hashedRekord } from '../../../test/support/log-records.ts';
import { PrivateInstance, signedAt } from '../../../test/support/private-instance.ts';
import { encodePreAuthentication } from '../../attestation/dsse.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import type { SignatureAlgorithm } from '../../attestation/signature-algorithm.ts';
import { digestOf } from '../../oci/digest.ts';
import type { JudgedSignature, TrustedSigner } from '../../ports/signature-judge.ts';
import { SigstoreJudge } from './signature-judge.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const artifact = Buffer.from('an archive');
const bytes = { kind: 'bytes', bytes: artifact } as const;
const digest = { kind: 'digest', digest: digestOf(artifact) } as const;
const pairs = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  'RSA 2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA 1024': generateKeyPairSync('rsa', { modulusLength: 1024 }),
  Ed25519: generateKeyPairSync('ed25519'),
  secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
} as const;
type Name = keyof typeof pairs;
type KeySigner = TrustedSigner & { kind: 'key' };

const signerOf = (name: Name, more: Partial<KeySigner> = {}): KeySigner => ({
  kind: 'key',
  name,
  key: { origin: `${name}.pub`, ...describePublicKey(pairs[name].publicKey) },
  ...more,
});
const hashOf: Readonly<Record<string, string>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

function bundleBy(key: KeyObject, algorithm: string | undefined, material: object = {}): Buffer {
  const hash = hashOf[algorithm ?? 'SHA2_256'] ?? 'sha256';
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : hash, artifact, key);
  return Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: '' }, ...material },
      messageSignature: {
        ...(algorithm === undefined
          ? {}
          : {
              messageDigest: {
                algorithm,
                digest: createHash(hash).update(artifact).digest('base64'),
              },
            }),
        signature: signature.toString('base64'),
      },
    }),
  );
}
const codeOf = (judged: JudgedSignature): string =>
  judged.outcome === 'valid' ? 'valid' : `${judged.outcome} ${judged.code}`;

describe('a signature by key', () => {
  it.each<[Name, string | undefined, SignatureAlgorithm | undefined, string, string, RegExp?]>([
    ['P-256', 'SHA2_256', undefined, 'valid', 'valid'],
    ['P-256', 'SHA2_256', 'ecdsa-p256-sha256', 'valid', 'valid'],
    ['RSA 2048', 'SHA2_256', undefined, 'valid', 'valid'],
    ['P-384', 'SHA2_256', undefined, 'valid', 'valid', /refuse what they sign themselves/],
    ['P-521', 'SHA2_256', undefined, 'valid', 'valid', /refuse what they sign themselves/],
    [
      'P-384',
      'SHA2_384',
      'ecdsa-p384-sha384',
      'valid',
      'undecided SIGNATURE_NEEDS_CONTENT',
      /refuse this signature/,
    ],
    [
      'P-521',
      'SHA2_512',
      'ecdsa-p521-sha512',
      'valid',
      'undecided SIGNATURE_NEEDS_CONTENT',
      /refuse this signature/,
    ],
    ['Ed25519', 'SHA2_256', undefined, 'valid', 'undecided SIGNATURE_NEEDS_CONTENT', /Ed25519/],
    ['Ed25519', undefined, 'ed25519', 'valid', 'undecided SIGNATURE_NEEDS_CONTENT', /Ed25519/],
    [
      'Ed25519',
      undefined,
      undefined,
      'invalid SIGNATURE_DIGEST_MISSING',
      'invalid SIGNATURE_DIGEST_MISSING',
    ],
    [
      'P-256',
      'SHA2_384',
      undefined,
      'invalid SIGNATURE_DIGEST_ALGORITHM',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
    ],
    [
      'P-384',
      'SHA2_384',
      undefined,
      'invalid SIGNATURE_DIGEST_ALGORITHM',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
    ],
    [
      'P-521',
      'SHA2_512',
      undefined,
      'invalid SIGNATURE_DIGEST_ALGORITHM',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
    ],
    [
      'P-384',
      'SHA2_256',
      'ecdsa-p384-sha384',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
    ],
    [
      'RSA 2048',
      'SHA2_512',
      undefined,
      'invalid SIGNATURE_DIGEST_ALGORITHM',
      'invalid SIGNATURE_DIGEST_ALGORITHM',
    ],
    [
      'P-256',
      undefined,
      undefined,
      'invalid SIGNATURE_DIGEST_MISSING',
      'invalid SIGNATURE_DIGEST_MISSING',
    ],
    [
      'RSA 1024',
      'SHA2_256',
      undefined,
      'invalid SIGNATURE_KEY_ALGORITHM',
      'invalid SIGNATURE_KEY_ALGORITHM',
    ],
    [
      'RSA 1024',
      'SHA2_256',
      'rsa-pkcs1-sha256',
      'invalid SIGNATURE_KEY_ALGORITHM',
      'invalid SIGNATURE_KEY_ALGORITHM',
    ],
    [
      'secp256k1',
      'SHA2_256',
      undefined,
      'invalid SIGNATURE_KEY_ALGORITHM',
      'invalid SIGNATURE_KEY_ALGORITHM',
    ],
    [
      'P-256',
      'SHA2_256',
      'rsa-pkcs1-sha256',
      'invalid SIGNATURE_KEY_ALGORITHM',
      'invalid SIGNATURE_KEY_ALGORITHM',
    ],
  ])(
    '%s over %s, policy says %s: %s by its bytes, %s by its digest',
    async (name, algorithm, pinned, byBytes, byDigest, warning) => {
      const bundle = bundleBy(pairs[name].privateKey, algorithm);
      const signers = [signerOf(name, pinned === undefined ? {} : { algorithm: pinned })];
      const judged = await judge.judgeBlob(bundle, bytes, signers, run);
      expect(codeOf(judged)).toBe(byBytes);
      expect(codeOf(await judge.judgeBlob(bundle, digest, signers, run))).toBe(byDigest);
      if (judged.outcome !== 'valid') return;
      expect(judged).toMatchObject({
        party: `key:${signers[0]?.key.fingerprint}`,
        stampedTimes: [],
      });
      expect(judged.warnings).toEqual([]);
      if (warning === undefined) expect(judged).not.toHaveProperty('unusualAlgorithm');
      else expect(judged.unusualAlgorithm).toMatch(warning);
    },
  );

  it.each(['P-256', 'P-384', 'P-521', 'RSA 2048', 'Ed25519'] as const)(
    '%s: a statement, and the old detached form',
    async (name) => {
      const { privateKey } = pairs[name];
      const hash = name === 'Ed25519' ? null : 'sha256';
      const payload = Buffer.from('{}');
      const pae = encodePreAuthentication('application/vnd.in-toto+json', payload);
      const statement = Buffer.from(
        renderStatementBundle(payload, sign(hash, pae, privateKey), ''),
      );
      expect(await judge.judgeStatement(statement, [signerOf(name)], run)).toMatchObject({
        outcome: 'valid',
        statement: { payload },
      });
      const detached = Buffer.from(`${sign(hash, artifact, privateKey).toString('base64')}\n`);
      for (const signed of [bytes, ...(name === 'Ed25519' ? [] : [digest])])
        expect(codeOf(await judge.judgeDetached(detached, signed, [signerOf(name)], run))).toBe(
          'valid',
        );
      expect(
        codeOf(
          await judge.judgeDetached(
            detached,
            { kind: 'bytes', bytes: payload },
            [signerOf(name)],
            run,
          ),
        ),
      ).toBe('invalid SIGNATURE_MISMATCH');
    },
  );

  it('is found among several keys; the hint of the bundle decides nothing', async () => {
    const bundle = bundleBy(pairs['P-521'].privateKey, 'SHA2_256');
    const others = [signerOf('P-256'), signerOf('RSA 2048'), signerOf('Ed25519')];
    expect(await judge.judgeBlob(bundle, bytes, [...others, signerOf('P-521')], run)).toMatchObject(
      { outcome: 'valid', signer: 'P-521' },
    );
    expect(await judge.judgeBlob(bundle, bytes, others, run)).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
      reason: expect.stringContaining('any of the keys of P-256.pub'),
    });
  });

  it('is none of an identity, in a bundle or detached', async () => {
    const lab = new PrivateInstance();
    const ci: TrustedSigner = {
      kind: 'identity',
      name: 'ci',
      issuer: 'i',
      san: { kind: 'exact', text: 's' },
      root: lab.rootFile(),
      tlogs: 0,
      scts: 0,
      timestamps: 0,
    };
    const bundle = bundleBy(pairs['P-256'].privateKey, 'SHA2_256');
    expect(codeOf(await judge.judgeBlob(bundle, bytes, [ci], run))).toBe(
      'invalid SIGNATURE_MATERIAL_KIND',
    );
    expect(codeOf(await judge.judgeDetached(Buffer.from('AAAA'), bytes, [ci], run))).toBe(
      'invalid SIGNATURE_MATERIAL_KIND',
    );
  });

  it('stops when it is told to', async () => {
    const stopped = { signal: AbortSignal.abort() };
    const key = [signerOf('P-256')];
    await expect(judge.judgeBlob(Buffer.of(), bytes, key, stopped)).rejects.toThrow();
    await expect(judge.judgeDetached(Buffer.of(), bytes, key, stopped)).rejects.toThrow();
  });
});

describe('evidence beside a signature by key', () => {
  const lab = new PrivateInstance();
  const other = new PrivateInstance('other');
  const { privateKey, publicKey } = pairs['P-256'];
  const signature = sign('sha256', artifact, privateKey);
  const root = lab.rootFile();
  const { tlogs: _, ...noLogs } = lab.rootDocument();
  const stampsOnly = lab.rootFile(noLogs);
  const pem = Buffer.from(describePublicKey(publicKey).pem).toString('base64');
  const record = (key: string): object => {
    const made = hashedRekord(artifact, signature, lab.signer().der) as {
      spec: { signature: { publicKey: { content: string } } };
    };
    made.spec.signature.publicKey.content = key;
    return made;
  };
  const foreign = Buffer.from(describePublicKey(pairs['P-384'].publicKey).pem).toString('base64');
  const bundle = (stamps: readonly Buffer[], entries: readonly object[] = []): Buffer =>
    Buffer.from(
      JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          publicKey: { hint: '' },
          tlogEntries: entries,
          timestampVerificationData: {
            rfc3161Timestamps: stamps.map((stamp) => ({
              signedTimestamp: stamp.toString('base64'),
            })),
          },
        },
        messageSignature: messageOf(artifact, signature),
      }),
    );
  const good = lab.stamp(signature);
  const time = '2026-03-01T12:05:00Z';

  it.each<[string, Buffer, Partial<KeySigner>, string, readonly string[]]>([
    ['none', bundle([]), { timestampRoot: root }, 'valid', []],
    ['a timestamp', bundle([good]), { timestampRoot: root, timestamps: 1 }, 'valid', [time]],
    [
      'a timestamp long before',
      bundle([lab.stamp(signature, { time: new Date('2021-01-01T00:00:00Z') })]),
      { timestampRoot: root },
      'valid',
      ['2021-01-01T00:00:00Z'],
    ],
    [
      'a log entry',
      bundle([], [lab.logEntry(record(pem))]),
      { timestampRoot: root, tlogs: 1 },
      'valid',
      [time],
    ],
    [
      'timestamp and log entry',
      bundle(
        [lab.stamp(signature, { time: new Date(signedAt.getTime() + 1000) })],
        [lab.logEntry(record(pem))],
      ),
      { timestampRoot: root },
      'valid',
      [time, '2026-03-01T12:05:01Z'],
    ],
    [
      'a timestamp before the authority',
      bundle([lab.stamp(signature, { time: new Date('2019-12-31T23:59:59Z') })]),
      { timestampRoot: root },
      'invalid SIGNATURE_TIMESTAMP',
      [],
    ],
    [
      'a foreign timestamp',
      bundle([other.stamp(signature)]),
      { timestampRoot: root },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
      [],
    ],
    [
      'a good and a foreign timestamp',
      bundle([good, other.stamp(signature)]),
      { timestampRoot: root },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
      [],
    ],
    ['junk', bundle([Buffer.from('junk')]), { timestampRoot: root }, 'invalid TIMESTAMP_DER', []],
    [
      'no timestamp where one is demanded',
      bundle([]),
      { timestampRoot: root, timestamps: 1 },
      'invalid SIGNATURE_TIMESTAMP_COUNT',
      [],
    ],
    [
      'no log entry where one is demanded',
      bundle([good]),
      { timestampRoot: root, tlogs: 1 },
      'invalid SIGNATURE_LOG_COUNT',
      [],
    ],
    [
      'a demand and no root',
      bundle([good]),
      { timestamps: 1 },
      'undecided SIGNATURE_ROOT_MISSING',
      [],
    ],
    [
      'a log entry of another key',
      bundle([], [lab.logEntry(record(foreign))]),
      { timestampRoot: root },
      'invalid SIGNATURE_LOG_BODY',
      [],
    ],
    [
      'a log entry of a certificate',
      bundle([], [lab.logEntry(hashedRekord(artifact, signature, lab.signer().der))]),
      { timestampRoot: root },
      'invalid SIGNATURE_LOG_BODY',
      [],
    ],
    [
      'a log entry that the root cannot judge, but is demanded',
      bundle([], [lab.logEntry(record(pem))]),
      { timestampRoot: stampsOnly, tlogs: 1 },
      'invalid SIGNATURE_LOG_UNKNOWN',
      [],
    ],
    [
      'a root that was edited',
      bundle([good]),
      { timestampRoot: { ...root, sha256: '0'.repeat(64) } },
      'undecided SIGNATURE_ROOT_DIGEST',
      [],
    ],
  ])('%s', async (_name, made, more, code, times) => {
    const judged = await judge.judgeBlob(made, bytes, [signerOf('P-256', more)], run);
    expect(codeOf(judged)).toBe(code);
    if (judged.outcome === 'valid')
      expect(judged).toMatchObject({ stampedTimes: times, warnings: [] });
  });

  it.each<[string, Buffer, Partial<KeySigner>, RegExp]>([
    ['a timestamp without a root', bundle([good]), {}, /timestamp, which was not judged/],
    [
      'a log entry without a root',
      bundle([], [lab.logEntry(record(pem))]),
      {},
      /log entry, which was not judged/,
    ],
    [
      'a log entry by a root for timestamps',
      bundle([], [lab.logEntry(record(pem))]),
      { timestampRoot: stampsOnly },
      /log entry, which was not judged/,
    ],
  ])('%s is named as not judged, and gives no time', async (_name, made, more, warning) => {
    const judged = await judge.judgeBlob(made, bytes, [signerOf('P-256', more)], run);
    expect(judged).toMatchObject({ outcome: 'valid', stampedTimes: [] });
    if (judged.outcome === 'valid') expect(judged.warnings.join()).toMatch(warning);
  });
});
