/**
 * Verifies ECDSA over a ready SHA-256 digest, which node:crypto cannot: it insists on hashing
 * the message itself, and archives of tens of gigabytes are hashed once, elsewhere. Only public
 * values come in here, so running time may depend on them.
 * @param point x and y of the public key
 * @param signature ASN.1 DER; anything but the one shortest encoding is false
 * @see FIPS 186-5 §6.4.2, SEC 1 §4.1.4
 */
export function verifyEcdsaDigest(
  name: EcdsaCurve,
  point: { readonly x: Uint8Array; readonly y: Uint8Array },
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const curve = curves[name];
  const { n, p } = curve;
  const rs = parseDerSignature(signature, curve.bytes);
  const x = toInteger(point.x);
  const y = toInteger(point.y);
  if (rs === undefined || digest.byteLength !== 32 || !onCurve(curve, x, y)) return false;
  const { r, s } = rs;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const w = invert(s, n);
  // No curve here is shorter than the digest, so that all of it counts.
  const sum = multiplyBoth(
    curve,
    mod(toInteger(digest) * w, n),
    { X: curve.gx, Y: curve.gy, Z: 1n },
    mod(r * w, n),
    { X: x, Y: y, Z: 1n },
  );
  if (sum.Z === 0n) return false;
  const zInverse = invert(sum.Z, p);
  return mod(sum.X * zInverse * zInverse, p) % n === r;
}

export type EcdsaCurve = 'P-256' | 'P-384' | 'P-521';

/** y² = x³ - 3x + b modulo p; the generator has order n. */
interface Curve {
  readonly bytes: number;
  readonly bits: bigint;
  readonly p: bigint;
  readonly n: bigint;
  readonly b: bigint;
  readonly gx: bigint;
  readonly gy: bigint;
}

/** @see NIST SP 800-186 §3.2.1 */
const curves: Readonly<Record<EcdsaCurve, Curve>> = {
  'P-256': {
    bytes: 32,
    bits: 256n,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  'P-384': {
    bytes: 48,
    bits: 384n,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  'P-521': {
    bytes: 66,
    bits: 521n,
    p: (1n << 521n) - 1n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    gx: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    gy: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

/** Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
}

const infinity: Point = { X: 1n, Y: 1n, Z: 0n };

/** SEQUENCE of two INTEGERs, every length as short as can be, every integer minimal and not negative. */
function parseDerSignature(
  der: Uint8Array,
  bytes: number,
): { readonly r: bigint; readonly s: bigint } | undefined {
  const length = der.byteLength;
  // Above 127 bytes of content the length takes a second byte; no signature needs a third.
  const head = length > 129 ? 3 : 2;
  if (length < 8 || length > 2 * bytes + 9 || der[0] !== 0x30) return undefined;
  if (head === 3 && (der[1] !== 0x81 || length < 131)) return undefined;
  if (der[head - 1] !== length - head) return undefined;
  const r = parseDerInteger(der, head, bytes);
  if (r === undefined) return undefined;
  const s = parseDerInteger(der, r.end, bytes);
  return s === undefined || s.end !== der.byteLength ? undefined : { r: r.value, s: s.value };
}

function parseDerInteger(
  der: Uint8Array,
  at: number,
  bytes: number,
): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined || length < 1 || length > bytes + 1)
    return undefined;
  const end = at + 2 + length;
  const first = der[at + 2];
  if (end > der.byteLength || first === undefined || first >= 0x80) return undefined;
  if (first === 0 && length > 1 && (der[at + 3] ?? 0) < 0x80) return undefined;
  return { value: toInteger(der.subarray(at + 2, end)), end };
}

function onCurve({ p, b }: Curve, x: bigint, y: bigint): boolean {
  return x < p && y < p && mod(y * y - (x * x * x - 3n * x + b), p) === 0n;
}

/** u·U + v·V, both scalars walked at once from the top bit. */
function multiplyBoth({ p, bits }: Curve, u: bigint, U: Point, v: bigint, V: Point): Point {
  const both = add(p, U, V);
  let result = infinity;
  for (let bit = bits - 1n; bit >= 0n; bit -= 1n) {
    result = double(p, result);
    const takeU = ((u >> bit) & 1n) === 1n;
    const takeV = ((v >> bit) & 1n) === 1n;
    if (takeU && takeV) result = add(p, result, both);
    else if (takeU) result = add(p, result, U);
    else if (takeV) result = add(p, result, V);
  }
  return result;
}

function double(p: bigint, { X, Y, Z }: Point): Point {
  if (Z === 0n || Y === 0n) return infinity;
  const delta = mod(Z * Z, p);
  const gamma = mod(Y * Y, p);
  const beta = mod(X * gamma, p);
  const alpha = mod(3n * (X - delta) * (X + delta), p);
  const X3 = mod(alpha * alpha - 8n * beta, p);
  return {
    X: X3,
    Y: mod(alpha * (4n * beta - X3) - 8n * gamma * gamma, p),
    Z: mod(2n * Y * Z, p),
  };
}

function add(p: bigint, left: Point, right: Point): Point {
  if (left.Z === 0n) return right;
  if (right.Z === 0n) return left;
  const zz1 = mod(left.Z * left.Z, p);
  const zz2 = mod(right.Z * right.Z, p);
  const u1 = mod(left.X * zz2, p);
  const s1 = mod(left.Y * zz2 * right.Z, p);
  const h = mod(right.X * zz1 - u1, p);
  const r = mod(right.Y * zz1 * left.Z - s1, p);
  if (h === 0n) return r === 0n ? double(p, left) : infinity;
  const hh = mod(h * h, p);
  const hhh = mod(h * hh, p);
  const v = mod(u1 * hh, p);
  const X3 = mod(r * r - hhh - 2n * v, p);
  return { X: X3, Y: mod(r * (v - X3) - s1 * hhh, p), Z: mod(h * left.Z * right.Z, p) };
}

/** By the extended Euclidean algorithm; `value` is not 0 modulo the prime. */
function invert(value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus];
  let [factor, previous] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [factor, previous] = [previous - quotient * factor, factor];
  }
  return mod(factor, modulus);
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.byteLength === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
