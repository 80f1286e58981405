import type { DocumentProblem } from './document-problem.ts';
import { placeIn } from './text-lines.ts';

/** Ceilings of one document; there is no value for "unlimited". */
export interface DocumentLimits {
  readonly maxBytes: number;
  /** Nesting of objects and lists; a lone scalar has depth 0. */
  readonly maxDepth: number;
}

export type JsonResult =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: DocumentProblem };

/**
 * Reads one JSON text and nothing else: no duplicate member, no byte-order mark, no bytes behind
 * the value, no lone surrogate, no number beyond a double. Never throws for bad input.
 *
 * `JSON.parse` would keep the last of two equal members while other readers keep the first, so
 * one signed document could mean two things.
 * @see RFC 8259, and RFC 7493 (I-JSON) §2
 */
export function parseJsonStrict(bytes: Uint8Array, limits: DocumentLimits): JsonResult {
  if (bytes.byteLength > limits.maxBytes) {
    const message = `the document has ${bytes.byteLength} bytes, at most ${limits.maxBytes} are read`;
    return { problem: problemAt('', 0, 'DOCUMENT_SIZE', message) };
  }
  const decoded = decodeUtf8(bytes);
  if (decoded.problem !== undefined) return { problem: decoded.problem };
  const reader = new JsonReader(decoded.text, limits.maxDepth);
  try {
    return { value: reader.document() };
  } catch (error) {
    if (error instanceof JsonFault) {
      return {
        problem: problemAt(decoded.text, error.offset, error.code, error.message, reader.pointer()),
      };
    }
    throw error;
  }
}

/**
 * Where the parts of a JSON text stand that `parseJsonStrict` has read without a problem; the nearest
 * existing parent for what is absent. Reads the text once more, so call it for messages only.
 */
export function locateInJson(
  bytes: Uint8Array,
  limits: DocumentLimits,
): (pointer: string) => { readonly line: number; readonly column: number } {
  const { text = '' } = decodeUtf8(bytes);
  const offsets = new Map<string, number>();
  new JsonReader(text, limits.maxDepth, offsets).document();
  return (pointer) => {
    let at = pointer;
    while (at !== '' && !offsets.has(at)) at = at.slice(0, at.lastIndexOf('/'));
    return placeIn(text, offsets.get(at) ?? 0);
  };
}

/** UTF-8 to text; a byte-order mark and malformed sequences are problems, never repaired. */
export function decodeUtf8(
  bytes: Uint8Array,
):
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: DocumentProblem } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    const message = 'the document begins with a byte-order mark, which other readers refuse';
    return { problem: problemAt('', 0, 'DOCUMENT_ENCODING', message) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const sound = new TextDecoder('utf-8').decode(bytes);
    const message = 'the document is not valid UTF-8';
    return {
      problem: problemAt(sound, Math.max(0, sound.indexOf('\ufffd')), 'DOCUMENT_ENCODING', message),
    };
  }
}

/** One member name as a JSON pointer segment. @see RFC 6901 §3 */
export function pointerSegment(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

type FaultCode = DocumentProblem['code'];

class JsonFault extends Error {
  readonly code: FaultCode;
  readonly offset: number;
  constructor(code: FaultCode, offset: number, message: string) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

function problemAt(
  text: string,
  offset: number,
  code: FaultCode,
  message: string,
  pointer = '',
): DocumentProblem {
  return { code, message, pointer, ...placeIn(text, offset), severity: 'error' };
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class JsonReader {
  private readonly text: string;
  private readonly maxDepth: number;
  private readonly offsets: Map<string, number> | undefined;
  private readonly path: (string | number)[] = [];
  private at = 0;

  /** @param offsets takes where each value begins, by its pointer */
  constructor(text: string, maxDepth: number, offsets?: Map<string, number>) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.offsets = offsets;
  }

  pointer(): string {
    return this.path.map((key) => `/${pointerSegment(key)}`).join('');
  }

  document(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail('there are bytes behind the end of the JSON value');
    return value;
  }

  private value(depth: number): unknown {
    this.space();
    this.offsets?.set(this.pointer(), this.at);
    const first = this.text[this.at];
    if (first === '{' || first === '[') {
      if (depth >= this.maxDepth) {
        throw new JsonFault(
          'DOCUMENT_DEPTH',
          this.at,
          `nested deeper than ${this.maxDepth} levels`,
        );
      }
      this.at += 1;
      return first === '{' ? this.object(depth + 1) : this.list(depth + 1);
    }
    if (first === '"') return this.string();
    for (const [word, value] of words) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    if (this.take('}')) return result;
    do {
      this.space();
      const start = this.at;
      if (this.text[start] !== '"') this.fail('expected a member name in double quotes');
      const key = this.string();
      this.path.push(key);
      if (Object.hasOwn(result, key)) {
        throw new JsonFault(
          'DOCUMENT_DUPLICATE_KEY',
          start,
          `the member ${JSON.stringify(key)} appears twice`,
        );
      }
      if (!this.take(':')) this.fail('expected ":" after the member name');
      // defineProperty, because assigning "__proto__" would change the prototype instead.
      const value = this.value(depth);
      Object.defineProperty(result, key, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
      this.path.pop();
    } while (this.take(','));
    if (!this.take('}')) this.fail('expected "," or "}"');
    return result;
  }

  private list(depth: number): unknown[] {
    const result: unknown[] = [];
    if (this.take(']')) return result;
    do {
      this.path.push(result.length);
      const value = this.value(depth);
      this.path.pop();
      result.push(value);
    } while (this.take(','));
    if (!this.take(']')) this.fail('expected "," or "]"');
    return result;
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    let result = '';
    for (;;) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what RFC 8259 forbids
      const plain = this.match(/[^"\\\u0000-\u001f]*/y);
      result += plain;
      const stop = this.text[this.at];
      if (stop === '"') break;
      if (stop !== '\\') this.fail('a string is not closed, or holds a raw control character');
      const code = this.text[this.at + 1] ?? '';
      this.at += 2;
      if (code === 'u') {
        const hex = this.match(/[0-9a-fA-F]{4}/y);
        if (hex === '') this.fail('"\\u" needs four hexadecimal digits');
        result += String.fromCharCode(Number.parseInt(hex, 16));
      } else {
        const plainEscape = Object.hasOwn(escapes, code) ? escapes[code] : undefined;
        if (plainEscape === undefined) this.fail('unknown escape in a string');
        result += plainEscape;
      }
    }
    this.at += 1;
    if (!result.isWellFormed()) {
      throw new JsonFault('DOCUMENT_ENCODING', start, 'a string holds half of a surrogate pair');
    }
    return result;
  }

  private number(): number {
    const start = this.at;
    const token = this.match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (token === '') {
      this.fail(
        this.at >= this.text.length ? 'the document ends too early' : 'expected a JSON value',
      );
    }
    const value = Number(token);
    if (!Number.isFinite(value))
      throw new JsonFault('DOCUMENT_SYNTAX', start, `the number ${token} is out of range`);
    return value;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private space(): void {
    this.match(/[ \t\r\n]*/y);
  }

  private take(token: string): boolean {
    this.space();
    if (this.text[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private fail(message: string): never {
    throw new JsonFault('DOCUMENT_SYNTAX', this.at, message);
  }
}

const words: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
