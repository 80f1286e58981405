import { SbomError } from './sbom-error.ts';

/** One entry of a layer. */
export interface LayerEntry {
  /** From the root of the image, without a leading slash; no `.` and no empty segment. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Content bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Target of a link, as it stands there. */
  readonly link: string;
}

/** Takes the content of one entry while it passes. Pieces are valid during the call only. */
export interface ContentTaker {
  push(piece: Uint8Array): void;
  end(): void;
}

/** How much of one layer is read; there is no "unlimited". */
export interface LayerLimits {
  /** Entries of any kind. */
  readonly maxEntries: number;
  /** Bytes of one path. */
  readonly maxPathBytes: number;
  /** Bytes of one extended header. */
  readonly maxHeaderBytes: number;
  /** Bytes of the plain tar. */
  readonly maxBytes: number;
  /** Bytes of all paths. */
  readonly maxPathsBytes: number;
  /** Files that catalogers take. */
  readonly maxTakenFiles: number;
  /** Bytes of the files that catalogers take whole. */
  readonly maxTakenBytes: number;
}

export const defaultLayerLimits: LayerLimits = {
  maxEntries: 2_000_000,
  maxPathBytes: 4096,
  maxHeaderBytes: 4 * 2 ** 20,
  maxBytes: 2 ** 41,
  maxPathsBytes: 512 * 2 ** 20,
  maxTakenFiles: 500_000,
  maxTakenBytes: 768 * 2 ** 20,
};

const blockBytes = 512;

/**
 * Reads the tar of an image layer as it streams past. Layers come from many makers, so this reader
 * takes every dialect that the runtimes unpack (ustar, PAX, GNU, old ones); nothing is unpacked, so
 * nothing can escape. It shares no code with `archive/tar-reader.ts` on purpose: that one judges what
 * is carried and refuses whatever two readers could read differently (signed checksums, blank
 * numbers, bytes behind a dialect's fields, a PAX size beside another one), where this one has
 * to give what a runtime would see. A rule that both had would be wrong for one of them. It is also
 * pushed to, chunk by chunk, by the decompression of the layer, where the other one pulls.
 * @see OCI image-spec 1.1, layer.md
 */
export class LayerTar {
  readonly #onEntry: (entry: LayerEntry) => ContentTaker | undefined;
  readonly #limits: LayerLimits;
  #held: Uint8Array = new Uint8Array(0);
  #state: 'header' | 'extended' | 'content' | 'padding' | 'ended' = 'header';
  #left = 0;
  #padding = 0;
  #taker: ContentTaker | undefined;
  #flag = '';
  #pax = new Map<string, string>();
  #longName: string | undefined;
  #longLink: string | undefined;
  #zeros = 0;
  #bytes = 0;
  #entries = 0;

  /** `onEntry` answers with who takes the content of a file; undefined passes over it. */
  constructor(
    onEntry: (entry: LayerEntry) => ContentTaker | undefined,
    limits: LayerLimits = defaultLayerLimits,
  ) {
    this.#onEntry = onEntry;
    this.#limits = limits;
  }

  /** Bytes of the plain tar so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws SbomError SBOM_LAYER_INVALID, SBOM_LAYER_LIMIT */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxBytes)
      throw limit(`it has more than ${this.#limits.maxBytes} bytes`);
    let at = 0;
    while (at < chunk.length && this.#state !== 'ended') {
      if (this.#state === 'content' || this.#state === 'padding') {
        const size = Math.min(this.#left, chunk.length - at);
        if (this.#state === 'content') this.#taker?.push(chunk.subarray(at, at + size));
        this.#left -= size;
        at += size;
        if (this.#left === 0) this.#passed();
        continue;
      }
      const wanted = this.#state === 'header' ? blockBytes : this.#left;
      const missing = wanted - this.#held.length;
      const piece = chunk.subarray(at, at + missing);
      at += piece.length;
      if (this.#held.length === 0 && piece.length === wanted) {
        this.#whole(piece);
      } else {
        this.#held = Buffer.concat([this.#held, piece]);
        if (this.#held.length === wanted) {
          const whole = this.#held;
          this.#held = new Uint8Array(0);
          this.#whole(whole);
        }
      }
    }
  }

  /** @throws SbomError SBOM_LAYER_INVALID where the tar ends inside an entry */
  end(): void {
    const between = this.#state === 'header' && this.#held.length === 0;
    if (this.#state === 'ended' || this.#state === 'padding' || between) return;
    throw invalid('it ends inside an entry');
  }

  #passed(): void {
    if (this.#state === 'content') {
      const taker = this.#taker;
      this.#taker = undefined;
      taker?.end();
      if (this.#padding > 0) {
        this.#state = 'padding';
        this.#left = this.#padding;
        return;
      }
    }
    this.#state = 'header';
  }

  #whole(block: Uint8Array): void {
    if (this.#state === 'extended') this.#extended(block);
    else this.#header(block);
  }

  #header(block: Uint8Array): void {
    if (block.every((byte) => byte === 0)) {
      // What lies behind the end is read by nobody.
      if (++this.#zeros === 2) this.#state = 'ended';
      return;
    }
    this.#zeros = 0;
    if (!checksumFits(block)) throw invalid('a header is damaged');
    if (++this.#entries > this.#limits.maxEntries)
      throw limit(`it has more than ${this.#limits.maxEntries} entries`);
    const flag = String.fromCharCode(block[156] ?? 0);
    const stated = numberIn(block, 124, 12);
    if (stated === undefined) throw invalid('the size of an entry is no number');
    if ('xgLKX'.includes(flag)) {
      if (stated > this.#limits.maxHeaderBytes)
        throw limit(`an extended header has ${stated} bytes`);
      this.#flag = flag;
      this.#left = stated + paddingOf(stated);
      this.#padding = stated;
      this.#state = this.#left === 0 ? 'header' : 'extended';
      return;
    }
    this.#entry(block, flag, stated);
  }

  #extended(padded: Uint8Array): void {
    const body = padded.subarray(0, this.#padding);
    this.#state = 'header';
    if (this.#flag === 'L') this.#longName = untilNul(body);
    else if (this.#flag === 'K') this.#longLink = untilNul(body);
    // A global header sets defaults that no maker of layers uses for names or sizes.
    else if (this.#flag !== 'g')
      for (const [key, value] of paxRecords(body)) this.#pax.set(key, value);
  }

  #entry(block: Uint8Array, flag: string, stated: number): void {
    const pax = this.#pax;
    const ustar = Buffer.from(block.subarray(257, 263)).toString('latin1') === 'ustar\0';
    const prefix = ustar ? untilNul(block.subarray(345, 500)) : '';
    const short = untilNul(block.subarray(0, 100));
    const name =
      pax.get('GNU.sparse.name') ??
      pax.get('path') ??
      this.#longName ??
      (prefix === '' ? short : `${prefix}/${short}`);
    const link = pax.get('linkpath') ?? this.#longLink ?? untilNul(block.subarray(157, 257));
    const paxSize = pax.get('size');
    const size = paxSize === undefined ? stated : Number(paxSize);
    const sparse = flag === 'S' || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'));
    if (!Number.isSafeInteger(size) || size < 0) throw invalid('the size of an entry is no number');
    if (Buffer.byteLength(name) > this.#limits.maxPathBytes)
      throw limit(`a path has more than ${this.#limits.maxPathBytes} bytes`);
    this.#pax = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    const type = typeOf(flag, name, sparse);
    const content = type === 'file' || type === 'other' ? size : 0;
    const path = cleanLayerPath(name);
    const mode = (numberIn(block, 100, 8) ?? 0) & 0o7777;
    const taker =
      path === undefined || path === ''
        ? undefined
        : this.#onEntry({ path, type, size: content, mode, link });
    if (content === 0) {
      taker?.end();
      return;
    }
    this.#taker = taker;
    this.#left = content;
    this.#padding = paddingOf(content);
    this.#state = 'content';
  }
}

/** A path from the root of the image; undefined where it leads out of it. */
function cleanLayerPath(name: string): string | undefined {
  const segments: string[] = [];
  for (const segment of name.split('/')) {
    if (segment === '..') return undefined;
    if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function typeOf(flag: string, name: string, sparse: boolean): LayerEntry['type'] {
  if (sparse) return 'other';
  if (flag === '5' || ((flag === '0' || flag === '\0') && name.endsWith('/'))) return 'directory';
  if (flag === '2') return 'symlink';
  if (flag === '1') return 'hardlink';
  if (flag === '0' || flag === '\0' || flag === '7') return 'file';
  return 'other';
}

function checksumFits(block: Uint8Array): boolean {
  let unsigned = 256;
  let signed = 256;
  for (let at = 0; at < blockBytes; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const stated = numberIn(block, 148, 8);
  return stated === unsigned || stated === signed;
}

/** An octal number, or one in base 256; undefined for anything else. */
function numberIn(block: Uint8Array, at: number, length: number): number | undefined {
  const field = block.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = Buffer.from(field).toString('latin1').replace(/\0.*$/s, '').trim();
  if (text === '') return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function* paxRecords(body: Uint8Array): Generator<readonly [string, string]> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, Math.max(at, space)));
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > bytes.length)
      throw invalid('an extended header is damaged');
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= at + length) throw invalid('an extended header is damaged');
    yield [
      bytes.toString('utf8', space + 1, equals),
      bytes.toString('utf8', equals + 1, at + length - 1),
    ];
    at += length;
  }
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

function invalid(detail: string): SbomError {
  return new SbomError('SBOM_LAYER_INVALID', `a layer cannot be read as a tar: ${detail}`, {
    suggestions: ['Build or fetch the image again'],
  });
}

/** A layer with more than is read. */
export function limit(detail: string): SbomError {
  return new SbomError('SBOM_LAYER_LIMIT', `a layer is larger than is read: ${detail}`);
}
