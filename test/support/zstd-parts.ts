import { fseCoder } from './zstd-states.ts';

/** A sequence by its codes: all literal lengths, offsets and match lengths of a block share one code each. */
export interface SequenceCodes {
  readonly literals: number;
  readonly offset: number;
  readonly match: number;
}

/** Extra bits of one sequence, for the codes of its block. */
export interface Sequence {
  readonly literals: number;
  readonly offset: number;
  readonly match: number;
}

/** @see RFC 8878, 3.1.1.3.2.1.1: baselines and bits of the codes that take extra bits */
const literalCodes = [
  ...Array.from({ length: 16 }, (_, code) => [code, 0] as const),
  ...([
    [16, 1],
    [18, 1],
    [20, 1],
    [22, 1],
    [24, 2],
    [28, 2],
    [32, 3],
    [40, 3],
    [48, 4],
  ] as const),
  ...([
    [64, 6],
    [128, 7],
    [256, 8],
    [512, 9],
    [1024, 10],
    [2048, 11],
    [4096, 12],
  ] as const),
] as const;
const matchCodes = [
  ...Array.from({ length: 32 }, (_, code) => [code + 3, 0] as const),
  ...([
    [35, 1],
    [37, 1],
    [39, 1],
    [41, 1],
    [43, 2],
    [47, 2],
    [51, 3],
    [59, 3],
    [67, 4],
  ] as const),
  ...([
    [83, 4],
    [99, 5],
    [131, 7],
    [259, 8],
    [515, 9],
    [1027, 10],
    [2051, 11],
  ] as const),
] as const;

/** Highest code that keeps a block small. */
export const mostLiteralCode = 28;
export const mostMatchCode = 46;

function coded(
  table: readonly (readonly [number, number])[],
  code: number,
): { readonly base: number; readonly bits: number } {
  const [base = 0, bits = 0] = table[code] ?? [];
  return { base, bits };
}

/** Lengths and offset value that codes and extra bits stand for. */
export function sequenceValues(
  codes: SequenceCodes,
  extra: Sequence,
): { readonly literals: number; readonly offsetValue: number; readonly match: number } {
  return {
    literals: coded(literalCodes, codes.literals).base + extra.literals,
    offsetValue: 2 ** codes.offset + extra.offset,
    match: coded(matchCodes, codes.match).base + extra.match,
  };
}

/** Extra bits that these codes take. */
export function extraBits(codes: SequenceCodes): Sequence {
  return {
    literals: coded(literalCodes, codes.literals).bits,
    offset: codes.offset,
    match: coded(matchCodes, codes.match).bits,
  };
}

/** Bits that are read from the end to the start. @see RFC 8878, 4.1 */
class BackwardBits {
  readonly #bits: number[] = [];

  add(value: number, width: number): void {
    for (let bit = 0; bit < width; bit++) this.#bits.push(Math.floor(value / 2 ** bit) & 1);
  }

  bytes(): Buffer {
    const bits = [...this.#bits, 1];
    const out = Buffer.alloc(Math.ceil(bits.length / 8));
    for (const [at, bit] of bits.entries()) out[at >> 3] = (out[at >> 3] ?? 0) | (bit << (at & 7));
    return out;
  }
}

/** A block header and what follows. Type: 0 raw, 1 RLE, 2 compressed, 3 reserved. */
export function block(type: number, size: number, body: Uint8Array, last: boolean): Buffer {
  const field = size * 8 + type * 2 + (last ? 1 : 0);
  return Buffer.concat([Buffer.from([field & 255, (field >> 8) & 255, field >> 16]), body]);
}

/** A literals section of raw bytes (0) or one byte again and again (1), with a header of one to three bytes. */
export function literalsSection(type: 0 | 1, content: Uint8Array, headerBytes: 1 | 2 | 3): Buffer {
  const size = content.length;
  const head =
    headerBytes === 1
      ? [type | (size << 3)]
      : headerBytes === 2
        ? [(type | (1 << 2) | (size << 4)) & 255, size >> 4]
        : [(type | (3 << 2) | (size << 4)) & 255, (size >> 4) & 255, size >> 12];
  return Buffer.concat([Buffer.from(head), type === 1 ? content.subarray(0, 1) : content]);
}

/** A sequences section with its three tables predefined, or of one code each. */
export function sequencesSection(
  mode: 'predefined' | 'rle',
  codes: SequenceCodes,
  sequences: readonly Sequence[],
): Buffer {
  const count = sequences.length;
  const head =
    count < 128
      ? [count]
      : count < 0x7f00
        ? [128 + (count >> 8), count & 255]
        : [255, (count - 0x7f00) & 255, (count - 0x7f00) >> 8];
  if (count === 0) return Buffer.from(head);
  const widths = extraBits(codes);
  const bits = new BackwardBits();
  if (mode === 'rle') {
    for (const extra of sequences.toReversed()) addExtra(bits, extra, widths);
    const tables = [0b0101_0100, codes.literals, codes.offset, codes.match];
    return Buffer.concat([Buffer.from([...head, ...tables]), bits.bytes()]);
  }
  const literals = fseCoder('literals', codes.literals, count);
  const offsets = fseCoder('offsets', codes.offset, count);
  const matches = fseCoder('matches', codes.match, count);
  for (let index = count - 1; index >= 0; index--) {
    // A decoder moves its states on behind every sequence but the last: literals, matches, offsets.
    if (index < count - 1) {
      for (const coder of [offsets, matches, literals]) {
        const { value = 0, width = 0 } = coder.steps[index] ?? {};
        bits.add(value, width);
      }
    }
    addExtra(bits, sequences[index] ?? { literals: 0, offset: 0, match: 0 }, widths);
  }
  for (const coder of [matches, offsets, literals]) bits.add(coder.first, coder.accuracy);
  return Buffer.concat([Buffer.from([...head, 0]), bits.bytes()]);
}

function addExtra(bits: BackwardBits, extra: Sequence, widths: Sequence): void {
  bits.add(extra.literals, widths.literals);
  bits.add(extra.match, widths.match);
  bits.add(extra.offset, widths.offset);
}

/** How a frame introduces itself. */
export interface FrameForm {
  /** Window descriptor; absent in a single segment. */
  readonly window?: number;
  /** Bytes of the content size field; zero leaves it out, one needs a single segment. */
  readonly sizeBytes: 0 | 1 | 2 | 4 | 8;
  readonly checksum: boolean;
  /** Bytes of the dictionary id, which is zero. */
  readonly idBytes?: 0 | 1 | 2 | 4;
  /** Said instead of the truth. */
  readonly contentSize?: number;
}

/** A frame of these blocks, whose content is told. */
export function zstdFrame(form: FrameForm, blocks: readonly Buffer[], content: Uint8Array): Buffer {
  const { window, sizeBytes, checksum, idBytes = 0 } = form;
  const sizeFlag = sizeBytes === 8 ? 3 : sizeBytes === 4 ? 2 : sizeBytes === 2 ? 1 : 0;
  const idFlag = idBytes === 4 ? 3 : idBytes;
  const single = window === undefined ? 0x20 : 0;
  const size = Buffer.alloc(8);
  const said = form.contentSize ?? content.length;
  size.writeBigUInt64LE(BigInt(sizeBytes === 2 ? Math.max(0, said - 256) : said));
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    Buffer.from([(sizeFlag << 6) | single | (checksum ? 4 : 0) | idFlag]),
    Buffer.from(window === undefined ? [] : [window]),
    Buffer.alloc(idBytes),
    size.subarray(0, sizeBytes),
    ...blocks,
    ...(checksum ? [contentChecksum(content)] : []),
  ]);
}

/** The four bytes behind a frame with checksum: the low half of XXH64 with seed zero. */
export function contentChecksum(content: Uint8Array): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(Number(xxh64(content) & 0xffff_ffffn));
  return out;
}

const mask = (1n << 64n) - 1n;
const [p1, p2, p3, p4, p5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;
const times = (a: bigint, b: bigint): bigint => (a * b) & mask;
const turned = (value: bigint, by: bigint): bigint =>
  ((value << by) | (value >> (64n - by))) & mask;
const round = (lane: bigint, input: bigint): bigint =>
  times(turned((lane + times(input, p2)) & mask, 31n), p1);

/** @see the specification of xxHash, XXH64 */
function xxh64(content: Uint8Array): bigint {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  let at = 0;
  let sum: bigint = p5;
  if (bytes.length >= 32) {
    const lanes = [(p1 + p2) & mask, p2, 0n, (mask + 1n - p1) & mask];
    for (; at + 32 <= bytes.length; at += 32)
      for (let lane = 0; lane < 4; lane++)
        lanes[lane] = round(lanes[lane] ?? 0n, bytes.readBigUInt64LE(at + lane * 8));
    const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
    sum = (turned(a, 1n) + turned(b, 7n) + turned(c, 12n) + turned(d, 18n)) & mask;
    for (const lane of lanes) sum = (times(sum ^ round(0n, lane), p1) + p4) & mask;
  }
  sum = (sum + BigInt(bytes.length)) & mask;
  for (; at + 8 <= bytes.length; at += 8)
    sum = (times(turned(sum ^ round(0n, bytes.readBigUInt64LE(at)), 27n), p1) + p4) & mask;
  if (at + 4 <= bytes.length) {
    sum = (times(turned(sum ^ times(BigInt(bytes.readUInt32LE(at)), p1), 23n), p2) + p3) & mask;
    at += 4;
  }
  for (; at < bytes.length; at++)
    sum = times(turned(sum ^ times(BigInt(bytes[at] ?? 0), p5), 11n), p1);
  sum = times(sum ^ (sum >> 33n), p2);
  sum = times(sum ^ (sum >> 29n), p3);
  return sum ^ (sum >> 32n);
}
