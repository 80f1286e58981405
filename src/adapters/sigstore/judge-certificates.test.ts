import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Bundle, signBlob } from '../../../test/support/certificate-bundles.ts';
import { extension, renderCertificate } from '../../../test/support/certificate-bytes.ts';
import {
  artifact,
  everything,
  full,
  lab,
  leaf,
  leafWith,
  other,
  signer,
  withLeaf,
} from '../../../test/support/certificate-lab.ts';
import { codeOf, judgedBlob, trusted } from '../../../test/support/judged-certificate.ts';
import { identity, type Signer } from '../../../test/support/private-instance.ts';
import { SigstoreJudge } from './signature-judge.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();

const document = lab.rootDocument();
const [ca] = document['certificateAuthorities'] as [
  { certChain: { certificates: { rawBytes: string }[] }; validFor: object },
];
const [caDer = Buffer.alloc(0), rootDer = Buffer.alloc(0)] = ca.certChain.certificates.map(
  ({ rawBytes }) => Buffer.from(rawBytes, 'base64'),
);
const years = ['2020-01-01T00:00:00Z', '2059-12-31T00:00:00Z'] as const;
const told = (
  der: Buffer,
  subject: string,
  issuer: string,
  [notBefore, notAfter]: readonly [string, string],
) => ({
  subject,
  issuer,
  serialNumber: '07',
  sha256: createHash('sha256').update(der).digest('hex'),
  notBefore,
  notAfter,
});

describe('a certificate of a private instance', () => {
  it('is valid with SCT, log entry and timestamp, and says when and who', async () => {
    expect(await judgedBlob(full, { root: lab.rootFile(document) })).toEqual({
      outcome: 'valid',
      signer: 'ci',
      party: `identity:${identity.issuer} ${identity.san}`,
      stampedTimes: ['2026-03-01T12:05:00Z'],
      stampedBy: [
        {
          time: '2026-03-01T12:05:00Z',
          kind: 'timestamp-authority',
          name: 'CN=stamper',
        },
        {
          time: '2026-03-01T12:05:00Z',
          kind: 'transparency-log',
          name: 'https://log.lab.example',
        },
      ],
      certificate: {
        ...identity,
        notBefore: '2026-03-01T12:00:00Z',
        notAfter: '2026-03-01T12:10:00Z',
        chain: [
          told(signer.der, 'CN=leaf', 'CN=lab authority', [
            '2026-03-01T12:00:00Z',
            '2026-03-01T12:10:00Z',
          ]),
          told(caDer, 'CN=lab authority', 'CN=lab root', years),
          told(rootDer, 'CN=lab root', 'CN=lab root', years),
        ],
      },
      warnings: [],
    });
  });

  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const keyed = (keys: Pick<Signer, 'publicKey' | 'privateKey'>) => {
    const by = { ...lab.signer({ publicKey: keys.publicKey }), privateKey: keys.privateKey };
    return signBlob(by, artifact, everything(by));
  };

  it.each<[string, Bundle, Partial<typeof trusted>, string]>([
    ['a P-521 certificate', keyed(p521), {}, 'valid'],
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
      'use for clients',
      leafWith(
        leaf.usage,
        extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
        leaf.names,
        leaf.issuer,
      ),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'use for anything',
      leafWith(leaf.usage, extension.extendedKeyUsage(['2.5.29.37.0']), leaf.names, leaf.issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    ['no use named', leafWith(leaf.usage, leaf.names, leaf.issuer), {}, 'invalid CERTIFICATE_USE'],
    [
      'a key that may not sign',
      leafWith(extension.keyUsage(0x20), leaf.signing, leaf.names, leaf.issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'an authority that signs itself',
      leafWith(extension.basicConstraints(true), leaf.usage, leaf.signing, leaf.names, leaf.issuer),
      {},
      'invalid CERTIFICATE_USE',
    ],
    [
      'a critical extension that nobody knows',
      leafWith(leaf.usage, leaf.signing, leaf.names, leaf.issuer, {
        id: '1.2.3.4',
        critical: true,
        value: Buffer.of(5, 0),
      }),
      {},
      'invalid CERTIFICATE_USE',
    ],
    ['an RSA key of 1024 bits', keyed(rsa1024), {}, 'invalid SIGNATURE_KEY_ALGORITHM'],
    [
      'an edited root',
      full,
      { root: { ...trusted.root, sha256: '0'.repeat(64) } },
      'undecided SIGNATURE_ROOT_DIGEST',
    ],
    ['a root of another form', full, { root: lab.rootFile({}) }, 'undecided TRUSTED_ROOT_MEMBER'],
  ])('%s', async (_name, bundle, change, code) => {
    expect(codeOf(await judgedBlob(bundle, change))).toBe(code);
  });

  it('is about this file and no other', async () => {
    expect(codeOf(await judgedBlob(full, {}, Buffer.from('other')))).toBe(
      'invalid SIGNATURE_DIGEST',
    );
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

describe('the chain that held', () => {
  const authority = (...ders: Buffer[]) => ({
    certChain: { certificates: ders.map((der) => ({ rawBytes: der.toString('base64') })) },
  });
  const cross = renderCertificate({
    subject: 'lab authority',
    issuer: 'lab authority',
    publicKey: lab.authority.publicKey,
    signingKey: lab.authority.privateKey,
    notBefore: new Date(years[0]),
    notAfter: new Date(years[1]),
    extensions: [extension.basicConstraints(true), extension.keyUsage(0x06)],
  });
  const both = authority(caDer, rootDer);
  const until = (time: string) => ({ start: years[0], end: time });
  const subjects = ['CN=leaf', 'CN=lab authority', 'CN=lab root'];

  it.each<[string, readonly object[], readonly string[] | undefined]>([
    ['of the only authority', [both], subjects],
    ['of an authority that is listed twice', [both, { ...both, validFor: {} }], subjects],
    [
      'beside one that ended before',
      [{ ...authority(cross), validFor: until(years[0]) }, both],
      subjects,
    ],
    [
      'of two authorities with one key, either of which explains it',
      [both, authority(cross)],
      undefined,
    ],
  ])('%s', async (_name, certificateAuthorities, expected) => {
    const root = lab.rootFile({ ...document, certificateAuthorities });
    const judged = await judgedBlob(full, { root });
    if (judged.outcome !== 'valid') throw new Error(judged.code);
    expect(judged.certificate?.chain?.map(({ subject }) => subject)).toEqual(expected);
  });
});
