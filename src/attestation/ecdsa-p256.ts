/**
 * Verifies ECDSA P-256 over a ready SHA-256 digest, which node:crypto cannot: it insists on hashing
 * the message itself, and archives of tens of gigabytes are hashed once, elsewhere. Only public
 * values come in here, so running time may depend on them.
 * @param point x and y of the public key, 32 bytes each
 * @param signature ASN.1 DER; anything but the one shortest encoding is false
 * @see FIPS 186-5 §6.4.2, SEC 1 §4.1.4
 */
export function verifyP256Digest(
  point: { readonly x: Uint8Array; readonly y: Uint8Array },
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const rs = parseDerSignature(signature);
  const x = toInteger(point.x);
  const y = toInteger(point.y);
  if (rs === undefined || digest.byteLength !== 32 || !onCurve(x, y)) return false;
  const { r, s } = rs;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const w = invert(s, n);
  const sum = multiplyBoth(mod(toInteger(digest) * w, n), generator, mod(r * w, n), {
    X: x,
    Y: y,
    Z: 1n,
  });
  if (sum.Z === 0n) return false;
  const zInverse = invert(sum.Z, p);
  return mod(sum.X * zInverse * zInverse, p) % n === r;
}

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
}

const infinity: Point = { X: 1n, Y: 1n, Z: 0n };
const generator: Point = {
  X: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  Z: 1n,
};

/** SEQUENCE of two INTEGERs, every length short-form, every integer minimal and not negative. */
function parseDerSignature(
  der: Uint8Array,
): { readonly r: bigint; readonly s: bigint } | undefined {
  if (der.byteLength < 8 || der.byteLength > 72 || der[0] !== 0x30 || der[1] !== der.byteLength - 2)
    return undefined;
  const r = parseDerInteger(der, 2);
  if (r === undefined) return undefined;
  const s = parseDerInteger(der, r.end);
  return s === undefined || s.end !== der.byteLength ? undefined : { r: r.value, s: s.value };
}

function parseDerInteger(
  der: Uint8Array,
  at: number,
): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined || length < 1 || length > 33) return undefined;
  const end = at + 2 + length;
  const first = der[at + 2];
  if (end > der.byteLength || first === undefined || first >= 0x80) return undefined;
  if (first === 0 && length > 1 && (der[at + 3] ?? 0) < 0x80) return undefined;
  return { value: toInteger(der.subarray(at + 2, end)), end };
}

function onCurve(x: bigint, y: bigint): boolean {
  return x < p && y < p && mod(y * y - (x * x * x - 3n * x + b), p) === 0n;
}

/** u·U + v·V, both scalars walked at once from the top bit. */
function multiplyBoth(u: bigint, U: Point, v: bigint, V: Point): Point {
  const both = add(U, V);
  let result = infinity;
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    result = double(result);
    const takeU = ((u >> bit) & 1n) === 1n;
    const takeV = ((v >> bit) & 1n) === 1n;
    if (takeU && takeV) result = add(result, both);
    else if (takeU) result = add(result, U);
    else if (takeV) result = add(result, V);
  }
  return result;
}

function double({ X, Y, Z }: Point): Point {
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

function add(left: Point, right: Point): Point {
  if (left.Z === 0n) return right;
  if (right.Z === 0n) return left;
  const zz1 = mod(left.Z * left.Z, p);
  const zz2 = mod(right.Z * right.Z, p);
  const u1 = mod(left.X * zz2, p);
  const s1 = mod(left.Y * zz2 * right.Z, p);
  const h = mod(right.X * zz1 - u1, p);
  const r = mod(right.Y * zz1 * left.Z - s1, p);
  if (h === 0n) return r === 0n ? double(left) : infinity;
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
