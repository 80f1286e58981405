import { type Seeded, seeded } from './seeded.ts';
import { noiseBytes } from './tar-bytes.ts';
import {
  block,
  extraBits,
  type FrameForm,
  literalsSection,
  mostLiteralCode,
  mostMatchCode,
  type SequenceCodes,
  sequencesSection,
  sequenceValues,
  zstdFrame,
} from './zstd-parts.ts';

/** A frame made by hand, and what it has to decode to. */
export interface MadeFrame {
  readonly name: string;
  readonly bytes: Buffer;
  readonly content: Buffer;
}

/** A frame of up to five blocks of all kinds, the same for the same numbers. */
function madeFrame(numbers: Seeded): MadeFrame {
  const maker = new Maker(numbers);
  const count = 1 + numbers.below(5);
  for (let index = 0; index < count; index++) maker.add(index === count - 1);
  const content = maker.content();
  const form = formOf(numbers, content.length, maker.largest);
  return {
    name: `${maker.kinds.join(', ')} in ${JSON.stringify(form)}`,
    bytes: zstdFrame(form, maker.blocks, content),
    content,
  };
}

/** A block of as many sequences as need three bytes to be counted: one letter, then matches of three. */
export function manySequences(count = 0x7f00 + 5): MadeFrame {
  const codes: SequenceCodes = { literals: 0, offset: 0, match: 0 };
  const sequences = Array.from({ length: count }, () => ({ literals: 0, offset: 0, match: 0 }));
  // Without literals the first repeated offset is the second one kept; both are made to be one byte.
  const first = block(0, 8, Buffer.from('aaaaaaaa'), false);
  const body = Buffer.concat([
    literalsSection(0, Buffer.alloc(0), 1),
    sequencesSection('rle', codes, sequences),
  ]);
  const content = Buffer.alloc(8 + 3 * count, 'a');
  return {
    name: `${count} sequences`,
    bytes: zstdFrame(
      { window: 0x38, sizeBytes: 4, checksum: true },
      [first, block(2, body.length, body, true)],
      content,
    ),
    content,
  };
}

/** So many of them for one seed. */
export function madeFrames(count: number, seed = 1): readonly MadeFrame[] {
  const numbers = seeded(seed);
  return Array.from({ length: count }, () => madeFrame(numbers));
}

function formOf(numbers: Seeded, length: number, largestBlock: number): FrameForm {
  const sizes = ([0, 1, 2, 4, 8] as const).filter(
    (bytes) =>
      (bytes !== 1 || (length < 256 && largestBlock <= length)) &&
      (bytes !== 2 || (length >= 256 && length < 65_792)),
  );
  const sizeBytes = numbers.oneOf(sizes);
  const checksum = numbers.below(2) === 0;
  const idBytes = numbers.oneOf([0, 0, 0, 1, 2, 4] as const);
  // Only a single segment has a size of one byte, only a window can do without one; and no block is larger than the window.
  const single =
    sizeBytes === 1 || (sizeBytes > 0 && largestBlock <= length && numbers.below(2) === 0);
  return {
    sizeBytes,
    checksum,
    idBytes,
    ...(single ? {} : { window: 0x38 + numbers.below(0x40) }),
  };
}

class Maker {
  readonly blocks: Buffer[] = [];
  readonly kinds: string[] = [];
  largest = 0;
  #content: Buffer = Buffer.alloc(0);
  readonly #repeats: [number, number, number] = [1, 4, 8];
  readonly #numbers: Seeded;

  constructor(numbers: Seeded) {
    this.#numbers = numbers;
  }

  content(): Buffer {
    return this.#content;
  }

  add(last: boolean): void {
    const kind = this.#numbers.below(5);
    if (kind === 0) this.#raw(last);
    else if (kind === 1) this.#rle(last);
    else this.#compressed(last);
  }

  #raw(last: boolean): void {
    const content = this.#noise(this.#numbers.oneOf([0, 1, 2, 100, 1023, 4096]));
    this.#push('raw', block(0, content.length, content, last), content);
  }

  #rle(last: boolean): void {
    const size = this.#numbers.oneOf([0, 1, 7, 300, 5000]);
    const byte = Buffer.from([this.#numbers.below(256)]);
    this.largest = Math.max(this.largest, size);
    this.#push('rle', block(1, size, byte, last), Buffer.alloc(size, byte[0]));
  }

  #compressed(last: boolean): void {
    const numbers = this.#numbers;
    const repeated = numbers.below(2);
    const codes: SequenceCodes = {
      literals: numbers.below(mostLiteralCode),
      offset: numbers.below(9),
      match: numbers.below(mostMatchCode),
    };
    const widths = extraBits(codes);
    const wanted = numbers.oneOf([0, 1, 2, 7, 130]);
    const sequences = Array.from({ length: wanted }, () => ({
      literals: numbers.below(2 ** widths.literals),
      offset: numbers.below(2 ** widths.offset),
      match: numbers.below(2 ** widths.match),
    }));
    const values = sequences.map((extra) => sequenceValues(codes, extra));
    const needed = values.reduce((sum, { literals }) => sum + literals, 0);
    const size = needed + numbers.oneOf([0, 1, 20, 400]);
    const literals = repeated === 1 ? Buffer.alloc(size, numbers.below(256)) : this.#noise(size);
    const before = this.#content;
    const repeats: [number, number, number] = [...this.#repeats];
    const content = played(before, literals, values, repeats);
    const least = size < 32 ? 1 : size < 4096 ? 2 : 3;
    const headerBytes = ([1, 2, 3] as const).filter((bytes) => bytes >= least);
    const mode = numbers.oneOf(['predefined', 'rle'] as const);
    const body = Buffer.concat([
      // One byte repeated no times has no byte to tell.
      literalsSection(repeated === 1 && size > 0 ? 1 : 0, literals, numbers.oneOf(headerBytes)),
      sequencesSection(mode, codes, sequences),
    ]);
    // Not every draw can be played: then the block becomes a raw one.
    if (content === undefined || body.length >= 2 ** 17 || content.length >= 2 ** 17) {
      this.#raw(last);
      return;
    }
    this.#repeats.splice(0, 3, ...repeats);
    this.#push(
      `${repeated === 1 ? 'rle' : 'raw'} literals, ${wanted} sequences ${mode}`,
      block(2, body.length, body, last),
      content,
    );
  }

  #push(kind: string, bytes: Buffer, content: Buffer): void {
    this.kinds.push(kind);
    this.blocks.push(bytes);
    this.largest = Math.max(this.largest, bytes.length - 3, content.length);
    this.#content = Buffer.concat([this.#content, content]);
  }

  #noise(size: number): Buffer {
    return noiseBytes(size, this.#numbers.below(1000));
  }
}

/** What sequences make of literals; undefined where one reaches before the start. @see RFC 8878, 3.1.1.5 */
function played(
  before: Buffer,
  literals: Buffer,
  sequences: readonly ReturnType<typeof sequenceValues>[],
  repeats: [number, number, number],
): Buffer | undefined {
  const out: number[] = [...before];
  let at = 0;
  for (const { literals: length, offsetValue, match } of sequences) {
    for (const byte of literals.subarray(at, at + length)) out.push(byte);
    at += length;
    const offset = takenOffset(offsetValue, length === 0, repeats);
    if (offset <= 0 || offset > out.length) return undefined;
    for (let left = match; left > 0; left--) out.push(out[out.length - offset] ?? 0);
    if (out.length > before.length + 2 ** 17) return undefined;
  }
  for (const byte of literals.subarray(at)) out.push(byte);
  return Buffer.from(out.slice(before.length));
}

/** The offset that a value means, with the last three kept in order. @see RFC 8878, 3.1.1.5 */
function takenOffset(
  value: number,
  noLiterals: boolean,
  repeats: [number, number, number],
): number {
  const [first, second, third] = repeats;
  if (value > 3) {
    repeats.splice(0, 3, value - 3, first, second);
    return value - 3;
  }
  const which = noLiterals ? value + 1 : value;
  if (which === 1) return first;
  if (which === 2) {
    repeats.splice(0, 3, second, first, third);
    return second;
  }
  const offset = which === 3 ? third : first - 1;
  repeats.splice(0, 3, offset, first, second);
  return offset;
}
