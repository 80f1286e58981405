import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { renderPemBlock } from '../../src/attestation/pem.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import type { SignatureAlgorithm } from '../../src/attestation/signature-algorithm.ts';
import type { JudgedSignature, TrustedSigner } from '../../src/ports/signature-judge.ts';
import { type CertificateDraft, extension } from '../support/certificate-bytes.ts';
import { peer, titleOf } from '../support/peers.ts';
import {
  type Beside,
  type Bundle,
  hashedRekord,
  identity,
  leafExtensions,
  messageOf,
  PrivateInstance,
  signBlob,
} from '../support/private-instance.ts';

const cosign = await peer('COWA_COSIGN');
const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const artifact = Buffer.from('an archive');
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
    expect(await cosignVerdict(`${name}.json`, ['--key', `${name}.pub`])).toBe(theirs);
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

const lab = new PrivateInstance();
const other = new PrivateInstance('other');
const signer = lab.signer();
const everything =
  (by: typeof signer) =>
  (signature: Buffer): Beside => ({
    stamps: [lab.stamp(signature)],
    entries: [lab.logEntry(hashedRekord(artifact, signature, by.der))],
  });
const withLeaf = (change: Partial<CertificateDraft>, scts = [lab.certificateLog]): Bundle => {
  const by = lab.signer(change, scts);
  return signBlob(by, artifact, everything(by));
};
const leafWith = (...extensions: CertificateDraft['extensions']): Bundle =>
  withLeaf({ extensions });
const [usage, signing, names, issuer] = leafExtensions();
if (usage === undefined || signing === undefined || names === undefined || issuer === undefined)
  throw new Error('four extensions');
const full = signBlob(signer, artifact, everything(signer));
const beside = (make: (signature: Buffer) => Beside): Bundle => signBlob(signer, artifact, make);
const entry = (signature: Buffer): object =>
  lab.logEntry(hashedRekord(artifact, signature, signer.der));
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keySignature = sign('sha256', artifact, keys.privateKey);
const byKey = (change: object = {}): Bundle => ({
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { publicKey: { hint: 'h' } },
  messageSignature: messageOf(artifact, keySignature),
  ...change,
});
const stampedKey = (...stamps: readonly Buffer[]): Bundle =>
  byKey({
    verificationMaterial: {
      publicKey: { hint: 'h' },
      timestampVerificationData: {
        rfc3161Timestamps: stamps.map((stamp) => ({ signedTimestamp: stamp.toString('base64') })),
      },
    },
  });

interface Row {
  readonly name: string;
  readonly bundle: Bundle | string;
  /** Log entries, timestamps, SCTs demanded of a certificate; of a key without a number nothing. */
  readonly demand: 'key' | 'key+stamp' | readonly [number, number, number];
  readonly root?: object;
  readonly san?: string;
  readonly cosign: 'accept' | 'reject';
  readonly ours: string;
  /** Why we refuse what cosign takes. */
  readonly stricter?: string;
}

const rows: readonly Row[] = [
  { name: 'everything', bundle: full, demand: [1, 1, 1], cosign: 'accept', ours: 'accept' },
  {
    name: 'log and SCT',
    bundle: beside((s) => ({ entries: [entry(s)] })),
    demand: [1, 0, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'timestamp and SCT',
    bundle: beside((s) => ({ stamps: [lab.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'timestamp alone',
    bundle: (() => {
      const by = lab.signer({}, []);
      return signBlob(by, artifact, (s) => ({ stamps: [lab.stamp(s)] }));
    })(),
    demand: [0, 1, 0],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'a timestamp of SHA-384',
    bundle: beside((s) => ({ stamps: [lab.stamp(s, { hash: 'sha384' })] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'an e-mail address',
    bundle: leafWith(usage, signing, extension.names(extension.mail('rel@example.org')), issuer),
    demand: [1, 1, 1],
    san: 'rel@example.org',
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'no SCT',
    bundle: withLeaf({}, []),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_SCT',
  },
  {
    name: 'SCT of another log',
    bundle: withLeaf({}, [other.certificateLog]),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_SCT',
  },
  {
    name: 'no log entry',
    bundle: beside((s) => ({ stamps: [lab.stamp(s)] })),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_COUNT',
  },
  {
    name: 'no timestamp',
    bundle: beside((s) => ({ entries: [entry(s)] })),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_COUNT',
  },
  {
    name: 'no time',
    bundle: beside(() => ({})),
    demand: [0, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_NO_TIME',
  },
  {
    name: 'stamped too late',
    bundle: beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })] })),
    demand: [0, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_CERTIFICATE_TIME',
  },
  {
    name: 'another timestamp authority',
    bundle: beside((s) => ({ stamps: [other.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
  },
  {
    name: 'a good and a foreign timestamp',
    bundle: beside((s) => ({ stamps: [lab.stamp(s), other.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
    stricter: 'evidence that is there must hold',
  },
  {
    name: 'one timestamp twice',
    bundle: beside((s) => {
      const stamp = lab.stamp(s);
      return { stamps: [stamp, stamp] };
    }),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'SIGNATURE_TIMESTAMP_TWICE',
    stricter: 'a count is of different authorities',
  },
  {
    name: 'a log entry of another log',
    bundle: beside((s) => ({
      entries: [
        lab.logEntry(
          hashedRekord(artifact, s, signer.der),
          new Date('2026-03-01T12:05:00Z'),
          other.log,
        ),
      ],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_UNKNOWN',
  },
  {
    name: 'a log entry of another certificate',
    bundle: beside((s) => ({
      entries: [
        lab.logEntry(hashedRekord(artifact, s, lab.signer({ publicKey: signer.publicKey }).der)),
      ],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_BODY',
  },
  {
    name: 'a log entry of another file',
    bundle: beside((s) => ({
      entries: [lab.logEntry(hashedRekord(Buffer.from('x'), s, signer.der))],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_BODY',
  },
  {
    name: 'a log entry whose time was moved',
    bundle: beside((s) => ({ entries: [{ ...entry(s), integratedTime: '1772366701' }] })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG',
  },
  {
    name: 'another authority',
    bundle: signBlob(other.signer(), artifact, (s) => ({ stamps: [lab.stamp(s)] })),
    demand: [0, 1, 0],
    cosign: 'reject',
    ours: 'SIGNATURE_CERTIFICATE_CHAIN',
  },
  {
    name: 'use for clients',
    bundle: leafWith(usage, extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']), names, issuer),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_USE',
  },
  {
    name: 'no use named',
    bundle: leafWith(usage, names, issuer),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_USE',
    stricter: 'a certificate signs artifacts only if it says so',
  },
  {
    name: 'a key that may not sign',
    bundle: leafWith(extension.keyUsage(0x20), signing, names, issuer),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_USE',
    stricter: 'key usage is obeyed',
  },
  {
    name: 'a critical extension that nobody knows',
    bundle: leafWith(usage, signing, names, issuer, {
      id: '1.2.3.4',
      critical: true,
      value: Buffer.of(5, 0),
    }),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_USE',
  },
  {
    name: 'two names',
    bundle: leafWith(
      usage,
      signing,
      extension.names(extension.uri(identity.san), extension.uri('https://evil.example')),
      issuer,
    ),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_IDENTITY',
    stricter: 'one certificate is one identity',
  },
  {
    name: 'no issuer of the identity',
    bundle: leafWith(usage, signing, names),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_IDENTITY',
  },
  {
    name: 'another identity',
    bundle: full,
    demand: [1, 1, 1],
    san: `${identity.san}0`,
    cosign: 'reject',
    ours: 'SIGNATURE_IDENTITY',
  },
  {
    name: 'a root with an unknown member',
    bundle: full,
    demand: [1, 1, 1],
    root: { ...lab.rootDocument(), extra: 1 },
    cosign: 'reject',
    ours: 'TRUSTED_ROOT_MEMBER',
  },
  { name: 'a key', bundle: byKey(), demand: 'key', cosign: 'accept', ours: 'accept' },
  {
    name: 'a key and its timestamp',
    bundle: stampedKey(lab.stamp(keySignature)),
    demand: 'key+stamp',
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'a key and a foreign timestamp',
    bundle: stampedKey(other.stamp(keySignature)),
    demand: 'key+stamp',
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
  },
  {
    name: 'a key and no timestamp',
    bundle: byKey(),
    demand: 'key+stamp',
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_COUNT',
  },
  {
    name: 'a certificate where a key is trusted',
    bundle: full,
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_MATERIAL_KIND',
  },
  {
    name: 'a digest of SHA-512 over a signature with SHA-256',
    bundle: byKey({
      messageSignature: {
        ...messageOf(artifact, keySignature),
        messageDigest: {
          algorithm: 'SHA2_512',
          digest: createHash('sha512').update(artifact).digest('base64'),
        },
      },
    }),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_DIGEST_ALGORITHM',
    stricter: 'the digest is of the algorithm that signs',
  },
  {
    name: 'no digest',
    bundle: byKey({ messageSignature: { signature: keySignature.toString('base64') } }),
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_DIGEST_MISSING',
  },
  {
    name: 'names with underscores',
    bundle: JSON.stringify(byKey()).replace('mediaType', 'media_type'),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_MEMBER',
    stricter: 'one spelling',
  },
  {
    name: 'base64 without padding',
    bundle: JSON.stringify(byKey()).replaceAll('="', '"').replaceAll('="', '"'),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_BASE64',
    stricter: 'one spelling',
  },
  {
    name: 'v0.3.1',
    bundle: byKey({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3.1+json' }),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_MEDIA_TYPE',
    stricter: 'versions that exist',
  },
  {
    name: 'v0.4',
    bundle: byKey({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }),
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_BUNDLE_MEDIA_TYPE',
  },
];

describe.skipIf(cosign.missing)(titleOf('bundles that cosign and we judge', cosign), () => {
  it.each(rows)('$name: cosign $cosign, here $ours', async (row) => {
    const text = typeof row.bundle === 'string' ? row.bundle : JSON.stringify(row.bundle);
    await writeFile(at('bundle.json'), text);
    const root = lab.rootFile(row.root);
    await writeFile(at('root.json'), root.bytes);
    const facts = describePublicKey(keys.publicKey);
    await writeFile(at('key.pub'), facts.pem);
    const judged = await judge.judgeBlob(Buffer.from(text), signed, [signerOf(row, root)], run);
    expect(codeOf(judged)).toBe(row.ours);
    expect(await cosignVerdict('bundle.json', flagsOf(row))).toBe(row.cosign);
    // Never laxer; where stricter, with a reason.
    expect(row.ours === 'accept' ? row.cosign : 'accept').toBe('accept');
    expect(row.stricter !== undefined).toBe(row.ours !== 'accept' && row.cosign === 'accept');
  });
});

function signerOf(row: Row, root: ReturnType<typeof lab.rootFile>): TrustedSigner {
  if (typeof row.demand === 'string') {
    const key = { origin: 'key.pub', ...describePublicKey(keys.publicKey) };
    const stamp = row.demand === 'key' ? {} : { timestampRoot: root, timestamps: 1 };
    return { kind: 'key', name: 'key', key, ...stamp };
  }
  const [tlogs, timestamps, scts] = row.demand;
  const san = { kind: 'exact', text: row.san ?? identity.san } as const;
  return {
    kind: 'identity',
    name: 'ci',
    issuer: identity.issuer,
    san,
    root,
    tlogs,
    timestamps,
    scts,
  };
}

function flagsOf(row: Row): readonly string[] {
  if (row.demand === 'key') return ['--key', 'key.pub'];
  const root = ['--trusted-root', 'root.json'];
  if (row.demand === 'key+stamp') return ['--key', 'key.pub', '--use-signed-timestamps', ...root];
  const [tlogs, timestamps, scts] = row.demand;
  return [
    ...root,
    '--certificate-identity',
    row.san ?? identity.san,
    '--certificate-oidc-issuer',
    identity.issuer,
    ...(tlogs > 0 ? ['log'] : []),
    ...(timestamps > 0 ? ['--use-signed-timestamps'] : []),
    ...(scts > 0 ? [] : ['--insecure-ignore-sct']),
  ];
}

async function cosignVerdict(bundle: string, flags: readonly string[]): Promise<string> {
  const log = flags.includes('log') ? [] : ['--insecure-ignore-tlog'];
  const rest = flags.filter((flag) => flag !== 'log');
  const args = ['verify-blob', '--bundle', bundle, ...log, ...rest, 'artifact'];
  const { code, stderr } = await cosign.run(args, home);
  if (code !== 0 && !/error/i.test(stderr)) throw new Error(`cosign said nothing: ${stderr}`);
  return code === 0 ? 'accept' : 'reject';
}
