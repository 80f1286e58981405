import { ContainerFault } from './container-fault.ts';
import type { EntryType } from './survey.ts';

/** The fields of one 512-byte header block that a reader needs. */
export interface RawTarHeader {
  readonly name: Uint8Array;
  readonly flag: string;
  readonly mode: number;
  readonly size: number;
  readonly link: Uint8Array;
  /** What readers differ in. */
  readonly oddities: readonly string[];
}

const types: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'fifo',
  S: 'sparse',
};

/** What numbers a field may hold besides octal ones; most readers stop at others. */
type Extent = 'octal' | 'id' | 'size' | 'time';

const unusedNumbers = [
  [108, 8, 'uid', 'id'],
  [116, 8, 'gid', 'id'],
  [136, 12, 'mtime', 'time'],
] as const;
const deviceNumbers = [
  [329, 8, 'devmajor'],
  [337, 8, 'devminor'],
] as const;
const maxId = 2 ** 32 - 1;
const usualChecksum = /^[0-7]{6}\0 $/;

/** What kind of entry a type flag means. "Contiguous" files (7) are files to some readers only. */
export function entryType(flag: string): EntryType {
  return types[flag] ?? 'unknown';
}

/**
 * Reads a header block: v7, ustar and GNU.
 * @throws ContainerFault TAR_HEADER_INVALID
 * @see POSIX.1-2017 pax, ustar Interchange Format
 */
export function readTarHeader(block: Uint8Array): RawTarHeader {
  let sum = 0;
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  const stated = number(block, 148, 8, 'checksum', 'octal');
  if (sum !== stated)
    throw new ContainerFault(
      'TAR_HEADER_INVALID',
      `a tar header has the checksum ${stated}, its bytes give ${sum}`,
    );
  const magic = Buffer.from(block.subarray(257, 265)).toString('latin1');
  const flag = flagOf(block);
  const ustar = magic === 'ustar\x0000';
  const gnu = magic === 'ustar  \0';
  const old = magic === '\0'.repeat(8);
  if (!ustar && !gnu && !old)
    throw new ContainerFault('TAR_HEADER_INVALID', 'a tar header has an unknown magic');
  // Here dialects keep a prefix, times, a map of holes, another size: two readers would see two entries.
  const rest = ustar ? 500 : old ? 257 : flag === 'S' ? 512 : 345;
  for (let at = rest; at < 512; at++)
    if (block[at] !== 0)
      throw new ContainerFault(
        'TAR_HEADER_INVALID',
        'a tar header holds bytes where its dialect has none',
      );
  // Not used here, but other readers stop at these, or read something else instead.
  for (const [at, length, what, extent] of unusedNumbers) number(block, at, length, what, extent);
  if (!old)
    for (const [at, length, what] of deviceNumbers) number(block, at, length, what, 'octal');
  const prefix = ustar ? text(block, 345, 155) : new Uint8Array(0);
  const name = text(block, 0, 100);
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    flag,
    mode: number(block, 100, 8, 'mode', 'octal') & 0o7777,
    size: number(block, 124, 12, 'size', 'size'),
    link: text(block, 157, 100),
    oddities: [
      ...(old ? ['its header is of the oldest kind, without a magic'] : []),
      // Bytes here are not part of the sum: only one spelling leaves none of them free.
      ...(usualChecksum.test(Buffer.from(block.subarray(148, 156)).toString('latin1'))
        ? []
        : ['the checksum of its header is written in an unusual way']),
    ],
  };
}

/** Whether the first block of a content says that it is a tar, as ustar and GNU write it; it proves nothing. */
export function saysTar(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(257, 262)).toString('latin1') === 'ustar';
}

/** Name field and type of what lies first in a content that says it is a tar; undefined for other contents. */
export function firstTarEntry(
  start: Uint8Array,
): { readonly name: string; readonly type: EntryType } | undefined {
  if (start.length < 512 || !saysTar(start)) return undefined;
  return {
    name: Buffer.from(text(start, 0, 100)).toString('utf8'),
    type: entryType(flagOf(start)),
  };
}

function flagOf(block: Uint8Array): string {
  return String.fromCharCode(block[156] ?? 0);
}

function text(block: Uint8Array, at: number, length: number): Uint8Array {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return Uint8Array.from(end < 0 ? field : field.subarray(0, end));
}

function number(
  block: Uint8Array,
  at: number,
  length: number,
  what: string,
  extent: Extent,
): number {
  const field = block.subarray(at, at + length);
  const value =
    ((field[0] ?? 0) & 0x80) === 0
      ? octalNumber(field)
      : extent === 'octal'
        ? undefined
        : binaryNumber(field, extent === 'time');
  if (value === undefined || (extent === 'id' && value > maxId))
    throw new ContainerFault(
      'TAR_HEADER_INVALID',
      `the field "${what}" of a tar header is no number`,
    );
  return value;
}

function octalNumber(field: Uint8Array): number | undefined {
  const [, digits = ''] = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString('latin1')) ?? [];
  // Blanks alone are no number to some readers.
  return digits !== ''
    ? Number.parseInt(digits, 8)
    : field.every((byte) => byte === 0)
      ? 0
      : undefined;
}

/** A number in base 256, which begins with 0x80, or with 0xff where it is negative. */
function binaryNumber(field: Uint8Array, signed: boolean): number | undefined {
  const [marker = 0] = field;
  if (marker !== 0x80 && !(signed && marker === 0xff)) return undefined;
  const flip = marker === 0xff ? 0xff : 0;
  let value = 0;
  for (const byte of field.subarray(1)) value = value * 256 + (byte ^ flip);
  if (!Number.isSafeInteger(value)) return undefined;
  return flip === 0 ? value : -1 - value;
}
