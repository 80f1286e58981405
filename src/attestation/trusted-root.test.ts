import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extension, renderCertificate } from '../../test/support/certificate-bytes.ts';
import { PrivateInstance, pair, timeStamping } from '../../test/support/private-instance.ts';
import { parseTrustedRoot } from './trusted-root.ts';

const lab = new PrivateInstance();
const golden = join(import.meta.dirname, '../../test/conformance/signing/roots/trusted_root.json');

interface LogDocument {
  baseUrl: string;
  hashAlgorithm: string;
  publicKey: { rawBytes: string; keyDetails: string; validFor?: object };
  logId: { keyId: string };
  checkpointKeyId?: object;
}
interface AuthorityDocument {
  certChain: { certificates: { rawBytes: string }[] };
  validFor?: object;
}
interface RootDocument {
  mediaType: string;
  tlogs: LogDocument[];
  ctlogs: LogDocument[];
  certificateAuthorities: AuthorityDocument[];
  timestampAuthorities: AuthorityDocument[];
}

const changed = (change: (document: RootDocument) => void): Buffer => {
  const document = structuredClone(lab.rootDocument()) as unknown as RootDocument;
  change(document);
  return Buffer.from(JSON.stringify(document));
};
const log = (change: (entry: LogDocument) => void) =>
  changed(({ tlogs: [first] }) => {
    if (first !== undefined) change(first);
  });
const chain = (
  which: 'certificateAuthorities' | 'timestampAuthorities',
  change: (certificates: { rawBytes: string }[]) => { rawBytes: string }[],
) =>
  changed((document) => {
    const [authority] = document[which];
    if (authority !== undefined)
      authority.certChain.certificates = change(authority.certChain.certificates);
  });
const keyed = (spki: Buffer, keyDetails: string, keyId = sha256(spki), baseUrl = 'https://log.x') =>
  log((entry) => {
    entry.baseUrl = baseUrl;
    entry.publicKey = { ...entry.publicKey, rawBytes: spki.toString('base64'), keyDetails };
    entry.logId = { keyId: keyId.toString('base64') };
  });
const sha256 = (...parts: Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const ed25519 = generateKeyPairSync('ed25519').publicKey;
const edSpki = ed25519.export({ format: 'der', type: 'spki' });
const edBare = Buffer.from(ed25519.export({ format: 'jwk' }).x ?? '', 'base64url');
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
  format: 'der',
  type: 'spki',
});
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const rsa = rsaKey.export({ format: 'der', type: 'spki' });
const rsaBare = rsaKey.export({ format: 'der', type: 'pkcs1' });
const smallRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
  format: 'der',
  type: 'spki',
});
const stamper = (...extensions: Parameters<typeof renderCertificate>[0]['extensions']) => ({
  rawBytes: renderCertificate({
    subject: 'stamper',
    issuer: 'lab stamp root',
    publicKey: pair().publicKey,
    signingKey: lab.stampRoot.privateKey,
    notBefore: new Date(0),
    notAfter: new Date(0),
    extensions,
  }).toString('base64'),
});

describe('a trusted root', () => {
  it.each<[string, Uint8Array]>([
    ['what cosign makes', readFileSync(golden)],
    ['what a private instance has', changed(() => {})],
    [
      'a root without any authority',
      Buffer.from(JSON.stringify({ mediaType: lab.rootDocument()['mediaType'] })),
    ],
    ['a log of P-384', keyed(p384, 'PKIX_ECDSA_P384_SHA_384')],
    ['a log of RSA', keyed(rsa, 'PKIX_RSA_PKCS1V15_2048_SHA256')],
    ['a log of Ed25519', keyed(edSpki, 'PKIX_ED25519')],
    [
      'a log of Ed25519 under the id of its checkpoints',
      keyed(edSpki, 'PKIX_ED25519', sha256(Buffer.from('log.x\n\u0001'), edBare), 'https://log.x'),
    ],
    [
      'authorities without a validity of their own',
      changed(({ certificateAuthorities: [first] }) => {
        delete first?.validFor;
      }),
    ],
    [
      'times with a fraction',
      log((entry) => {
        entry.publicKey.validFor = {
          start: '2021-01-12T11:53:27.000Z',
          end: '2022-12-31T23:59:59.999Z',
        };
      }),
    ],
    ['members that are null', log((entry) => Object.assign(entry, { checkpointKeyId: null }))],
    ['a log of RSA by its old name', keyed(rsa, 'PKIX_RSA_PKCS1V5')],
    ['a log of bare RSA', keyed(rsaBare, 'PKCS1_RSA_PKCS1V5', sha256(rsa))],
    [
      'a self-signed authority alone',
      chain('certificateAuthorities', ([, root]) => (root === undefined ? [] : [root])),
    ],
    [
      'a stamping certificate whose use is not critical',
      chain('timestampAuthorities', ([, root]) => [
        stamper(extension.extendedKeyUsage([timeStamping])),
        ...(root === undefined ? [] : [root]),
      ]),
    ],
  ])('reads %s', (_name, bytes) => {
    expect(() => parseTrustedRoot(bytes)).not.toThrow();
  });

  it.each<[string, Uint8Array, string]>([
    ['more than 1 MiB', Buffer.concat([changed(() => {}), Buffer.alloc(1024 * 1024, ' ')]), 'SIZE'],
    [
      '65 logs',
      changed((document) => {
        document.tlogs = Array(65).fill(document.tlogs[0]);
      }),
      'SIZE',
    ],
    [
      'a member given twice',
      Buffer.from(
        changed(() => {})
          .toString()
          .replace('{', '{"mediaType":"x",'),
      ),
      'JSON',
    ],
    ['bytes behind the end', Buffer.concat([changed(() => {}), Buffer.from('{}')]), 'JSON'],
    ['an unknown member', changed((document) => Object.assign(document, { extra: 1 })), 'MEMBER'],
    ['an unknown member of a log', log((entry) => Object.assign(entry, { extra: 1 })), 'MEMBER'],
    [
      'base64 with junk',
      log((entry) => {
        entry.logId.keyId = `!${entry.logId.keyId}`;
      }),
      'MEMBER',
    ],
    [
      'another media type',
      changed((document) => {
        document.mediaType = 'application/vnd.dev.sigstore.trustedroot.v0.2+json';
      }),
      'MEDIA_TYPE',
    ],
    [
      'another hash',
      log((entry) => {
        entry.hashAlgorithm = 'SHA2_512';
      }),
      'LOG',
    ],
    [
      'an id that is not of the key',
      log((entry) => {
        entry.logId.keyId = Buffer.alloc(32).toString('base64');
      }),
      'LOG',
    ],
    [
      'an id of the checkpoints of another log',
      keyed(edSpki, 'PKIX_ED25519', sha256(Buffer.from('log.y\n\u0001'), edBare)),
      'LOG',
    ],
    [
      'another id for checkpoints',
      log((entry) => {
        entry.checkpointKeyId = { keyId: Buffer.alloc(32).toString('base64') };
      }),
      'LOG',
    ],
    ['a key of another kind than it says', keyed(p384, 'PKIX_ECDSA_P256_SHA_256'), 'LOG'],
    ['a key of another size than it says', keyed(rsa, 'PKIX_RSA_PKCS1V15_4096_SHA256'), 'LOG'],
    ['a small RSA key by its old name', keyed(smallRsa, 'PKIX_RSA_PKCS1V5'), 'LOG'],
    [
      'a start that is null',
      log((entry) => {
        entry.publicKey.validFor = Object.assign({}, { start: null });
      }),
      'VALIDITY',
    ],
    ['a key of a kind that nobody knows', keyed(p384, 'toString'), 'LOG'],
    ['something that is no key', keyed(Buffer.from('x'), 'PKIX_ECDSA_P256_SHA_256'), 'LOG'],
    [
      'a log valid from nowhere',
      log((entry) => {
        delete entry.publicKey.validFor;
      }),
      'VALIDITY',
    ],
    [
      'a log valid until some day',
      log((entry) => {
        entry.publicKey.validFor = { end: '2030-01-01T00:00:00Z' };
      }),
      'VALIDITY',
    ],
    [
      'a validity that ends before it starts',
      log((entry) => {
        entry.publicKey.validFor = { start: '2030-01-01T00:00:00Z', end: '2029-01-01T00:00:00Z' };
      }),
      'VALIDITY',
    ],
    [
      'a time with an offset',
      log((entry) => {
        entry.publicKey.validFor = { start: '2030-01-01T00:00:00+01:00' };
      }),
      'VALIDITY',
    ],
    [
      'a day that is none',
      log((entry) => {
        entry.publicKey.validFor = { start: '2030-02-30T00:00:00Z' };
      }),
      'VALIDITY',
    ],
    [
      'a chain without its root',
      chain('certificateAuthorities', ([first]) => (first === undefined ? [] : [first])),
      'AUTHORITY',
    ],
    [
      'a chain the other way round',
      chain('certificateAuthorities', (list) => list.toReversed()),
      'AUTHORITY',
    ],
    ['an empty chain', chain('certificateAuthorities', () => []), 'AUTHORITY'],
    [
      'a chain of nine',
      chain('certificateAuthorities', ([first, root]) => [...Array(8).fill(first), root]),
      'AUTHORITY',
    ],
    [
      'a certificate that is none',
      chain('certificateAuthorities', () => [{ rawBytes: 'AAAA' }]),
      'AUTHORITY',
    ],
    [
      'a stamping certificate as authority',
      changed((document) => {
        document.certificateAuthorities = document.timestampAuthorities;
      }),
      'AUTHORITY',
    ],
    [
      'an authority that stamps',
      changed((document) => {
        document.timestampAuthorities = document.certificateAuthorities;
      }),
      'AUTHORITY',
    ],
    [
      'a stamping certificate without its root',
      chain('timestampAuthorities', ([first]) => (first === undefined ? [] : [first])),
      'AUTHORITY',
    ],
    [
      'a stamping certificate for any use',
      chain('timestampAuthorities', ([, root]) => [
        stamper(),
        ...(root === undefined ? [] : [root]),
      ]),
      'AUTHORITY',
    ],
    [
      'a stamping certificate for code, too',
      chain('timestampAuthorities', ([, root]) => [
        stamper(extension.extendedKeyUsage([timeStamping, '1.3.6.1.5.5.7.3.3'], true)),
        ...(root === undefined ? [] : [root]),
      ]),
      'AUTHORITY',
    ],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => parseTrustedRoot(bytes)).toThrow(
      expect.objectContaining({ code: `TRUSTED_ROOT_${code}` }),
    );
  });
});
