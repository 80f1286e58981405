import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPrivateKey, renderPrivateKey } from './key-file.ts';
import { parseOnePemBlock, renderPemBlock } from './pem.ts';
import { describePublicKey, parsePublicKey } from './public-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const password = Buffer.from('correct horse');
const salt = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(24, 2);
const text = renderPrivateKey(privateKey, password, { salt, nonce }, 32768);
const json = JSON.parse(Buffer.from(parseOnePemBlock(text).body).toString());
const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const withJson = (change: object): string =>
  renderPemBlock(label, Buffer.from(JSON.stringify({ ...json, ...change })));
const plain = (key: typeof privateKey): string =>
  key.export({ format: 'pem', type: 'pkcs8' }).toString();
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

describe('encrypted key files', () => {
  it('opens what it wrote, with any password, and writes the same bytes for the same randomness', () => {
    for (const secret of ['', 'ascii', 'pässwörd €']) {
      const written = renderPrivateKey(privateKey, Buffer.from(secret), { salt, nonce }, 32768);
      expect(openPrivateKey(written, Buffer.from(secret)).equals(privateKey)).toBe(true);
    }
    expect(renderPrivateKey(privateKey, password, { salt, nonce }, 32768)).toBe(text);
    expect(text.split('\n').every((line) => line.length <= 64)).toBe(true);
  });

  it('writes N = 65536 unless told otherwise', () => {
    const body = parseOnePemBlock(
      renderPrivateKey(privateKey, password, { salt: randomBytes(32), nonce }),
    ).body;
    expect(JSON.parse(Buffer.from(body).toString()).kdf.params).toEqual({ N: 65536, r: 8, p: 1 });
  });

  it('opens PBES2 PKCS#8, which FIPS mode needs', () => {
    const pem = privateKey
      .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    expect(openPrivateKey(pem, Buffer.from('x')).equals(privateKey)).toBe(true);
    expect(() => openPrivateKey(pem, Buffer.from('y'))).toThrow(
      expect.objectContaining({ code: 'KEY_PASSWORD_WRONG', exitCode: 4 }),
    );
  });

  it('refuses any flipped bit of the box', () => {
    const box = Buffer.from(json.ciphertext, 'base64');
    fc.assert(
      fc.property(fc.nat(box.length * 8 - 1), (bit) => {
        const changed = Buffer.from(box);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() =>
          openPrivateKey(withJson({ ciphertext: changed.toString('base64') }), password),
        ).toThrow(expect.objectContaining({ code: 'KEY_PASSWORD_WRONG' }));
      }),
      { numRuns: 8 },
    );
  });

  it.each([
    [
      'N = 2^20',
      withJson({ kdf: { ...json.kdf, params: { N: 1048576, r: 8, p: 1 } } }),
      'KEY_PARAMETERS',
    ],
    [
      'r = 16',
      withJson({ kdf: { ...json.kdf, params: { N: 32768, r: 16, p: 1 } } }),
      'KEY_PARAMETERS',
    ],
    [
      'p = 2',
      withJson({ kdf: { ...json.kdf, params: { N: 32768, r: 8, p: 2 } } }),
      'KEY_PARAMETERS',
    ],
    ['another KDF', withJson({ kdf: { ...json.kdf, name: 'argon2id' } }), 'KEY_PARAMETERS'],
    ['another cipher', withJson({ cipher: { ...json.cipher, name: 'aes' } }), 'KEY_PARAMETERS'],
    ['an unknown member', withJson({ note: 1 }), 'KEY_FORMAT'],
    ['a short salt', withJson({ kdf: { ...json.kdf, salt: 'AAAA' } }), 'KEY_FORMAT'],
    ['a short nonce', withJson({ cipher: { ...json.cipher, nonce: 'AAAA' } }), 'KEY_FORMAT'],
    ['junk in base64', withJson({ ciphertext: `${json.ciphertext}!` }), 'KEY_FORMAT'],
    ['two blocks', text + text, 'KEY_FORMAT'],
    ['text before the block', `hello\n${text}`, 'KEY_FORMAT'],
    ['no block', 'hello', 'KEY_FORMAT'],
    ['no JSON', renderPemBlock(label, Buffer.from('hello')), 'KEY_FORMAT'],
    ['another label', renderPemBlock('CERTIFICATE', Buffer.from('x')), 'KEY_KIND'],
    ['a public key', describePublicKey(publicKey).pem, 'KEY_PUBLIC_GIVEN'],
    ['a plain key', plain(privateKey), 'KEY_NOT_ENCRYPTED'],
    [
      'a key of P-384',
      renderPrivateKey(p384.privateKey, password, { salt, nonce }, 32768),
      'KEY_KIND',
    ],
    ['a file too long', ' '.repeat(70_000) + text, 'KEY_FORMAT'],
  ])('refuses %s', (_name, file, code) => {
    expect(() => openPrivateKey(file, password)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses to write what readers refuse', () => {
    expect(() => renderPrivateKey(privateKey, password, { salt, nonce }, 16384)).toThrow(
      expect.objectContaining({ code: 'KEY_PARAMETERS' }),
    );
  });
});

describe('public key files', () => {
  it('reads SPKI and PKCS#1, and names the key by its SPKI digest', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const pkcs1 = parsePublicKey(rsa.export({ format: 'pem', type: 'pkcs1' }).toString());
    expect(pkcs1).toEqual(parsePublicKey(rsa.export({ format: 'pem', type: 'spki' }).toString()));
    expect(pkcs1).toMatchObject({ kind: 'rsa', bits: 2048, accepted: true });
    expect(Buffer.from(pkcs1.hint, 'base64').toString('hex')).toBe(pkcs1.fingerprint);
  });

  it('says of other keys that nobody accepts them', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    expect(
      [p384.publicKey, weak, generateKeyPairSync('ed25519').publicKey].map(
        (key) => describePublicKey(key).accepted,
      ),
    ).toEqual([false, false, false]);
  });

  it.each([
    ['a private key', text, 'KEY_PRIVATE_GIVEN'],
    ['a certificate', renderPemBlock('CERTIFICATE', Buffer.from('x')), 'KEY_KIND'],
    ['a damaged key', renderPemBlock('PUBLIC KEY', Buffer.from('x')), 'KEY_FORMAT'],
  ])('refuses %s', (_name, file, code) => {
    expect(() => parsePublicKey(file)).toThrow(expect.objectContaining({ code }));
  });
});
