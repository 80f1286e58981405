import { zstdDecompressSync } from 'node:zlib';

/** One tar entry that may lie: what a hostile archive is made of. */
export interface HostileEntry {
  name: string;
  type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo';
  mode: number;
  link: string;
  content: Buffer;
  /** Records of a PAX header before the entry. */
  pax?: readonly (readonly [string, string])[];
  /** A GNU `L` record carries the name. */
  gnuLongName?: boolean;
  /** What the ustar header says instead of the truth. */
  headerName?: string;
  headerSize?: number;
  /** Zero blocks before the entry. */
  zeroBlocksBefore?: number;
}

const flags = { file: '0', directory: '5', symlink: '2', hardlink: '1', fifo: '6' } as const;
const types = { '0': 'file', '5': 'directory' } as const;

/** Entries of an archive made by others: plain ustar in one zstd frame, or in none. */
export function decodeTar(archive: Buffer): HostileEntry[] {
  const tar = archive.readUInt32LE(0) === 0xfd2fb528 ? zstdDecompressSync(archive) : archive;
  const entries: HostileEntry[] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (offset: number, length: number): string =>
      tar.toString('latin1', at + offset, at + offset + length).split('\0')[0] ?? '';
    const size = Number.parseInt(field(124, 12), 8);
    const prefix = field(345, 155);
    const flag = field(156, 1);
    if (flag !== '0' && flag !== '5') throw new Error(`a base holds an entry of type ${flag}`);
    const name = `${prefix === '' ? '' : `${prefix}/`}${field(0, 100)}`;
    entries.push({
      name,
      type: types[flag],
      mode: Number.parseInt(field(100, 8), 8),
      link: '',
      content: Buffer.from(tar.subarray(at + 512, at + 512 + size)),
    });
    at += 512 + padded(size);
  }
  return entries;
}

/** The blocks of one entry, lies included. */
export function encodeEntry(entry: HostileEntry): Buffer {
  const { name, content, pax } = entry;
  const parts: Buffer[] = [Buffer.alloc((entry.zeroBlocksBefore ?? 0) * 512)];
  if (entry.gnuLongName === true)
    parts.push(
      header('././@LongLink', 'L', name.length + 1, 0, ''),
      padding(Buffer.from(`${name}\0`)),
    );
  if (pax !== undefined) {
    const records = Buffer.from(pax.map(([key, value]) => paxRecord(key, value)).join(''));
    parts.push(header('PaxHeaders/x', 'x', records.length, 0o644, ''), padding(records));
  }
  const spelt = entry.headerName ?? (entry.gnuLongName === true ? name.slice(0, 100) : name);
  parts.push(
    header(spelt, flags[entry.type], entry.headerSize ?? content.length, entry.mode, entry.link),
    padding(content),
  );
  return Buffer.concat(parts);
}

function header(name: string, flag: string, size: number, mode: number, link: string): Buffer {
  const block = Buffer.alloc(512);
  const cut = name.length <= 100 ? -1 : name.lastIndexOf('/', 155);
  block.write(cut < 0 ? name.slice(0, 100) : name.slice(cut + 1), 0, 'latin1');
  if (cut >= 0) block.write(name.slice(0, cut), 345, 'latin1');
  const octal = (value: number, at: number, digits: number): void =>
    void block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.write(flag, 156);
  block.write(link, 157, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Content with the zero bytes up to the next block. */
export function padding(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(padded(content.length) - content.length)]);
}

function padded(size: number): number {
  return Math.ceil(size / 512) * 512;
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (`${length}`.length + rest !== length) length = `${length}`.length + rest;
  return `${length} ${key}=${value}\n`;
}
