import { paxRecord } from './tar-bytes.ts';

/** Where the fields of a header lie. @see POSIX.1-2017 pax, ustar Interchange Format */
const places = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  flag: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
  tail: [500, 12],
  /** What GNU tar keeps where others have the prefix. */
  atime: [345, 12],
  ctime: [357, 12],
  gnuOffset: [369, 12],
  gnuSparse: [386, 24],
  gnuExtended: [482, 1],
  gnuRealSize: [483, 12],
} as const;

export type Field = keyof typeof places;
type Bytes = Uint8Array | string;

/** How a header states the sum of its bytes. */
export type ChecksumForm = (sum: number, signedSum: number) => Bytes;

/** A header with what follows it; nothing about it needs to be true. */
export interface TarPart {
  readonly fields: Readonly<Partial<Record<Field, Bytes>>>;
  readonly content: Bytes;
  readonly checksum?: ChecksumForm;
  /** What fills the last block behind the content. */
  readonly padding?: number | 'none';
}

/** The usual way. */
export const usualChecksum: ChecksumForm = (sum) => `${sum.toString(8).padStart(6, '0')}\0 `;

/** Eleven digits and a NUL, as most writers put a number of twelve bytes. */
export function octal(value: number, width = 12): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** A file as most writers put it. */
export function filePart(name: string, content: Bytes): TarPart {
  const bytes = Buffer.from(content as string);
  return { fields: { name, size: octal(bytes.length) }, content: bytes };
}

/** An extended header before an entry: `x`, `g`, `L`, `K` or another flag. */
export function extension(flag: string, body: Bytes, name = '././@Extension'): TarPart {
  const bytes = Buffer.from(body as string);
  return { fields: { name, flag, size: octal(bytes.length) }, content: bytes };
}

/** A PAX header of these records, as they come. */
export function pax(records: readonly (readonly [string, string])[], flag = 'x'): TarPart {
  return extension(
    flag,
    records.map(([key, value]) => paxRecord(key, value)).join(''),
    'PaxHeader',
  );
}

/** The bytes of a part. */
export function rendered(part: TarPart): Buffer {
  const block = Buffer.alloc(512);
  const put = (field: Field, bytes: Bytes): void => {
    const [at, length] = places[field];
    Buffer.from(bytes as string, 'latin1').copy(block, at, 0, length);
  };
  const usual: Readonly<Partial<Record<Field, Bytes>>> = {
    mode: '0000644\0',
    uid: '0000000\0',
    gid: '0000000\0',
    mtime: octal(0),
    flag: '0',
    magic: 'ustar\x0000',
  };
  for (const [field, bytes] of Object.entries({ ...usual, ...part.fields }))
    put(field as Field, bytes);
  if (part.fields.checksum === undefined) {
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    const signed = block.reduce((total, byte) => total + (byte > 127 ? byte - 256 : byte), 0);
    block.fill(0, 148, 156);
    put('checksum', (part.checksum ?? usualChecksum)(sum, signed));
  }
  const content = Buffer.from(part.content as string, 'latin1');
  const behind = part.padding === 'none' ? 0 : (512 - (content.length % 512)) % 512;
  return Buffer.concat([
    block,
    content,
    Buffer.alloc(behind, part.padding === 'none' ? 0 : (part.padding ?? 0)),
  ]);
}
