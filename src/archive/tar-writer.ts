import { ArchiveError } from './archive-error.ts';

/** What a tar header says. Owner and time are always zero: they would differ from run to run. */
export interface TarHeader {
  readonly type: 'file' | 'directory' | 'symlink';
  /** Slash path as it will stand in the tar; directories without trailing slash. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  /** Content bytes; 0 for anything but files. */
  readonly size: number;
  /** Target of a symbolic link, as it stands in the source. */
  readonly linkTarget?: string;
}

/** One entry of a tar that is written as a stream. */
export interface TarEntry extends TarHeader {
  /** The content, exactly `size` bytes. Not asked for where size is 0. */
  open?(): AsyncIterable<Uint8Array>;
}

/** Bytes of one tar block. */
const tarBlockBytes = 512;

/** The largest size a ustar field of eleven octal digits holds. */
const maxOctalSize = 0o77777777777;
const nameBytes = 100;
const prefixBytes = 155;
const typeFlags = { file: '0', directory: '5', symlink: '2' } as const;
const encoder = new TextEncoder();

/** The two zero blocks that end a tar. Always exactly these: no padding to 10 KiB. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * tarBlockBytes);
}

/** Zero bytes that follow content of this size. */
export function tarPaddingBytes(size: number): number {
  return (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
}

/**
 * The header blocks of one entry: a ustar header, before it a PAX header where a field does not fit.
 * The same input always gives the same bytes.
 * @throws ArchiveError TAR_NAME_INVALID for a name that no careful reader would take
 * @see POSIX.1-2024 pax, ustar Interchange Format and pax Header Block
 */
export function tarHeader(entry: TarHeader): Uint8Array {
  refuseName(entry.name);
  if (entry.size !== 0 && entry.type !== 'file') {
    throw new ArchiveError(
      'TAR_HEADER_INVALID',
      `${entry.type} '${entry.name}' has ${entry.size} bytes of content; only files have content`,
    );
  }
  const records: [string, string][] = [];
  const link = entry.linkTarget ?? '';
  const split = splitName(entry.name);
  if (!isAscii(link) || link.length > nameBytes) records.push(['linkpath', link]);
  if (split === undefined) records.push(['path', entry.name]);
  if (entry.size > maxOctalSize) records.push(['size', String(entry.size)]);
  const main = ustarBlock({
    name: split?.name ?? asciiPrefix(entry.name),
    prefix: split?.prefix ?? '',
    mode: entry.mode & 0o7777,
    size: entry.size > maxOctalSize ? 0 : entry.size,
    flag: typeFlags[entry.type],
    link: asciiPrefix(link),
  });
  if (records.length === 0) return main;
  const body = encoder.encode(records.map(([key, value]) => paxRecord(key, value)).join(''));
  const base = entry.name.slice(entry.name.lastIndexOf('/') + 1);
  const head = ustarBlock({
    name: asciiPrefix(`PaxHeaders.0/${base}`),
    prefix: '',
    mode: 0,
    size: body.length,
    flag: 'x',
    link: '',
  });
  const bytes = new Uint8Array(
    head.length + body.length + tarPaddingBytes(body.length) + main.length,
  );
  bytes.set(head, 0);
  bytes.set(body, head.length);
  bytes.set(main, bytes.length - main.length);
  return bytes;
}

/**
 * A whole tar, for the tars inside a package (components, documentation), in the order given.
 * @throws ArchiveError TAR_HEADER_INVALID when an entry's content is not as long as it says
 * @see shared reference of the Zarf package format, components
 */
export async function* tarStream(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield tarHeader(entry);
    let seen = 0;
    if (entry.size > 0 && entry.open !== undefined) {
      for await (const chunk of entry.open()) {
        seen += chunk.length;
        if (seen > entry.size) break;
        yield chunk;
      }
    }
    if (seen !== entry.size) {
      throw new ArchiveError(
        'TAR_HEADER_INVALID',
        `'${entry.name}' was announced with ${entry.size} bytes and has ${seen > entry.size ? 'more' : seen}`,
        {
          suggestions: ['Run again when nothing else writes to the file'],
        },
      );
    }
    const padding = tarPaddingBytes(entry.size);
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield tarEnd();
}

/** Bytes that `tarStream` will give for these headers. */
export function tarStreamBytes(entries: Iterable<TarHeader>): number {
  let total = 2 * tarBlockBytes;
  for (const entry of entries)
    total += tarHeader(entry).length + entry.size + tarPaddingBytes(entry.size);
  return total;
}

function refuseName(name: string): void {
  const segments = name.split('/');
  const reason =
    name === ''
      ? 'is empty'
      : name.includes('\0')
        ? 'holds a NUL'
        : name.startsWith('/')
          ? 'is absolute'
          : name.endsWith('/')
            ? 'ends in a slash'
            : segments.includes('..')
              ? "leads out of the archive by '..'"
              : segments.includes('')
                ? 'holds an empty segment'
                : undefined;
  if (reason !== undefined) {
    throw new ArchiveError('TAR_NAME_INVALID', `the entry name '${name.slice(0, 200)}' ${reason}`, {
      suggestions: ['Name the file by a relative path with single slashes'],
    });
  }
}

interface UstarFields {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly size: number;
  readonly flag: string;
  readonly link: string;
}

function ustarBlock(fields: UstarFields): Uint8Array {
  const block = new Uint8Array(tarBlockBytes);
  const text = (offset: number, value: string): void =>
    void encoder.encodeInto(value, block.subarray(offset));
  const octal = (offset: number, digits: number, value: number): void =>
    text(offset, value.toString(8).padStart(digits, '0'));
  text(0, fields.name);
  octal(100, 7, fields.mode);
  octal(108, 7, 0); // uid
  octal(116, 7, 0); // gid
  octal(124, 11, fields.size);
  octal(136, 11, 0); // mtime
  text(148, '        '); // the checksum counts its own field as spaces
  text(156, fields.flag);
  text(157, fields.link);
  text(257, 'ustar\u000000');
  octal(329, 7, 0); // devmajor
  octal(337, 7, 0); // devminor
  text(345, fields.prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  text(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** undefined when the name does not fit ustar. Cut at the last slash that leaves a prefix of at most 155 bytes. */
function splitName(name: string): { readonly name: string; readonly prefix: string } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= nameBytes) return { name, prefix: '' };
  const cut = name.slice(0, prefixBytes + 1).lastIndexOf('/');
  const rest = name.length - cut - 1;
  if (cut <= 0 || rest > nameBytes || rest === 0) return undefined;
  return { name: name.slice(cut + 1), prefix: name.slice(0, cut) };
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0 || unit >= 0x80) return false;
  }
  return true;
}

/** What an old reader sees in place of a name that only PAX can carry. */
function asciiPrefix(text: string): string {
  return [...text].filter(isAscii).join('').slice(0, nameBytes).replace(/\/+$/, '');
}
