import { ContainerFault } from './container-fault.ts';
import type { EntryType } from './survey.ts';

/** The fields of one 512-byte header block that a reader needs. */
export interface RawTarHeader {
  readonly name: Uint8Array;
  readonly flag: string;
  readonly mode: number;
  readonly size: number;
  readonly link: Uint8Array;
}

const types: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'fifo',
  S: 'sparse',
};

const unusedNumbers = [
  [108, 8, 'uid'],
  [116, 8, 'gid'],
  [136, 12, 'mtime'],
] as const;

/** What kind of entry a type flag means. */
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
  const stated = number(block, 148, 8, 'checksum');
  if (sum !== stated)
    throw new ContainerFault(
      'TAR_HEADER_INVALID',
      `a tar header has the checksum ${stated}, its bytes give ${sum}`,
    );
  const magic = Buffer.from(block.subarray(257, 265)).toString('latin1');
  const ustar = magic === 'ustar\x0000';
  // An old dialect that cuts the name elsewhere: two readers would see two names.
  if (ustar && Buffer.from(block.subarray(508, 512)).toString('latin1') === 'tar\0')
    throw new ContainerFault('TAR_HEADER_INVALID', 'a tar header is in the star dialect');
  if (!ustar && magic !== 'ustar  \0' && magic !== '\0'.repeat(8))
    throw new ContainerFault('TAR_HEADER_INVALID', 'a tar header has an unknown magic');
  // Not used here, but other readers stop at these.
  for (const [at, length, what] of unusedNumbers)
    if (((block[at] ?? 0) & 0x80) === 0) number(block, at, length, what);
  const prefix = ustar ? text(block, 345, 155) : new Uint8Array(0);
  const name = text(block, 0, 100);
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    flag: String.fromCharCode(block[156] ?? 0),
    mode: number(block, 100, 8, 'mode') & 0o7777,
    size: number(block, 124, 12, 'size'),
    link: text(block, 157, 100),
  };
}

function text(block: Uint8Array, at: number, length: number): Uint8Array {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return Uint8Array.from(end < 0 ? field : field.subarray(0, end));
}

function number(block: Uint8Array, at: number, length: number, what: string): number {
  const field = block.subarray(at, at + length);
  if ((field[0] ?? 0) === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (Number.isSafeInteger(value)) return value;
  } else {
    const digits = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString('latin1'));
    if (digits !== null) return Number.parseInt(digits[1] === '' ? '0' : (digits[1] ?? '0'), 8);
  }
  throw new ContainerFault(
    'TAR_HEADER_INVALID',
    `the field "${what}" of a tar header is no number`,
  );
}

/**
 * Reads the records of a PAX header.
 * @throws ContainerFault TAR_PAX_INVALID
 * @see POSIX.1-2017 pax, Extended Header
 */
export function readPaxRecords(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  const bad = (why: string): ContainerFault =>
    new ContainerFault('TAR_PAX_INVALID', `a PAX header is malformed: ${why}`);
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits =
      space < 0 ? '' : Buffer.from(bytes.subarray(at, Math.min(space, at + 12))).toString('latin1');
    if (!/^[1-9][0-9]{0,9}$/.test(digits)) throw bad('a record has no length');
    const end = at + Number(digits);
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a)
      throw bad('a record does not fit its length');
    const key = Buffer.from(bytes.subarray(space + 1, equals)).toString('utf8');
    if (key === '') throw bad('a record has no name');
    if (records.has(key)) throw bad(`the record "${key}" appears twice`);
    records.set(key, Uint8Array.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}
