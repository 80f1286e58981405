import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Seeded } from './seeded.ts';
import { checkedFrame, skippableFrame } from './tar-bytes.ts';

/** One change of an archive. */
export interface Mutation {
  readonly name: string;
  readonly bytes: Buffer;
}

const zstdMagic = 0xfd2fb528;

/** Single changes of one archive: of its bytes, of its frames, of its tar and of its entries. */
export class Mutator {
  readonly #bytes: Buffer;
  readonly #packed: boolean;
  readonly #tar: Buffer;
  readonly #entries: readonly Buffer[];
  readonly #frames: readonly Buffer[];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#packed = bytes.readUInt32LE(0) === zstdMagic;
    this.#tar = this.#packed ? zstdDecompressSync(bytes) : bytes;
    this.#entries = tarEntries(this.#tar);
    this.#frames = this.#packed ? zstdFrames(bytes) : [];
  }

  /** Half of all changes are of single bytes; the rest of larger things. */
  mutate(numbers: Seeded): Mutation {
    switch (numbers.below(this.#packed ? 10 : 8)) {
      case 0:
      case 1:
        return named('bit', damaged(this.#bytes, numbers, 'flip'));
      case 2:
        return named(
          'byte',
          damaged(this.#bytes, numbers, numbers.oneOf(['insert', 'delete', 'set'])),
        );
      case 3:
        return named('file blocks', this.#blocks(numbers));
      case 4:
        return this.#repacked('tar bit', damaged(this.#tar, numbers, 'flip'), numbers);
      case 5:
        return this.#repacked(
          'tar byte',
          damaged(this.#tar, numbers, numbers.oneOf(['insert', 'delete', 'set'])),
          numbers,
        );
      case 6:
      case 7:
        return this.#repacked('entries', this.#withEntries(numbers), numbers);
      default:
        return named('frames', this.#withFrames(numbers));
    }
  }

  #blocks(numbers: Seeded): { readonly what: string; readonly bytes: Buffer } {
    const bytes = this.#bytes;
    const size = numbers.oneOf([16, 64, 512]);
    const count = Math.floor(bytes.length / size);
    const at = numbers.below(bytes.length);
    if (count < 3 || numbers.below(3) === 0)
      return { what: `cut at ${at}`, bytes: bytes.subarray(0, at) };
    const from = numbers.below(count) * size;
    const to = numbers.below(count) * size;
    const block = bytes.subarray(from, from + size);
    if (numbers.below(2) === 0)
      return {
        what: `block ${from} again at ${to}`,
        bytes: Buffer.concat([bytes.subarray(0, to), block, bytes.subarray(to)]),
      };
    const swapped = Buffer.from(bytes);
    bytes.copy(swapped, from, to, to + size);
    block.copy(swapped, to);
    return { what: `blocks ${from} and ${to} swapped`, bytes: swapped };
  }

  #withEntries(numbers: Seeded): { readonly what: string; readonly bytes: Buffer } {
    const entries = [...this.#entries];
    const index = numbers.below(entries.length);
    const entry = entries[index] ?? Buffer.alloc(0);
    const other = numbers.below(entries.length);
    const kind = numbers.below(4);
    if (kind === 0) entries.splice(index, 1);
    else if (kind === 1) entries.splice(other, 0, entry);
    else if (kind === 2) {
      const changed = Buffer.from(entry);
      if (changed.length > 512) {
        const at = 512 + numbers.below(changed.length - 512);
        changed[at] = (changed[at] ?? 0) ^ 1;
      }
      entries.splice(other, 0, changed);
    } else {
      // Content of one under the name of the other, where both are as long.
      const second = entries[other] ?? entry;
      if (second.length === entry.length && !second.equals(entry)) {
        entries[index] = Buffer.concat([entry.subarray(0, 512), second.subarray(512)]);
        entries[other] = Buffer.concat([second.subarray(0, 512), entry.subarray(512)]);
      } else entries.splice(index, 1, entry, entry);
    }
    return {
      what: `${['without', 'twice', 'twice, one changed', 'contents swapped of'][kind]} ${index} and ${other}`,
      bytes: Buffer.concat([...entries, Buffer.alloc(1024)]),
    };
  }

  #withFrames(numbers: Seeded): { readonly what: string; readonly bytes: Buffer } {
    const frames = [...this.#frames];
    const index = numbers.below(frames.length);
    const frame = frames[index] ?? Buffer.alloc(0);
    const other = numbers.below(frames.length);
    const kind = numbers.below(4);
    if (kind === 0) frames.splice(index, 1);
    else if (kind === 1) frames.splice(other, 0, frame);
    else if (kind === 2)
      frames.splice(other, 0, skippableFrame(Buffer.from('x'), 0x184d2a50 + numbers.below(16)));
    else if (other !== index) frames.splice(index, 1, frames[other] ?? frame);
    else frames.splice(index, 0, frame);
    return {
      what: `frames ${['without', 'twice', 'skippable at', 'replaced'][kind]} ${index} and ${other}`,
      bytes: Buffer.concat(frames),
    };
  }

  /** As it was packed, or in one frame with checksum: all but the change is sound. */
  #repacked(
    kind: string,
    { what, bytes }: { readonly what: string; readonly bytes: Buffer },
    numbers: Seeded,
  ): Mutation {
    const packed = !this.#packed
      ? bytes
      : numbers.below(2) === 0
        ? checkedFrame(bytes)
        : zstdCompressSync(bytes);
    return { name: `${kind}: ${what}`, bytes: packed };
  }
}

function named(
  kind: string,
  { what, bytes }: { readonly what: string; readonly bytes: Buffer },
): Mutation {
  return { name: `${kind}: ${what}`, bytes };
}

function damaged(
  bytes: Buffer,
  numbers: Seeded,
  how: 'flip' | 'insert' | 'delete' | 'set',
): { readonly what: string; readonly bytes: Buffer } {
  const at = numbers.below(bytes.length);
  const value = numbers.below(256);
  const copy = Buffer.from(bytes);
  const what = `${how} at ${at}`;
  if (how === 'flip') {
    copy[at] = (copy[at] ?? 0) ^ (1 << (value & 7));
    return { what: `${what}, bit ${value & 7}`, bytes: copy };
  }
  if (how === 'set') {
    copy[at] = copy[at] === value ? value ^ 0xff : value;
    return { what: `${what} to ${copy[at]}`, bytes: copy };
  }
  const more = how === 'insert' ? Buffer.from([value]) : Buffer.alloc(0);
  const rest = bytes.subarray(how === 'insert' ? at : at + 1);
  return { what, bytes: Buffer.concat([bytes.subarray(0, at), more, rest]) };
}

/** Headers with their contents; an extended header goes with the entry behind it. */
function tarEntries(tar: Buffer): readonly Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0, start = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const flag = tar.toString('latin1', at + 156, at + 157);
    at += 512 + 512 * Math.ceil(size / 512);
    if ('xgLK'.includes(flag)) continue;
    entries.push(tar.subarray(start, at));
    start = at;
  }
  return entries;
}

/** The frames of a sound file, found without decoding. @see RFC 8878, 3.1.1 */
function zstdFrames(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    let at = start + 8;
    if (bytes.readUInt32LE(start) === zstdMagic) {
      const descriptor = bytes.readUInt8(start + 4);
      const single = (descriptor & 0x20) !== 0;
      const size = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
      at = start + 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + size;
      for (let last = false; !last; ) {
        const field = bytes.readUIntLE(at, 3);
        last = (field & 1) === 1;
        at += 3 + (((field >> 1) & 3) === 1 ? 1 : field >> 3);
      }
      at += (descriptor & 4) === 0 ? 0 : 4;
    } else at += bytes.readUInt32LE(start + 4);
    frames.push(bytes.subarray(start, at));
    start = at;
  }
  return frames;
}
