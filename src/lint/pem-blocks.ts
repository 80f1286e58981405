/** A key or certificate as text, wherever it stands in another text. */
export interface PemBlock {
  /** `CERTIFICATE`, `EC PRIVATE KEY`. */
  readonly label: string;
  /** What it encodes; headers are left out. */
  readonly bytes: Uint8Array;
  /** 1-based place in the text that was looked through. */
  readonly line: number;
  readonly column: number;
}

const begin = '-----BEGIN ';
/** `-----BEGIN` in base64, as the data of a Secret has it. */
const encodedBegin = 'LS0tLS1CRUdJTi';
/** Longer than any key or certificate; chains hold several blocks. */
const maxBlockLength = 2 ** 16;
/** Shorter than the shortest key: three dots, the word of an example. */
const minBytes = 40;

/**
 * Keys and certificates in a text: as they are, in comments, with line ends written as `\n`, or in base64. What is
 * filled in later, or only hinted at, is none.
 * @see RFC 7468, section 2
 */
export function* pemBlocks(text: string): Generator<PemBlock> {
  yield* plainBlocks(text);
  for (let at = text.indexOf(encodedBegin); at >= 0; at = text.indexOf(encodedBegin, at + 1)) {
    const [encoded = ''] =
      /^[A-Za-z0-9+/]+={0,2}/.exec(text.slice(at, at + 16 * maxBlockLength)) ?? [];
    const place = placeAt(text, at);
    for (const block of plainBlocks(Buffer.from(encoded, 'base64').toString('latin1')))
      yield { ...block, ...place };
  }
}

function* plainBlocks(text: string): Generator<PemBlock> {
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
    const label = /^[A-Z0-9 ]{1,40}(?=-----)/.exec(text.slice(at + begin.length, at + 64))?.[0];
    if (label === undefined) continue;
    const start = at + begin.length + label.length + 5;
    const end = text.indexOf(`-----END ${label}-----`, start);
    if (end < 0 || end - start > maxBlockLength) continue;
    const bytes = bodyOf(text.slice(start, end));
    if (bytes !== undefined) yield { label, bytes, ...placeAt(text, at) };
  }
}

/** Undefined for what is no base64: an example, or something a template fills in. */
function bodyOf(body: string): Uint8Array | undefined {
  const lines = body
    .replaceAll(/\\r?\\n|\\n/g, '\n')
    .split(/\r?\n/)
    .map((line) => line.replace(/^[\s#|>"']+|["'\s\\,]+$/g, ''))
    // Of old encrypted keys.
    .filter((line) => !/^[A-Za-z-]+: /.test(line));
  const text = lines.join('');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length < minBytes ? undefined : bytes;
}

function placeAt(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
