import { createPrivateKey, getFips, type KeyObject, scryptSync } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { parseJsonStrict } from '../support/json-document.ts';
import { KeyAccessError, KeyFileError } from './attestation-error.ts';
import { parseOnePemBlock, renderPemBlock } from './pem.ts';
import { openPkcs8Key, pkcs8Label } from './pkcs8-file.ts';
import { describePublicKey } from './public-key.ts';

const writtenLabel = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const readLabels: readonly string[] = [writtenLabel, 'ENCRYPTED COSIGN PRIVATE KEY'];
/** A factor taken from the file without a list would let the file decide how much memory we spend. */
const allowedN: readonly number[] = [32768, 65536, 131072];
const maxFileBytes = 64 * 1024;

/**
 * Opens an encrypted private key: cosign's format (both labels), or PKCS#8 `ENCRYPTED PRIVATE KEY`.
 * Derived key and plaintext are overwritten before this returns.
 * @throws KeyFileError KEY_FORMAT, KEY_PARAMETERS, KEY_KIND, KEY_PUBLIC_GIVEN, KEY_NOT_ENCRYPTED
 * @throws KeyAccessError KEY_PASSWORD_WRONG, KEY_FIPS
 * @see cosign pkg/cosign/keys.go, sigstore encrypted key JSON
 */
export function openPrivateKey(text: string, password: Uint8Array): KeyObject {
  if (text.length > maxFileBytes) {
    throw new KeyFileError(
      'KEY_FORMAT',
      `the key file has ${text.length} characters, at most ${maxFileBytes} are read`,
    );
  }
  const { label, body } = parseOnePemBlock(text);
  if (readLabels.includes(label)) return requireSigningKind(openBox(body, password));
  if (label === pkcs8Label) return requireSigningKind(openPkcs8Key(body, password));
  if (label.endsWith('PUBLIC KEY')) {
    throw new KeyFileError(
      'KEY_PUBLIC_GIVEN',
      `expected a private key, found a public one ('${label}')`,
      {
        suggestions: ['Give the private key file, usually cosign.key'],
      },
    );
  }
  if (label.endsWith('PRIVATE KEY')) {
    throw new KeyFileError(
      'KEY_NOT_ENCRYPTED',
      `'${label}' is not encrypted: whoever copies the file can sign, and neither cosign nor Zarf would take it`,
      {
        suggestions: [
          'cosign import-key-pair --key <file>',
          'openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in <file> -out signing.key',
        ],
      },
    );
  }
  throw new KeyFileError('KEY_KIND', `expected '${writtenLabel}', found '${label}'`, {
    suggestions: ['cowa-release keys generate --out cosign'],
  });
}

/** What randomises a key file; passed in so that a test can fix it. */
export interface KeyFileRandomness {
  /** 32 bytes. */
  readonly salt: Uint8Array;
  /** 24 bytes. */
  readonly nonce: Uint8Array;
}

/**
 * Writes a private key as cosign 2 and later do (PKCS#8 in a secretbox under scrypt).
 * @throws KeyAccessError KEY_FIPS
 * @throws KeyFileError KEY_PARAMETERS when salt or nonce have another size
 */
export function renderPrivateKey(
  key: KeyObject,
  password: Uint8Array,
  randomness: KeyFileRandomness,
  n = 65536,
): string {
  refuseInFips();
  if (
    !allowedN.includes(n) ||
    randomness.salt.byteLength !== 32 ||
    randomness.nonce.byteLength !== 24
  ) {
    throw new KeyFileError(
      'KEY_PARAMETERS',
      `N=${n}, a salt of ${randomness.salt.byteLength} or a nonce of ${randomness.nonce.byteLength} bytes is nothing readers take`,
    );
  }
  const plain = key.export({ format: 'der', type: 'pkcs8' });
  const derived = derive(password, randomness.salt, n);
  try {
    const boxed = xsalsa20poly1305(derived, randomness.nonce).encrypt(plain);
    const json = {
      kdf: { name: 'scrypt', params: { N: n, r: 8, p: 1 }, salt: base64(randomness.salt) },
      cipher: { name: 'nacl/secretbox', nonce: base64(randomness.nonce) },
      ciphertext: base64(boxed),
    };
    return renderPemBlock(writtenLabel, Buffer.from(JSON.stringify(json)));
  } finally {
    plain.fill(0);
    derived.fill(0);
  }
}

function openBox(body: Uint8Array, password: Uint8Array): KeyObject {
  refuseInFips();
  const box = parseBox(body);
  const derived = derive(password, box.salt, box.n);
  let plain: Uint8Array;
  try {
    plain = xsalsa20poly1305(derived, box.nonce).decrypt(box.ciphertext);
  } catch (cause) {
    throw wrongPassword(cause);
  } finally {
    derived.fill(0);
  }
  try {
    return createPrivateKey({
      key: Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength),
      format: 'der',
      type: 'pkcs8',
    });
  } catch {
    // The cause is left out on purpose: it could quote what was decrypted.
    throw new KeyFileError(
      'KEY_KIND',
      'the file decrypts, but holds no PKCS#8 key; cosign refuses it too',
      {
        suggestions: [
          'openssl pkcs8 -topk8 -nocrypt -in <plain key> -out key.pem && cosign import-key-pair --key key.pem',
        ],
      },
    );
  } finally {
    plain.fill(0);
  }
}

interface Box {
  readonly n: number;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function parseBox(body: Uint8Array): Box {
  const { value, problem } = parseJsonStrict(body, { maxBytes: maxFileBytes, maxDepth: 4 });
  if (problem !== undefined)
    throw new KeyFileError(
      'KEY_FORMAT',
      `the key file is not the JSON that cosign writes: ${problem.message}`,
    );
  const outer = members(value, ['kdf', 'cipher', 'ciphertext'], 'key file');
  const kdf = members(outer['kdf'], ['name', 'params', 'salt'], 'kdf');
  const cipher = members(outer['cipher'], ['name', 'nonce'], 'cipher');
  if (kdf['name'] !== 'scrypt' || cipher['name'] !== 'nacl/secretbox') {
    throw new KeyFileError(
      'KEY_PARAMETERS',
      `expected scrypt with nacl/secretbox, found ${show(kdf['name'])} with ${show(cipher['name'])}`,
    );
  }
  const params = members(kdf['params'], ['N', 'r', 'p'], 'kdf.params');
  const n = params['N'];
  if (typeof n !== 'number' || !allowedN.includes(n) || params['r'] !== 8 || params['p'] !== 1) {
    throw new KeyFileError(
      'KEY_PARAMETERS',
      `scrypt with N=${show(n)}, r=${show(params['r'])}, p=${show(params['p'])} is refused; taken are N ${allowedN.join(', ')} with r=8, p=1`,
    );
  }
  return {
    n,
    salt: bytesOf(kdf['salt'], 'kdf.salt', 16, 64),
    nonce: bytesOf(cipher['nonce'], 'cipher.nonce', 24, 24),
    ciphertext: bytesOf(outer['ciphertext'], 'ciphertext', 17, maxFileBytes),
  };
}

function members(
  value: unknown,
  names: readonly string[],
  where: string,
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyFileError('KEY_FORMAT', `${where} must be an object`);
  }
  const found = Object.keys(value);
  const stranger =
    found.find((name) => !names.includes(name)) ?? names.find((name) => !found.includes(name));
  if (stranger !== undefined)
    throw new KeyFileError(
      'KEY_FORMAT',
      `${where}: '${stranger.slice(0, 60)}' is unknown or missing`,
    );
  return { ...value };
}

function bytesOf(value: unknown, where: string, min: number, max: number): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
  if (bytes.toString('base64') !== value || bytes.byteLength < min || bytes.byteLength > max) {
    throw new KeyFileError(
      'KEY_FORMAT',
      `${where} must be standard base64 of ${min === max ? min : `${min} to ${max}`} bytes`,
    );
  }
  return bytes;
}

function requireSigningKind(key: KeyObject): KeyObject {
  const { accepted, kind, bits } = describePublicKey(key);
  if (!accepted) {
    throw new KeyFileError(
      'KEY_KIND',
      `a key of kind ${kind}${bits === undefined ? '' : ` with ${bits} bits`} signs nothing that cosign, Zarf and UDS verify`,
      {
        suggestions: ['cowa-release keys generate --out cosign --type ecdsa-p256'],
      },
    );
  }
  return key;
}

function derive(password: Uint8Array, salt: Uint8Array, n: number): Buffer {
  // Node stops scrypt at 32 MiB unless told; the default parameters need 64 MiB.
  return scryptSync(password, salt, 32, { N: n, r: 8, p: 1, maxmem: 256 * n * 8 });
}

function refuseInFips(): void {
  if (getFips() !== 1) return;
  throw new KeyAccessError(
    'KEY_FIPS',
    'cosign key files use scrypt and XSalsa20, which are not approved in FIPS mode',
    {
      suggestions: [
        'cowa-release keys generate --format pkcs8 --out signing',
        'openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in <key> -out signing.key',
      ],
    },
  );
}

function wrongPassword(cause: unknown): KeyAccessError {
  return new KeyAccessError(
    'KEY_PASSWORD_WRONG',
    'the private key does not open: the password is wrong or the file is damaged',
    {
      cause,
      suggestions: [
        'Check COWA_KEY_PASSWORD, or the file given with --password-file (one newline at its end is ignored)',
      ],
    },
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
