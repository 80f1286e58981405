/**
 * Strict DER for certificates and timestamps. Libraries read more than DER allows, each its own
 * superset; what two of them could read differently is refused here before any of them sees it.
 * @see ITU-T X.690 §8, §10, §11
 */
export interface DerNode {
  /** Identifier octet: class, constructed bit and number below 31. */
  readonly tag: number;
  /** Without identifier and length. */
  readonly content: Uint8Array;
  /** With identifier and length. */
  readonly raw: Uint8Array;
  /** Empty for primitive nodes. */
  readonly children: readonly DerNode[];
}

/** Ceilings of one document. */
const maxDepth = 24;
const maxNodes = 8192;

/** Why bytes are no DER. Callers turn it into their own error. */
export class DerFault extends Error {}

/** Reads exactly one value. @throws DerFault */
export function parseDer(bytes: Uint8Array): DerNode {
  const nodes = { left: maxNodes };
  const node = readNode(bytes, 0, 0, nodes);
  if (node.raw.byteLength !== bytes.byteLength)
    throw new DerFault(`${bytes.byteLength - node.raw.byteLength} bytes behind the end`);
  return node;
}

/** `1.2.840.…` of an OBJECT IDENTIFIER. @throws DerFault */
export function oidOf(node: DerNode | undefined): string {
  const content = contentOf(node, 0x06, 'an object identifier');
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** Seconds and milliseconds of UTCTime or GeneralizedTime, always UTC. @throws DerFault */
export function timeOf(node: DerNode | undefined): Date {
  if (node?.tag !== 0x17 && node?.tag !== 0x18) throw new DerFault('expected a time');
  const text = Buffer.from(node.content).toString('latin1');
  const match =
    node.tag === 0x17
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()Z$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,8}[1-9])?Z$/.exec(text);
  if (match === null) throw new DerFault(`'${text.slice(0, 30)}' is no time in UTC`);
  const [, year = '', month, day, hour, minute, second, fraction = ''] = match;
  const century = node.tag === 0x18 ? '' : Number(year) >= 50 ? '19' : '20';
  const iso = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(1, 4).padEnd(3, '0')}Z`;
  const date = new Date(iso);
  // 30 February would otherwise become 2 March.
  if (Number.isNaN(date.getTime()) || date.toISOString() !== iso)
    throw new DerFault(`'${text}' is no date`);
  return date;
}

/** Content of a primitive node of that tag. @throws DerFault */
export function contentOf(node: DerNode | undefined, tag: number, what: string): Uint8Array {
  if (node === undefined || node.tag !== tag) throw new DerFault(`expected ${what}`);
  return node.content;
}

/** Children of a constructed node of that tag. @throws DerFault */
export function childrenOf(
  node: DerNode | undefined,
  tag: number,
  what: string,
): readonly DerNode[] {
  if (node === undefined || node.tag !== tag) throw new DerFault(`expected ${what}`);
  return node.children;
}

function readNode(
  bytes: Uint8Array,
  start: number,
  depth: number,
  nodes: { left: number },
): DerNode {
  if (depth > maxDepth) throw new DerFault(`nested deeper than ${maxDepth}`);
  nodes.left -= 1;
  if (nodes.left < 0) throw new DerFault(`more than ${maxNodes} values`);
  const tag = bytes[start];
  if (tag === undefined) throw new DerFault('the end is missing');
  if ((tag & 0x1f) === 0x1f) throw new DerFault('a tag of more than one byte');
  const { length, at } = readLength(bytes, start + 1);
  const end = at + length;
  if (end > bytes.byteLength) throw new DerFault('a value that ends behind its parent');
  const content = bytes.subarray(at, end);
  const children: DerNode[] = [];
  if ((tag & 0x20) !== 0) {
    let next = 0;
    while (next < content.byteLength) {
      const child = readNode(content, next, depth + 1, nodes);
      children.push(child);
      next += child.raw.byteLength;
    }
  }
  const node = { tag, content, raw: bytes.subarray(start, end), children };
  if ((tag & 0xc0) === 0) checkUniversal(node);
  return node;
}

function readLength(bytes: Uint8Array, start: number): { length: number; at: number } {
  const first = bytes[start];
  if (first === undefined) throw new DerFault('the end is missing');
  if (first < 0x80) return { length: first, at: start + 1 };
  const count = first & 0x7f;
  if (count === 0) throw new DerFault('a length without an end');
  if (count > 4) throw new DerFault(`a length of ${count} bytes`);
  let length = 0;
  for (let index = 1; index <= count; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new DerFault('the end is missing');
    length = length * 256 + byte;
  }
  if (length < 0x80 || bytes[start + 1] === 0)
    throw new DerFault('a length that is not as short as can be');
  return { length, at: start + 1 + count };
}

/** The one encoding that DER leaves of each universal type we meet. */
function checkUniversal({ tag, content }: DerNode): void {
  const number = tag & 0x1f;
  const constructed = (tag & 0x20) !== 0;
  // Only SEQUENCE and SET are made of other values; strings in pieces are BER.
  if (constructed !== (number === 0x10 || number === 0x11))
    throw new DerFault(`a value of type ${number} in a form that DER does not allow`);
  const [first, second = 0] = content;
  switch (number) {
    case 0x00:
      throw new DerFault('an end-of-contents marker');
    case 0x01:
      if (content.byteLength !== 1 || (first !== 0 && first !== 0xff))
        throw new DerFault('a boolean that is neither true nor false');
      return;
    case 0x02:
    case 0x0a:
      if (first === undefined) throw new DerFault('an integer of no byte');
      if (
        content.byteLength > 1 &&
        ((first === 0 && second < 0x80) || (first === 0xff && second > 0x7f))
      )
        throw new DerFault('an integer that is not as short as can be');
      return;
    case 0x03:
      checkBits(content);
      return;
    case 0x05:
      if (first !== undefined) throw new DerFault('a null with content');
      return;
    case 0x06:
      checkOid(content);
      return;
    default:
  }
}

function checkBits(content: Uint8Array): void {
  const unused = content[0];
  if (unused === undefined || unused > 7 || (unused > 0 && content.byteLength === 1))
    throw new DerFault('a bit string with a wrong count of unused bits');
  const last = content[content.byteLength - 1] ?? 0;
  if (unused > 0 && (last & ((1 << unused) - 1)) !== 0)
    throw new DerFault('a bit string whose unused bits are set');
}

function checkOid(content: Uint8Array): void {
  let begins = true;
  for (const byte of content) {
    if (begins && byte === 0x80) throw new DerFault('an object identifier with a padded arc');
    begins = (byte & 0x80) === 0;
  }
  if (!begins || content.byteLength === 0 || content.byteLength > 64)
    throw new DerFault('an object identifier without an end');
}
