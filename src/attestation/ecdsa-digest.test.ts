import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EcdsaCurve, verifyEcdsaDigest } from './ecdsa-digest.ts';

const verifyP256Digest = (...rest: DropFirst<Parameters<typeof verifyEcdsaDigest>>): boolean =>
  verifyEcdsaDigest('P-256', ...rest);
type DropFirst<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function pointOf(key: KeyObject): { x: Buffer; y: Buffer } {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function derInteger(value: bigint): Buffer {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  const body = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from([2, body.length]), body]);
}

function der(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function parts(signature: Buffer): { r: bigint; s: bigint } {
  const rLength = signature[3] ?? 0;
  const read = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
  return { r: read(signature.subarray(4, 4 + rLength)), s: read(signature.subarray(6 + rLength)) };
}

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const message = Buffer.from('an archive');
const point = pointOf(pair.publicKey);
const digest = sha256(message);
const good = sign('sha256', message, pair.privateKey);

describe('ECDSA P-256 over a ready digest', () => {
  it('takes what OpenSSL signs, for many keys and messages', () => {
    for (let round = 0; round < 120; round += 1) {
      const keys = round % 10 === 0 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : pair;
      const text = Buffer.from(`message ${round}`);
      const signature = sign('sha256', text, keys.privateKey);
      expect(verifyP256Digest(pointOf(keys.publicKey), sha256(text), signature)).toBe(true);
    }
  });

  it('says what OpenSSL says after any byte of the signature was changed', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(verifyP256Digest(point, digest, changed)).toBe(
          verify('sha256', message, pair.publicKey, changed),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('refuses any other digest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (other) => {
        expect(verifyP256Digest(point, other, good)).toBe(digest.equals(other));
      }),
      { numRuns: 20 },
    );
  });

  const { r, s } = parts(good);
  it.each([
    ['r = 0', der(0n, s)],
    ['s = 0', der(r, 0n)],
    ['both 0', der(0n, 0n)],
    ['r = n', der(n, s)],
    ['s = n', der(r, n)],
    ['r + n', der(r + n, s)],
    ['s + n', der(r, s + n)],
    ['a byte behind', Buffer.concat([good, Buffer.from([0])])],
    ['a byte short', good.subarray(0, -1)],
    [
      'raw r and s',
      Buffer.concat([
        Buffer.from(r.toString(16).padStart(64, '0'), 'hex'),
        Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
      ]),
    ],
    ['long-form length', Buffer.concat([Buffer.from([0x30, 0x81]), good.subarray(1)])],
    [
      'a leading zero too many',
      Buffer.concat([
        Buffer.from([0x30, (good[1] ?? 0) + 1, 2, (good[3] ?? 0) + 1, 0]),
        good.subarray(4),
      ]),
    ],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_name, signature) => {
    expect(verifyP256Digest(point, digest, signature)).toBe(false);
  });

  it('takes n - s, as every verifier does', () => {
    expect(verifyP256Digest(point, digest, der(r, n - s))).toBe(true);
  });

  it('refuses a point that is not on the curve, and a digest of another length', () => {
    expect(verifyP256Digest({ x: point.x, y: Buffer.alloc(32, 1) }, digest, good)).toBe(false);
    expect(verifyP256Digest({ x: Buffer.alloc(32, 0xff), y: point.y }, digest, good)).toBe(false);
    expect(verifyP256Digest(point, digest.subarray(1), good)).toBe(false);
    // The same number, written longer.
    const longer = Buffer.concat([Buffer.from([0]), digest]);
    expect(verifyP256Digest(point, longer, good)).toBe(false);
  });

  it('adds equal and opposite points rightly: the keys d = 1 and d = n - 1', () => {
    for (const d of [1n, n - 1n]) {
      const jwk = {
        kty: 'EC',
        crv: 'P-256',
        d: Buffer.from(d.toString(16).padStart(64, '0'), 'hex').toString('base64url'),
      };
      const gx = Buffer.from(
        '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
        'hex',
      );
      const gy = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n;
      const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
      const y = Buffer.from((d === 1n ? gy : p - gy).toString(16).padStart(64, '0'), 'hex');
      const key = createPrivateKey({
        key: { ...jwk, x: gx.toString('base64url'), y: y.toString('base64url') },
        format: 'jwk',
      });
      expect(verifyP256Digest({ x: gx, y }, digest, sign('sha256', message, key))).toBe(true);
    }
  });
});

describe.each<[EcdsaCurve, number]>([
  ['P-384', 30],
  ['P-521', 30],
])('ECDSA %s over a ready SHA-256 digest', (namedCurve, rounds) => {
  const keys = generateKeyPairSync('ec', { namedCurve });
  const of = (text: Buffer) => sign('sha256', text, keys.privateKey);

  it('takes what OpenSSL signs, and no other digest', () => {
    for (let round = 0; round < rounds; round += 1) {
      const text = Buffer.from(`message ${round}`);
      expect(verifyEcdsaDigest(namedCurve, pointOf(keys.publicKey), sha256(text), of(text))).toBe(
        true,
      );
      expect(verifyEcdsaDigest(namedCurve, pointOf(keys.publicKey), digest, of(text))).toBe(false);
    }
  });

  it('says what OpenSSL says after any byte of the signature was changed', () => {
    const signature = of(message);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(signature);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(verifyEcdsaDigest(namedCurve, pointOf(keys.publicKey), digest, changed)).toBe(
          verify('sha256', message, keys.publicKey, changed),
        );
      }),
      {
        numRuns: 60,
        examples: [
          [1, 1],
          [2, 1],
          [3, 1],
        ],
      },
    );
  });

  it('refuses a length written longer than it need be, and a key of another curve', () => {
    const signature = of(message);
    const head = signature[1] === 0x81 ? 3 : 2;
    const long = Buffer.concat([
      Buffer.from([0x30, 0x82, 0, signature.length - head]),
      signature.subarray(head),
    ]);
    expect(verifyEcdsaDigest(namedCurve, pointOf(keys.publicKey), digest, long)).toBe(false);
    expect(verifyEcdsaDigest(namedCurve, point, digest, good)).toBe(false);
  });
});
