import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type CertificateDraft,
  extension,
  renderCertificate,
} from '../../../test/support/certificate-bytes.ts';
import {
  type Beside,
  type Bundle,
  bundleOf,
  codeSigning,
  dsseRecord,
  hashedRekord,
  hashedRekordOfVersion2,
  identity,
  leafExtensions,
  messageOf,
  PrivateInstance,
  pair,
  type Signer,
  signBlob,
  signedAt,
  signStatement,
} from '../../../test/support/private-instance.ts';
import { digestOf } from '../../oci/digest.ts';
import type { JudgedSignature, TrustedSigner } from '../../ports/signature-judge.ts';
import { SigstoreJudge } from './signature-judge.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const lab = new PrivateInstance();
const other = new PrivateInstance('other');
const artifact = Buffer.from('an archive');
const root = lab.rootFile();
const trusted: TrustedSigner & { kind: 'identity' } = {
  kind: 'identity',
  name: 'ci',
  issuer: identity.issuer,
  san: { kind: 'exact', text: identity.san },
  root,
  tlogs: 1,
  scts: 1,
  timestamps: 1,
};
const signer = lab.signer();
const everything =
  (by: Signer) =>
  (signature: Buffer): Beside => ({
    stamps: [lab.stamp(signature)],
    entries: [lab.logEntry(hashedRekord(artifact, signature, by.der))],
  });
const full = signBlob(signer, artifact, everything(signer));

async function judged(
  bundle: Bundle,
  change: Partial<typeof trusted> = {},
  over = artifact,
): Promise<JudgedSignature> {
  const bytes = Buffer.from(JSON.stringify(bundle));
  const signers = [{ ...trusted, ...change }];
  const result = await judge.judgeBlob(bytes, { kind: 'bytes', bytes: over }, signers, run);
  const byDigest = { kind: 'digest', digest: digestOf(over) } as const;
  expect(await judge.judgeBlob(bytes, byDigest, signers, run)).toEqual(result);
  return result;
}
const codeOf = (result: JudgedSignature): string =>
  result.outcome === 'valid' ? 'valid' : `${result.outcome} ${result.code}`;

describe('a certificate of a private instance', () => {
  it('is valid with SCT, log entry and timestamp, and says when and who', async () => {
    expect(await judged(full)).toEqual({
      outcome: 'valid',
      signer: 'ci',
      party: `identity:${identity.issuer} ${identity.san}`,
      stampedTimes: ['2026-03-01T12:05:00Z'],
      certificate: {
        ...identity,
        notBefore: '2026-03-01T12:00:00Z',
        notAfter: '2026-03-01T12:10:00Z',
      },
      warnings: [],
    });
  });

  const beside = (make: (signature: Buffer) => Beside) => signBlob(signer, artifact, make);
  const entry = (signature: Buffer) => lab.logEntry(hashedRekord(artifact, signature, signer.der));
  const second = (file: Buffer, signature: Buffer, der: Buffer): object =>
    without(
      { ...lab.logEntry(hashedRekordOfVersion2(file, signature, der)), integratedTime: '0' },
      'inclusionPromise',
    );
  const later = new Date(signedAt.getTime() + 60_000);
  const withLeaf = (change: Partial<CertificateDraft>) => {
    const by = lab.signer(change);
    return signBlob(by, artifact, everything(by));
  };
  const leafWith = (...extensions: CertificateDraft['extensions']) => withLeaf({ extensions });
  const [usage, signing, names, issuer] = leafExtensions();
  if (usage === undefined || signing === undefined || names === undefined || issuer === undefined)
    throw new Error('four extensions');
  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const keyed = (keys: Pick<Signer, 'publicKey' | 'privateKey'>) => {
    const by = { ...lab.signer({ publicKey: keys.publicKey }), privateKey: keys.privateKey };
    return signBlob(by, artifact, everything(by));
  };
  const [ca] = lab.rootDocument()['certificateAuthorities'] as {
    certChain: { certificates: { rawBytes: string }[] };
  }[];
  const caDer = Buffer.from(ca?.certChain.certificates[0]?.rawBytes ?? '', 'base64');

  it.each<[string, Bundle, Partial<typeof trusted>, string]>([
    [
      'an identity by pattern',
      full,
      { san: { kind: 'pattern', text: 'https://ci\\.example\\.org/.*' } },
      'valid',
    ],
    [
      'no timestamp where none is demanded',
      beside((s) => ({ entries: [entry(s)] })),
      { timestamps: 0 },
      'valid',
    ],
    [
      'no log entry where none is demanded',
      beside((s) => ({ stamps: [lab.stamp(s)] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a timestamp at the last second',
      beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:00Z') })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a timestamp with milliseconds',
      beside((s) => ({ stamps: [lab.stamp(s, { fraction: '.123' })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a timestamp of SHA-512 over SHA-384',
      beside((s) => ({ stamps: [lab.stamp(s, { hash: 'sha512', imprintHash: 'sha384' })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'an e-mail address',
      leafWith(usage, signing, extension.names(extension.mail('rel@example.org')), issuer),
      { san: { kind: 'exact', text: 'rel@example.org' } },
      'valid',
    ],
    [
      'a user name',
      leafWith(usage, signing, extension.names(extension.userName('rel!x')), issuer),
      { san: { kind: 'exact', text: 'rel!x' } },
      'valid',
    ],
    [
      'the older extension for the issuer',
      leafWith(usage, signing, names, extension.issuerBare(identity.issuer)),
      {},
      'valid',
    ],
    [
      'a log entry of the second version and a timestamp',
      beside((s) => ({ stamps: [lab.stamp(s)], entries: [second(artifact, s, signer.der)] })),
      {},
      'valid',
    ],
    [
      'a log entry of the second version about another certificate',
      beside((s) => ({ stamps: [lab.stamp(s)], entries: [second(artifact, s, lab.signer().der)] })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of the second version about another file',
      beside((s) => ({
        stamps: [lab.stamp(s)],
        entries: [second(Buffer.from('x'), s, signer.der)],
      })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of the second version without a timestamp',
      beside((s) => ({ entries: [second(artifact, s, signer.der)] })),
      { timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a log entry that says it is of another kind than its body',
      beside((s) => ({
        stamps: [lab.stamp(s)],
        entries: [{ ...entry(s), kindVersion: { kind: 'dsse', version: '0.0.1' } }],
      })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    ['a P-521 certificate', keyed(p521), {}, 'valid'],

    [
      'no timestamp where one is demanded',
      beside((s) => ({ entries: [entry(s)] })),
      {},
      'invalid SIGNATURE_TIMESTAMP_COUNT',
    ],
    [
      'two timestamps of one authority where two authorities are demanded',
      beside((s) => ({ stamps: [lab.stamp(s), lab.stamp(s, { time: later })] })),
      { tlogs: 0, timestamps: 2 },
      'invalid SIGNATURE_TIMESTAMP_COUNT',
    ],
    [
      'no log entry where one is demanded',
      beside((s) => ({ stamps: [lab.stamp(s)] })),
      {},
      'invalid SIGNATURE_LOG_COUNT',
    ],
    [
      'neither log nor timestamp, though none is demanded',
      beside(() => ({})),
      { tlogs: 0, timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a log entry without the promise that holds its time',
      beside((s) => ({ entries: [without(entry(s), 'inclusionPromise')] })),
      { timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a timestamp after the certificate',
      beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })] })),
      { tlogs: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a second timestamp after the certificate',
      beside((s) => ({
        stamps: [lab.stamp(s), lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })],
      })),
      { tlogs: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a log entry before the certificate',
      beside((s) => ({
        entries: [
          lab.logEntry(hashedRekord(artifact, s, signer.der), new Date('2026-03-01T11:59:59Z')),
        ],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a timestamp of another authority',
      beside((s) => ({ stamps: [other.stamp(s)] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    [
      'a timestamp that names our authority and is of another',
      beside((s) => ({ stamps: [lab.stamp(s, { key: other.stamper.privateKey })] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP',
    ],
    [
      'a timestamp of our authority beside a foreign one',
      beside((s) => ({ stamps: [lab.stamp(s), other.stamp(s)] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    [
      'a timestamp over another signature',
      beside((s) => ({ stamps: [lab.stamp(Buffer.from(`${s}`))] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_IMPRINT',
    ],
    [
      'one timestamp twice',
      beside((s) => ({ stamps: twice(lab.stamp(s)) })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_TWICE',
    ],
    [
      'a log entry of another log',
      beside((s) => ({
        entries: [lab.logEntry(hashedRekord(artifact, s, signer.der), signedAt, other.log)],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_UNKNOWN',
    ],
    [
      'one log entry twice',
      beside((s) => ({ entries: twice(entry(s)) })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_TWICE',
    ],
    [
      'a log entry whose time was moved',
      beside((s) => ({
        entries: [{ ...entry(s), integratedTime: `${signedAt.getTime() / 1000 + 1}` }],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry whose promise was lost and forged',
      beside((s) => ({
        entries: [{ ...entry(s), inclusionPromise: { signedEntryTimestamp: 'AAAA' } }],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry beyond all times',
      beside((s) => ({ entries: [{ ...entry(s), integratedTime: '999999999999999999' }] })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry about another signature',
      beside(() => ({
        entries: [lab.logEntry(hashedRekord(artifact, Buffer.from('x'), signer.der))],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry about another file',
      beside((s) => ({ entries: [lab.logEntry(hashedRekord(Buffer.from('x'), s, signer.der))] })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry about another certificate of the key',
      beside((s) => ({
        entries: [
          lab.logEntry(hashedRekord(artifact, s, lab.signer({ publicKey: signer.publicKey }).der)),
        ],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of a kind that is not judged',
      beside((s) => ({
        entries: [lab.logEntry({ ...hashedRekord(artifact, s, signer.der), kind: 'rekord' })],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'another authority',
      signBlob(other.signer(), artifact, (s) => ({ stamps: [lab.stamp(s)] })),
      { tlogs: 0, scts: 0 },
      'invalid SIGNATURE_CERTIFICATE_CHAIN',
    ],
    [
      'a chain that only names our authority',
      withLeaf({ signingKey: other.authority.privateKey }),
      {},
      'invalid SIGNATURE_CERTIFICATE_CHAIN',
    ],
    [
      'no SCT where one is demanded',
      (() => {
        const by = lab.signer({}, []);
        return signBlob(by, artifact, everything(by));
      })(),
      {},
      'invalid SIGNATURE_SCT',
    ],
    [
      'an SCT of another log',
      (() => {
        const by = lab.signer({}, [other.certificateLog]);
        return signBlob(by, artifact, everything(by));
      })(),
      { scts: 0 },
      'invalid SIGNATURE_SCT',
    ],
    [
      'another certificate in the bundle',
      {
        ...full,
        verificationMaterial: {
          ...full.verificationMaterial,
          certificate: { rawBytes: lab.signer().der.toString('base64') },
        },
      },
      {},
      'invalid SIGNATURE_MISMATCH',
    ],
    [
      'the certificate of an authority',
      signBlob({ ...signer, der: caDer }, artifact, (s) => ({ stamps: [lab.stamp(s)] })),
      { tlogs: 0 },
      'invalid CERTIFICATE_USE',
    ],

    [
      'a longer identity',
      full,
      { san: { kind: 'exact', text: `${identity.san}0` } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern that matches the beginning',
      full,
      { san: { kind: 'pattern', text: 'https://ci' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern whose alternatives match the beginning and the end',
      full,
      { san: { kind: 'pattern', text: 'https:|v1' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern by another issuer',
      full,
      { issuer: 'https://evil.example', san: { kind: 'pattern', text: '.*' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    ['another issuer', full, { issuer: `${identity.issuer}/` }, 'invalid SIGNATURE_IDENTITY'],
    [
      'a pattern that is none',
      full,
      { san: { kind: 'pattern', text: '(' } },
      'undecided SIGNATURE_SAN_PATTERN',
    ],
    [
      'use for clients',
      leafWith(usage, extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']), names, issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'use for anything',
      leafWith(usage, extension.extendedKeyUsage(['2.5.29.37.0']), names, issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    ['no use named', leafWith(usage, names, issuer), {}, 'invalid CERTIFICATE_USE'],
    [
      'a key that may not sign',
      leafWith(extension.keyUsage(0x20), signing, names, issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'an authority that signs itself',
      leafWith(extension.basicConstraints(true), usage, signing, names, issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'a critical extension that nobody knows',
      leafWith(usage, signing, names, issuer, {
        id: '1.2.3.4',
        critical: true,
        value: Buffer.of(5, 0),
      }),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'two names',
      leafWith(
        usage,
        signing,
        extension.names(extension.uri(identity.san), extension.mail('a@b')),
        issuer,
      ),
      {},
      'invalid CERTIFICATE_IDENTITY',
    ],
    ['no name', leafWith(usage, signing, issuer), {}, 'invalid CERTIFICATE_IDENTITY'],
    [
      'no issuer of the identity',
      leafWith(usage, signing, names),
      {},
      'invalid CERTIFICATE_IDENTITY',
    ],
    [
      'two issuers of the identity',
      leafWith(usage, signing, names, issuer, extension.issuerBare('https://evil.example')),
      {},
      'invalid CERTIFICATE_FORM',
    ],
    [
      'an extension twice',
      leafWith(usage, signing, names, issuer, issuer),
      {},
      'invalid CERTIFICATE_FORM',
    ],
    ['an RSA key of 1024 bits', keyed(rsa1024), {}, 'invalid SIGNATURE_KEY_ALGORITHM'],
    [
      'an edited root',
      full,
      { root: { ...root, sha256: '0'.repeat(64) } },
      'undecided SIGNATURE_ROOT_DIGEST',
    ],
    ['a root of another form', full, { root: lab.rootFile({}) }, 'undecided TRUSTED_ROOT_MEMBER'],
  ])('%s', async (_name, bundle, change, code) => {
    expect(codeOf(await judged(bundle, change))).toBe(code);
  });

  it('is about this file and no other', async () => {
    expect(codeOf(await judged(full, {}, Buffer.from('other')))).toBe('invalid SIGNATURE_DIGEST');
  });

  it('is found among several identities, and refused by the nearest when none fits', async () => {
    const bytes = Buffer.from(JSON.stringify(full));
    const signed = { kind: 'bytes', bytes: artifact } as const;
    const stranger = { ...trusted, name: 'stranger', issuer: 'https://elsewhere.example' };
    const foreign = { ...trusted, name: 'foreign', root: other.rootFile() };
    const key = { kind: 'key', name: 'k', key: { origin: 'k', pem: '', fingerprint: '' } } as const;
    expect(
      await judge.judgeBlob(bytes, signed, [key, stranger, foreign, trusted], run),
    ).toMatchObject({ outcome: 'valid', signer: 'ci' });
    expect(await judge.judgeBlob(bytes, signed, [stranger, foreign], run)).toMatchObject({
      code: 'SIGNATURE_TIMESTAMP_AUTHORITY',
    });
    expect(await judge.judgeBlob(bytes, signed, [key], run)).toMatchObject({
      code: 'SIGNATURE_MATERIAL_KIND',
    });
    expect(await judge.judgeBlob(bytes, signed, [], run)).toMatchObject({
      code: 'SIGNATURE_MATERIAL_KIND',
    });
  });
});

describe('a statement by a certificate', () => {
  const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
  const statement = signStatement(signer, payload, (signature) => ({
    stamps: [lab.stamp(signature)],
    entries: [lab.logEntry(dsseRecord(payload, signature, signer.der))],
  }));
  const judgeStatement = (bundle: Bundle) =>
    judge.judgeStatement(Buffer.from(JSON.stringify(bundle)), [trusted], run);

  it('is valid, and its payload comes from the verified bytes', async () => {
    const result = await judgeStatement(statement);
    expect(result).toMatchObject({
      outcome: 'valid',
      statement: { payloadType: 'application/vnd.in-toto+json' },
    });
    if (result.outcome !== 'valid') throw new Error('valid');
    expect(result.statement?.payload).toEqual(payload);
  });

  it.each<[string, (signature: Buffer) => object]>([
    ['about another payload', (s) => dsseRecord(Buffer.from('x'), s, signer.der)],
    ['about another certificate', (s) => dsseRecord(payload, s, lab.signer().der)],
    ['about a file', (s) => hashedRekord(artifact, s, signer.der)],
  ])('is refused with a log entry %s', async (_name, record) => {
    const bundle = signStatement(signer, payload, (signature) => ({
      stamps: [lab.stamp(signature)],
      entries: [lab.logEntry(record(signature))],
    }));
    expect(codeOf(await judgeStatement(bundle))).toBe('invalid SIGNATURE_LOG_BODY');
  });

  it('is no signature over a file, and a signature over a file is no statement', async () => {
    expect(codeOf(await judged(statement))).toBe('invalid SIGNATURE_CONTENT');
    expect(codeOf(await judgeStatement(full))).toBe('invalid SIGNATURE_CONTENT');
  });
});

describe('an old bundle with a chain', () => {
  const old = (certificates: readonly Buffer[], extra: object = {}): Bundle => {
    const signature = sign('sha256', artifact, signer.privateKey);
    const { verificationMaterial } = bundleOf(signer.der, { stamps: [lab.stamp(signature)] });
    const { certificate: _, ...rest } = verificationMaterial;
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
      verificationMaterial: {
        x509CertificateChain: {
          certificates: certificates.map((der) => ({ rawBytes: der.toString('base64') })),
        },
        ...rest,
        ...extra,
      },
      messageSignature: messageOf(artifact, signature),
    };
  };
  const rootKeys = pair();
  const selfSigned = renderCertificate({
    subject: 'self',
    issuer: 'self',
    publicKey: rootKeys.publicKey,
    signingKey: rootKeys.privateKey,
    notBefore: signedAt,
    notAfter: signedAt,
    extensions: [extension.basicConstraints(true), extension.extendedKeyUsage([codeSigning])],
  });

  it.each<[string, readonly Buffer[], string]>([
    ['its leaf', [signer.der], 'valid'],
    ['its leaf and another one, which proves nothing', [signer.der, other.signer().der], 'valid'],
    ['a self-signed root along', [signer.der, selfSigned], 'invalid SIGNATURE_SELF_SIGNED'],
    ['something that is no certificate', [signer.der, Buffer.of(1)], 'invalid CERTIFICATE_DER'],
  ])('brings %s', async (_name, chain, code) => {
    expect(codeOf(await judged(old(chain), { tlogs: 0 }))).toBe(code);
  });
});

function without(value: Record<string, unknown>, name: string): object {
  const { [name]: _, ...rest } = value;
  return rest;
}

function twice<Value>(value: Value): Value[] {
  return [value, value];
}
