import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  derTags,
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from './der-writer.ts';
import { openPrivateKey } from './key-file.ts';
import { parseOnePemBlock, renderPemBlock } from './pem.ts';
import { openPkcs8Key, pkcs8Label, renderPkcs8Key } from './pkcs8-file.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const randomness = { salt: Buffer.alloc(16, 1), iv: Buffer.alloc(16, 2) };
const password = Buffer.from('pässword');
let text = '';
beforeAll(() => {
  text = renderPkcs8Key(privateKey, password, randomness);
});

/** A file in the form of PBES2 with stated settings; nothing in it opens. */
function aFile(
  change: {
    scheme?: string;
    derivation?: string;
    rounds?: number;
    hmac?: string | undefined;
    cipher?: string;
  } = {},
): string {
  const wish = {
    scheme: '1.2.840.113549.1.5.13',
    derivation: '1.2.840.113549.1.5.12',
    rounds: 1000,
    hmac: '1.2.840.113549.2.9' as string | undefined,
    cipher: '2.16.840.1.101.3.4.1.42',
    ...change,
  };
  const count = Buffer.alloc(4);
  count.writeUInt32BE(wish.rounds);
  const oid = (name: string) => renderDerOid(name);
  const octets = (size: number) => renderDer(derTags.octetString, Buffer.alloc(size, 7));
  const hmac =
    wish.hmac === undefined ? [] : [renderDerSequence(oid(wish.hmac), renderDer(derTags.null))];
  const derivation = renderDerSequence(
    oid(wish.derivation),
    renderDerSequence(octets(16), renderDerInteger(count), ...hmac),
  );
  const cipher = renderDerSequence(oid(wish.cipher), octets(16));
  const scheme = renderDerSequence(oid(wish.scheme), renderDerSequence(derivation, cipher));
  return renderPemBlock(pkcs8Label, renderDerSequence(scheme, octets(160)));
}

describe('encrypted PKCS#8', () => {
  it('opens again here and in OpenSSL, and is the same for the same randomness', () => {
    expect(openPrivateKey(text, password).equals(privateKey)).toBe(true);
    const native = createPrivateKey({ key: text, format: 'pem', passphrase: password });
    expect(native.equals(privateKey)).toBe(true);
    expect(renderPkcs8Key(privateKey, password, randomness)).toBe(text);
  });

  it('says 600 000 rounds in the file', () => {
    const { body } = parseOnePemBlock(text);
    expect(Buffer.from(body).toString('hex')).toContain('02030927c0');
  });

  it('opens with the empty password what was written with it', () => {
    const empty = renderPkcs8Key(privateKey, Buffer.of(), randomness);
    expect(openPrivateKey(empty, Buffer.of()).equals(privateKey)).toBe(true);
  });

  it('does not open with another password: KEY_PASSWORD_WRONG', () => {
    expect(() => openPrivateKey(text, Buffer.from('other'))).toThrow(
      expect.objectContaining({ code: 'KEY_PASSWORD_WRONG', exitCode: 4 }),
    );
  });

  it.each([
    ['PBES1', aFile({ scheme: '1.2.840.113549.1.5.3' }), 'KEY_PARAMETERS'],
    ['scrypt', aFile({ derivation: '1.3.6.1.4.1.11591.4.11' }), 'KEY_PARAMETERS'],
    ['no round at all', aFile({ rounds: 0 }), 'KEY_PARAMETERS'],
    ['rounds without end', aFile({ rounds: 2_000_000_000 }), 'KEY_PARAMETERS'],
    ['HMAC-SHA-512/256', aFile({ hmac: '1.2.840.113549.2.13' }), 'KEY_PARAMETERS'],
    ['3DES', aFile({ cipher: '1.2.840.113549.3.7' }), 'KEY_PARAMETERS'],
    [
      'HMAC-SHA-1 by leaving it out, as far as that',
      aFile({ hmac: undefined }),
      'KEY_PASSWORD_WRONG',
    ],
    ['settings of the known kind, as far as that', aFile(), 'KEY_PASSWORD_WRONG'],
    ['no DER', renderPemBlock(pkcs8Label, Buffer.from('hello')), 'KEY_FORMAT'],
    [
      'a plain PKCS#8 under that name',
      renderPemBlock(pkcs8Label, privateKey.export({ format: 'der', type: 'pkcs8' })),
      'KEY_FORMAT',
    ],
  ])('refuses %s', (_what, file, code) => {
    expect(() => openPrivateKey(file, password)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses to write with a salt or vector of another size', () => {
    expect(() =>
      renderPkcs8Key(privateKey, password, { ...randomness, salt: Buffer.alloc(8) }),
    ).toThrow(expect.objectContaining({ code: 'KEY_PARAMETERS' }));
  });

  it('opens nothing by itself that is no block', () => {
    expect(() => openPkcs8Key(Buffer.of(), password)).toThrow(
      expect.objectContaining({ code: 'KEY_FORMAT' }),
    );
  });
});
