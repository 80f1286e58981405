import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2Sync } from 'node:crypto';
import { KeyAccessError, KeyFileError } from './attestation-error.ts';
import { contentOf, DerFault, type DerNode, oidOf, parseDer } from './der.ts';
import {
  derTags,
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from './der-writer.ts';
import { renderPemBlock } from './pem.ts';

/** PEM label of an encrypted PKCS#8 key. @see RFC 7468 §11 */
export const pkcs8Label = 'ENCRYPTED PRIVATE KEY';

/** What is written: as of 2023, for PBKDF2 with HMAC-SHA-256. @see OWASP Password Storage Cheat Sheet */
const writtenRounds = 600_000;
/** The file says how long opening it takes; more than this is no protection but a trap. */
const maxRounds = 10_000_000;

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const hmacSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';
const functions = ['1.2.840.113549.2.7', hmacSha256, '1.2.840.113549.2.10', '1.2.840.113549.2.11'];
const ciphers = ['2.16.840.1.101.3.4.1.2', '2.16.840.1.101.3.4.1.22', aes256Cbc];

/**
 * Opens an encrypted PKCS#8 key: PBES2 with PBKDF2 and AES-CBC, which is what FIPS mode allows.
 * @throws KeyFileError KEY_FORMAT, KEY_PARAMETERS for other encryption, before any work is done
 * @throws KeyAccessError KEY_PASSWORD_WRONG
 * @see RFC 8018 §6.2, appendix A
 */
export function openPkcs8Key(body: Uint8Array, password: Uint8Array): KeyObject {
  requireApproved(body);
  try {
    return createPrivateKey({
      key: Buffer.from(body),
      format: 'der',
      type: 'pkcs8',
      passphrase: Buffer.from(password),
    });
  } catch (cause) {
    throw new KeyAccessError(
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
}

/** What randomises a PKCS#8 file; passed in so that a test can fix it. */
export interface Pkcs8Randomness {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** 16 bytes. */
  readonly iv: Uint8Array;
}

/**
 * Writes a private key as encrypted PKCS#8: PBKDF2 with HMAC-SHA-256 in 600 000 rounds, AES-256-CBC. All of it
 * is approved in FIPS mode. Node's own export makes 2048 rounds.
 * @throws KeyFileError KEY_PARAMETERS when salt or iv have another size
 */
export function renderPkcs8Key(
  key: KeyObject,
  password: Uint8Array,
  { salt, iv }: Pkcs8Randomness,
): string {
  if (salt.byteLength !== 16 || iv.byteLength !== 16) {
    throw new KeyFileError(
      'KEY_PARAMETERS',
      `a salt of ${salt.byteLength} and an initial vector of ${iv.byteLength} bytes; both must have 16`,
    );
  }
  const plain = key.export({ format: 'der', type: 'pkcs8' });
  const derived = pbkdf2Sync(password, salt, writtenRounds, 32, 'sha256');
  try {
    const cipher = createCipheriv('aes-256-cbc', derived, iv);
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    const rounds = Buffer.alloc(4);
    rounds.writeUInt32BE(writtenRounds);
    const derivation = renderDerSequence(
      renderDerOid(pbkdf2),
      renderDerSequence(
        renderDer(derTags.octetString, salt),
        renderDerInteger(rounds),
        renderDerSequence(renderDerOid(hmacSha256), renderDer(derTags.null)),
      ),
    );
    const encryption = renderDerSequence(
      renderDerOid(aes256Cbc),
      renderDer(derTags.octetString, iv),
    );
    const scheme = renderDerSequence(
      renderDerOid(pbes2),
      renderDerSequence(derivation, encryption),
    );
    const body = renderDerSequence(scheme, renderDer(derTags.octetString, encrypted));
    return renderPemBlock(pkcs8Label, body);
  } finally {
    plain.fill(0);
    derived.fill(0);
  }
}

/** What the file says of its encryption, before any of it is done. */
function requireApproved(body: Uint8Array): void {
  try {
    const [scheme, encrypted] = parseDer(body).children;
    contentOf(encrypted, derTags.octetString, 'encrypted content');
    const [name, parameters] = scheme?.children ?? [];
    if (oidOf(name) !== pbes2) throw refused('PKCS#12 or PBES1 encryption, with outdated ciphers');
    const [derivation, encryption] = parameters?.children ?? [];
    const [derivationName, settings] = derivation?.children ?? [];
    if (oidOf(derivationName) !== pbkdf2) throw refused('a derivation other than PBKDF2');
    if (!ciphers.includes(oidOf(encryption?.children[0])))
      throw refused('a cipher other than AES-CBC');
    requireDerivation(settings?.children ?? []);
  } catch (cause) {
    if (!(cause instanceof DerFault)) throw cause;
    const message = `the '${pkcs8Label}' block holds no encrypted PKCS#8 key: ${cause.message}`;
    throw new KeyFileError('KEY_FORMAT', message, { cause });
  }
}

function requireDerivation([salt, rounds, ...rest]: readonly DerNode[]): void {
  contentOf(salt, derTags.octetString, 'a salt');
  // Left out it means HMAC-SHA-1.
  const hmac = rest.find(({ tag }) => tag === derTags.sequence);
  if (hmac !== undefined && !functions.includes(oidOf(hmac.children[0])))
    throw refused('PBKDF2 with something else than HMAC-SHA-1, -256, -384 or -512');
  const count = Buffer.from(contentOf(rounds, derTags.integer, 'a count of rounds'));
  const times = (count[0] ?? 0) >= 0x80 ? -1 : Number.parseInt(count.toString('hex'), 16);
  if (!(times >= 1 && times <= maxRounds))
    throw refused(`${times} rounds of PBKDF2, where 1 to ${maxRounds} are taken`);
}

function refused(what: string): KeyFileError {
  return new KeyFileError(
    'KEY_PARAMETERS',
    `the key file uses ${what}; taken is PBES2 with PBKDF2 and AES-CBC`,
    {
      suggestions: [
        'openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in <key> -out signing.key',
      ],
    },
  );
}
