import { createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { decodeTar, encodeEntry, type HostileEntry, padding } from './hostile-tar.ts';

/** One operation of `hostile.json`; which members it has depends on `op`. */
export interface PackageOp {
  readonly op: string;
  readonly name?: string;
  readonly names?: readonly string[];
  readonly before?: string;
  readonly type?: HostileEntry['type'];
  readonly mode?: string;
  readonly link?: string;
  readonly text?: string;
  readonly times?: number;
  readonly copyOf?: string;
  readonly cut?: number;
  readonly replace?: readonly [string, string];
  readonly flipByte?: number;
  readonly truncate?: number;
  readonly append?: string;
  readonly prefix?: string;
  readonly records?: readonly (readonly [string, string])[];
  readonly value?: string | number;
  readonly entry?: PackageOp;
  readonly count?: number;
  readonly at?: number;
  readonly size?: number;
  readonly frames?: 'one' | 'none' | 'per-entry' | number;
  readonly checksum?: boolean;
  readonly skippableBetween?: boolean;
  readonly seekTable?: boolean;
}

/** An archive after its operations. */
export interface HostilePackage {
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** Applies the operations of a row to a package, in order, and writes it again. */
export function hostilePackage(
  base: { readonly fileName: string; readonly bytes: Buffer },
  ops: readonly PackageOp[],
): HostilePackage {
  const draft: Draft = {
    entries: decodeTar(base.bytes),
    endBlocks: 2,
    behind: [],
    packing: { op: 'compress' },
  };
  let suffix: string | undefined;
  const onBytes: PackageOp[] = [];
  for (const op of ops) {
    if (op.op === 'suffix') suffix = String(op.value);
    else if (['append-bytes', 'truncate-bytes', 'flip-byte', 'prepend-skippable'].includes(op.op))
      onBytes.push(op);
    else apply(draft, op);
  }
  const bytes = onBytes.reduce(changeBytes, pack(draft));
  return {
    fileName:
      suffix === undefined ? base.fileName : base.fileName.replace(/\.tar(\.zst)?$/, suffix),
    bytes,
  };
}

interface Draft {
  entries: HostileEntry[];
  endBlocks: number;
  /** Behind the end blocks. */
  behind: Buffer[];
  packing: PackageOp;
}

function apply(draft: Draft, op: PackageOp): void {
  const { entries } = draft;
  const found = (name: string | undefined): HostileEntry => {
    const entry = entries.find((each) => each.name === name);
    if (entry === undefined) throw new Error(`${op.op}: no entry ${name}`);
    return entry;
  };
  switch (op.op) {
    case 'append-entry':
      entries.push(newEntry(op, found));
      break;
    case 'prepend-entry':
      entries.unshift(newEntry(op, found));
      break;
    case 'insert-entry':
      entries.splice(entries.indexOf(found(op.before)), 0, newEntry(op, found));
      break;
    case 'remove-entry':
      found(op.name);
      draft.entries = entries.filter((each) => each.name !== op.name);
      break;
    case 'edit-entry':
      edit(found(op.name), op);
      break;
    case 'swap-content': {
      const [a, b] = (op.names ?? []).map(found);
      if (a === undefined || b === undefined) throw new Error('swap-content takes two names');
      [a.content, b.content] = [b.content, a.content];
      break;
    }
    case 'rename-all':
      for (const entry of entries) entry.name = `${op.prefix}${entry.name}`;
      break;
    case 'order-first':
      draft.entries = [
        ...(op.names ?? []).map(found),
        ...entries.filter((each) => !op.names?.includes(each.name)),
      ];
      break;
    case 'reverse':
      entries.reverse();
      break;
    case 'drop-directories':
      draft.entries = entries.filter((each) => each.type !== 'directory');
      break;
    case 'rewrite-checksums':
      found('checksums.txt').content = checksumsOf(entries);
      setAggregate(found);
      break;
    case 'set-aggregate':
      setAggregate(found);
      break;
    case 'pax':
      found(op.name).pax = op.records ?? [];
      break;
    case 'gnu-long-name':
      found(op.name).gnuLongName = true;
      break;
    case 'header-name':
      found(op.name).headerName = String(op.value);
      break;
    case 'header-size':
      found(op.name).headerSize = Number(op.value);
      break;
    case 'hide-entry-in-data':
      hide(found(op.name), newEntry(op.entry ?? op, found));
      break;
    case 'end-blocks':
      draft.endBlocks = op.count ?? 2;
      break;
    case 'zero-blocks-before':
      found(op.name).zeroBlocksBefore = op.count ?? 0;
      break;
    case 'append-to-tar':
      draft.behind.push(encodeEntry(newEntry(op.entry ?? op, found)), Buffer.alloc(1024));
      break;
    case 'compress':
      draft.packing = op;
      break;
    default:
      throw new Error(`unknown operation ${op.op}`);
  }
}

function newEntry(op: PackageOp, found: (name: string) => HostileEntry): HostileEntry {
  const {
    type = 'file',
    mode = type === 'directory' ? '0755' : '0644',
    link = '',
    text = '',
    times = 1,
    copyOf,
    replace,
    cut,
  } = op;
  const source = copyOf === undefined ? Buffer.from(text.repeat(times)) : found(copyOf).content;
  const content = replace === undefined ? source : replaced(source, replace);
  return {
    name: op.name ?? '',
    type,
    mode: Number.parseInt(mode, 8),
    link,
    content: Buffer.from(content.subarray(0, cut)),
  };
}

function edit(entry: HostileEntry, op: PackageOp): void {
  if (op.text !== undefined) entry.content = Buffer.from(op.text);
  if (op.replace !== undefined) entry.content = replaced(entry.content, op.replace);
  if (op.flipByte !== undefined) entry.content = flipped(entry.content, op.flipByte);
  if (op.truncate !== undefined) entry.content = entry.content.subarray(0, op.truncate);
  if (op.append !== undefined)
    entry.content = Buffer.concat([entry.content, Buffer.from(op.append)]);
}

function replaced(content: Buffer, [from, to]: readonly [string, string]): Buffer {
  const text = content.toString('latin1');
  if (!text.includes(from)) throw new Error(`nothing to replace: ${JSON.stringify(from)}`);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

function flipped(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

const unlisted = ['zarf.yaml', 'checksums.txt', 'zarf.bundle.sig', 'zarf.yaml.sig'];

function checksumsOf(entries: readonly HostileEntry[]): Buffer {
  const lines = entries
    .filter((each) => each.type === 'file' && !unlisted.includes(each.name))
    .map((each) => `${sha256(each.content)} ${each.name}`);
  return Buffer.from(`${lines.sort().join('\n')}\n`);
}

function setAggregate(found: (name: string) => HostileEntry): void {
  const definition = found('zarf.yaml');
  definition.content = Buffer.from(
    definition.content
      .toString('latin1')
      .replaceAll(
        /(aggregateChecksum: "?)[0-9a-f]{64}/g,
        `$1${sha256(found('checksums.txt').content)}`,
      ),
    'latin1',
  );
}

/** One entry by PAX, two by the ustar header. */
function hide(entry: HostileEntry, hidden: HostileEntry): void {
  entry.pax = [['size', String(entry.content.length)]];
  const whole = Buffer.concat([padding(entry.content), encodeEntry(hidden)]);
  entry.content = whole;
  entry.headerSize = whole.length;
}

function pack({ entries, endBlocks, behind, packing }: Draft): Buffer {
  const parts = [
    ...entries.map(encodeEntry),
    Buffer.concat([Buffer.alloc(endBlocks * 512), ...behind]),
  ];
  const { frames = 'one', checksum = true, skippableBetween = false, seekTable = false } = packing;
  const tar = Buffer.concat(parts);
  if (frames === 'none') return tar;
  const contents =
    frames === 'one'
      ? [tar]
      : frames === 'per-entry'
        ? parts
        : Array.from({ length: Math.ceil(tar.length / frames) }, (_, index) =>
            tar.subarray(index * frames, (index + 1) * frames),
          );
  const written: { readonly bytes: Buffer; readonly contentSize: number }[] = [];
  for (const [index, content] of contents.entries()) {
    if (skippableBetween && index > 0)
      written.push({ bytes: skippable(0x184d2a50, Buffer.from('between')), contentSize: 0 });
    const params = { [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 };
    written.push({
      bytes: zstdCompressSync(content, { params, pledgedSrcSize: content.length }),
      contentSize: content.length,
    });
  }
  const table = seekTable
    ? [seekTableOf(written.map(({ bytes, contentSize }) => [bytes.length, contentSize]))]
    : [];
  return Buffer.concat([...written.map((each) => each.bytes), ...table]);
}

function skippable(magic: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

/** @see Zstandard seekable format 0.1.0 */
function seekTableOf(sizes: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(sizes.length * 8 + 9);
  for (const [index, [size, contentSize]] of sizes.entries()) {
    payload.writeUInt32LE(size, index * 8);
    payload.writeUInt32LE(contentSize, index * 8 + 4);
  }
  payload.writeUInt32LE(sizes.length, payload.length - 9);
  payload.writeUInt32LE(0x8f92eab1, payload.length - 4);
  return skippable(0x184d2a5e, payload);
}

function changeBytes(bytes: Buffer, op: PackageOp): Buffer {
  if (op.op === 'append-bytes') return Buffer.concat([bytes, Buffer.from(op.text ?? '')]);
  if (op.op === 'truncate-bytes') return bytes.subarray(0, bytes.length - (op.count ?? 0));
  if (op.op === 'flip-byte') return flipped(bytes, op.at ?? 0);
  return Buffer.concat([skippable(0x184d2a50, Buffer.alloc(op.size ?? 0, 's')), bytes]);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
