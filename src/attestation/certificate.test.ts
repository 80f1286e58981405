import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type CertificateDraft,
  extension,
  renderCertificate,
} from '../../test/support/certificate-bytes.ts';
import {
  codeSigning,
  identity,
  leafExtensions,
  pair,
} from '../../test/support/private-instance.ts';
import { parseCertificate } from './certificate.ts';
import { isIssuedBy } from './certificate-path.ts';
import { renderDer, renderDerInteger, renderDerOid, renderDerSequence } from './der-writer.ts';
import { identityOf, wholeTextPattern } from './signer-identity.ts';

const keys = pair();
const made = (change: Partial<CertificateDraft> = {}): Buffer =>
  renderCertificate({
    subject: 'leaf',
    issuer: 'authority',
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    notBefore: new Date('2026-03-01T12:00:00Z'),
    notAfter: new Date('2060-03-01T12:00:00Z'),
    extensions: leafExtensions(),
    ...change,
  });
const named = (...names: Uint8Array[]): Buffer =>
  made({
    extensions: [
      extension.extendedKeyUsage([codeSigning]),
      extension.names(...names),
      extension.issuer('i'),
    ],
  });
/** The certificate with one piece of its bytes replaced, lengths unchanged. */
const edited = (from: string, to: string): Buffer =>
  Buffer.from(made().toString('hex').replace(from, to), 'hex');
const bare = (...tail: Uint8Array[]): Buffer => {
  const name = renderDerSequence();
  const algorithm = renderDerSequence(renderDerOid('1.2.840.10045.4.3.2'));
  const time = renderDer(0x17, Buffer.from('260301120000Z'));
  const tbs = renderDerSequence(
    renderDer(0xa0, renderDerInteger(Buffer.of(2))),
    renderDerInteger(Buffer.of(1)),
    algorithm,
    name,
    renderDerSequence(time, time),
    name,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    ...tail,
  );
  return Buffer.from(renderDerSequence(tbs, algorithm, renderDer(0x03, Buffer.of(0, 1))));
};

describe('a certificate', () => {
  it('says whom it names, when, and for what', () => {
    const certificate = parseCertificate(made());
    expect(certificate).toMatchObject({
      isCa: false,
      keyUsage: ['digitalSignature'],
      extendedKeyUsages: [codeSigning],
      subjectAltNames: [{ kind: 'uri', text: identity.san }],
      oidcIssuer: identity.issuer,
      unknownCritical: [],
      notBefore: new Date('2026-03-01T12:00:00Z'),
      notAfter: new Date('2060-03-01T12:00:00Z'),
    });
    expect(identityOf(certificate)).toEqual(identity);
    expect(parseCertificate(bare())).toMatchObject({ keyUsage: undefined, subjectAltNames: [] });
  });

  it.each<[string, Buffer, 'DER' | 'FORM']>([
    ['of nothing', Buffer.alloc(0), 'DER'],
    ['with a byte behind', Buffer.concat([made(), Buffer.of(0)]), 'DER'],
    ['of version 2', edited('a003020102', 'a003020101'), 'FORM'],
    ['of two algorithms', made({ innerAlgorithm: '1.2.840.10045.4.3.3' }), 'FORM'],
    [
      'signed by an algorithm nobody judges',
      edited2('06082a8648ce3d040302', '06082a8648ce3d040301'),
      'FORM',
    ],
    [
      'with an extension twice',
      made({ extensions: [extension.issuer('i'), extension.issuer('i')] }),
      'FORM',
    ],
    [
      'that says it is not critical',
      Buffer.from(made().toString('hex').replace('0101ff', '010100'), 'hex'),
      'DER',
    ],
    [
      'with unique identifiers',
      bare(renderDer(0x81, Buffer.of(0, 1)), renderDer(0xa3, renderDerSequence())),
      'FORM',
    ],
    [
      'with two lists of extensions',
      bare(renderDer(0xa3, renderDerSequence(), renderDerSequence())),
      'DER',
    ],
    ['with something else than extensions', bare(renderDer(0xa2, renderDerSequence())), 'DER'],
    [
      'of a day that is none',
      edited(
        Buffer.from('260301120000Z').toString('hex'),
        Buffer.from('260230120000Z').toString('hex'),
      ),
      'DER',
    ],
    [
      'without a key',
      Buffer.from(
        made().toString('hex').replace('06082a8648ce3d030107', '06082a8648ce3d030199'),
        'hex',
      ),
      'DER',
    ],
    [
      'with an unreadable key',
      Buffer.from(
        made().toString('hex').replace('06082a8648ce3d030107', '06082a8648ce3d030108'),
        'hex',
      ),
      'FORM',
    ],
    ['with an empty name', named(extension.uri('')), 'FORM'],
    ['with a name of 2049 bytes', named(extension.uri('x'.repeat(2049))), 'FORM'],
    ['with a line feed in its name', named(extension.uri('https://a\nb')), 'FORM'],
    ['with a turned name', named(extension.mail('rel@\u202emoc.elpmaxe')), 'FORM'],
    ['with a name that is not UTF-8', named(renderDer(0x86, Buffer.of(0xff))), 'FORM'],
    [
      'with two issuers of its identity',
      made({ extensions: [extension.issuer('a'), extension.issuerBare('b')] }),
      'FORM',
    ],
  ])('%s is refused', (_name, der, code) => {
    expect(() => parseCertificate(der)).toThrow(
      expect.objectContaining({ code: `CERTIFICATE_${code}` }),
    );
  });

  it('of more than 32 KiB is refused before it is read', () => {
    const large = made({ extensions: [{ id: '1.2.3', value: Buffer.alloc(32 * 1024) }] });
    expect(() => parseCertificate(large)).toThrow(/at most 32768 are read/);
  });

  it.each<[string, Uint8Array[]]>([
    ['a host name', [renderDer(0x82, Buffer.from('ci.example.org'))]],
    ['none', []],
    ['two', [extension.uri('a'), extension.uri('b')]],
  ])('with %s as name is no identity', (_name, names) => {
    expect(() => identityOf(parseCertificate(named(...names)))).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_IDENTITY' }),
    );
  });

  it('is issued by the key it was signed with, under the name of that key', () => {
    const authority = parseCertificate(
      made({ subject: 'authority', extensions: [extension.basicConstraints(true)] }),
    );
    const stranger = parseCertificate(made({ subject: 'stranger' }));
    const foreign = parseCertificate(
      made({ subject: 'authority', publicKey: generateKeyPairSync('ed25519').publicKey }),
    );
    expect(isIssuedBy(parseCertificate(made()), authority)).toBe(true);
    expect(isIssuedBy(parseCertificate(made()), stranger)).toBe(false);
    expect(isIssuedBy(parseCertificate(made()), foreign)).toBe(false);
  });
});

describe('a pattern for identities', () => {
  it.each([
    ['https://a/.*', 'https://a/b', true],
    ['https://a', 'https://a/b', false],
    ['a|b', 'ab', false],
    ['a|b', 'b', true],
    ['a.c', 'a\nc', false],
  ])('%s for %j: %s', (pattern, text, expected) => {
    expect(wholeTextPattern(pattern)?.test(text)).toBe(expected);
  });

  it.each(['(', 'a)|(b', '\\-'])('is none: %s', (pattern) => {
    expect(wholeTextPattern(pattern)).toBeUndefined();
  });
});

function edited2(from: string, to: string): Buffer {
  return Buffer.from(made().toString('hex').replaceAll(from, to), 'hex');
}
