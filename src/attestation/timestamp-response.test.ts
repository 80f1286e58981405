import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pair, signedAt } from '../../test/support/private-instance.ts';
import { renderTimestamp, type TimestampDraft } from '../../test/support/timestamp-bytes.ts';
import { parseTimestampResponse, stampsThese } from './timestamp-response.ts';

const over = Buffer.from('a signature');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const made = (change: Partial<TimestampDraft> = {}): Buffer =>
  renderTimestamp({
    over,
    time: signedAt,
    issuer: 'x',
    serial: 9,
    key: pair().privateKey,
    ...change,
  });

describe('a timestamp', () => {
  it('says what it stamped, when, and by whom', () => {
    const stamp = parseTimestampResponse(made());
    expect(stamp.time).toEqual(signedAt);
    expect(Buffer.from(stamp.signerSerialNumber)).toEqual(Buffer.of(9));
    expect(stampsThese(stamp, over)).toBe(true);
    expect(stampsThese(stamp, Buffer.from('another'))).toBe(false);
  });

  it.each<[string, Partial<TimestampDraft>]>([
    ['granted with changes', { status: 1 }],
    ['of SHA-384', { hash: 'sha384', imprintHash: 'sha384' }],
    ['of SHA-512', { hash: 'sha512' }],
    ['of RSA with SHA-256', { key: rsa, algorithm: '1.2.840.113549.1.1.11' }],
    ['of RSA without a hash of its own', { key: rsa, algorithm: '1.2.840.113549.1.1.1' }],
    ['with milliseconds', { fraction: '.125' }],
  ])('is read when %s', (_name, change) => {
    expect(() => parseTimestampResponse(made(change))).not.toThrow();
  });

  it.each<[string, Buffer, string]>([
    ['not granted', made({ status: 2 }), 'FORM'],
    ['without a token', Buffer.from('30053003020100', 'hex'), 'FORM'],
    ['of two signers', made({ signers: 2 }), 'FORM'],
    ['of no signer', made({ signers: 0 }), 'FORM'],
    ['of version 2', made({ infoVersion: 2 }), 'FORM'],
    ['about something else', made({ contentType: '1.2.840.113549.1.7.1' }), 'FORM'],
    [
      'whose attributes say it is something else',
      made({ attributeType: '1.2.840.113549.1.7.1' }),
      'FORM',
    ],
    ['whose attribute has two values', made({ twoValues: true }), 'FORM'],
    ['whose attributes repeat', made({ repeatAttribute: true }), 'FORM'],
    ['whose attributes are of another time', made({ attributeDigest: Buffer.alloc(32) }), 'FORM'],
    ['with two digits of a second', made({ fraction: '.12' }), 'FORM'],
    ['with six digits of a second', made({ fraction: '.123456' }), 'FORM'],
    ['over a SHA-1', made({ imprintHash: 'sha1' }), 'ALGORITHM'],
    [
      'of RSA with SHA-512',
      made({ key: rsa, hash: 'sha512', algorithm: '1.2.840.113549.1.1.13' }),
      'ALGORITHM',
    ],
    [
      'of RSA with SHA-512 by its digest alone',
      made({ key: rsa, hash: 'sha512', algorithm: '1.2.840.113549.1.1.1' }),
      'ALGORITHM',
    ],
    ['of an algorithm nobody knows', made({ algorithm: '1.2.3' }), 'ALGORITHM'],
    ['with a byte behind', Buffer.concat([made(), Buffer.of(0)]), 'DER'],
    ['cut', made().subarray(0, -1), 'DER'],
    ['of nothing', Buffer.alloc(0), 'DER'],
  ])('is refused when %s', (_name, der, code) => {
    expect(() => parseTimestampResponse(der)).toThrow(
      expect.objectContaining({ code: `TIMESTAMP_${code}` }),
    );
  });

  it('of more than 64 KiB is refused before it is read', () => {
    expect(() => parseTimestampResponse(Buffer.alloc(65 * 1024))).toThrow(/at most 65536 are read/);
  });
});
