import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
} from 'yaml';
import type { DocumentProblem } from './document-problem.ts';
import { type DocumentLimits, decodeUtf8, pointerSegment } from './json-document.ts';

/** Ceilings of a YAML stream. */
export interface YamlLimits extends DocumentLimits {
  /** Values reached through aliases, over the whole stream; ends "billion laughs". */
  readonly maxAliasedValues: number;
  /** Words, signs and line ends: what reading costs time and memory for, whatever the bytes. */
  readonly maxTokens: number;
}

/** Generous for definitions people write, small against an attack. */
export const definitionLimits: YamlLimits = {
  maxBytes: 4 * 1024 * 1024,
  maxDepth: 64,
  maxAliasedValues: 50_000,
  maxTokens: 200_000,
};

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  /** Plain values; `null` for an empty document. Aliases share one object: treat as read-only. */
  readonly value: unknown;
  /** Where a JSON pointer's value stands; the nearest existing parent for one that is absent. */
  locate(pointer: string): Place;
  /** Where the key of a JSON pointer's last segment stands; like `locate` where there is none. */
  locateKey(pointer: string): Place;
  /** A plain (unquoted) scalar as it is spelt: `1.10`, where the value is 1.1; undefined for all else. */
  written(pointer: string): string | undefined;
}

export interface YamlStream {
  /** Empty documents included, in file order. None when a problem forbids trusting any. */
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly DocumentProblem[];
}

/** More in one stream is no definition, and each costs the library as much as a page of text. */
const maxDocuments = 2000;

/** At most this many problems are told; the rest repeats them. */
const maxProblems = 50;

/**
 * Reads a YAML stream that nobody vouches for: YAML 1.2 core types, duplicate keys refused, merge
 * keys honoured, size, depth and alias expansion bounded. Never throws for bad input.
 *
 * @see YAML 1.2.2 §10.3 (core schema)
 */
export function parseYaml(bytes: Uint8Array, limits: YamlLimits = definitionLimits): YamlStream {
  if (bytes.byteLength > limits.maxBytes) {
    const message = `the document has ${bytes.byteLength} bytes, at most ${limits.maxBytes} are read`;
    return refused({
      code: 'DOCUMENT_SIZE',
      message,
      pointer: '',
      line: 1,
      column: 1,
      severity: 'error',
    });
  }
  const decoded = decodeUtf8(bytes);
  if (decoded.problem !== undefined) return refused(decoded.problem);
  const lines = new LineCounter();
  try {
    return composeStream(decoded.text, lines, limits);
  } catch (error) {
    if (!(error instanceof YamlFault) && !(error instanceof RangeError)) throw error;
    const offset = error instanceof YamlFault ? error.offset : 0;
    return refused({
      // A RangeError is the library's own recursion at its end.
      code: error instanceof YamlFault ? error.code : 'DOCUMENT_DEPTH',
      message: error instanceof YamlFault ? error.message : 'nested too deeply to be read',
      pointer: '',
      ...placeAt(lines, offset),
      severity: 'error',
    });
  }
}

/** Reads a stream that must hold exactly one document. */
export function parseYamlDocument(
  bytes: Uint8Array,
  limits: YamlLimits = definitionLimits,
): { readonly document?: YamlDocument; readonly problems: readonly DocumentProblem[] } {
  const { documents, problems } = parseYaml(bytes, limits);
  const [document, second] = documents;
  if (second !== undefined) {
    const message = 'a second YAML document follows, where one is expected';
    return {
      problems: [
        ...problems,
        { code: 'DOCUMENT_RULE', message, pointer: '', ...second.locate(''), severity: 'error' },
      ],
    };
  }
  return { ...(document === undefined ? {} : { document }), problems };
}

function refused(problem: DocumentProblem): YamlStream {
  return { documents: [], problems: [problem] };
}

class YamlFault extends Error {
  readonly code: DocumentProblem['code'];
  readonly offset: number;
  constructor(code: DocumentProblem['code'], offset: number, message: string) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

function composeStream(text: string, lines: LineCounter, limits: YamlLimits): YamlStream {
  const tokens = readTokens(text, lines, limits);
  // Its own duplicate search is quadratic; ours is in `Converter`.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    strict: true,
  });
  const problems: DocumentProblem[] = [];
  const documents: YamlDocument[] = [];
  const budget = { left: limits.maxAliasedValues };
  for (const composed of composer.compose(tokens, true, text.length)) {
    if (documents.length >= maxDocuments) {
      const message = `more than ${maxDocuments} documents in one file`;
      throw new YamlFault('DOCUMENT_SIZE', composed.range[0], message);
    }
    for (const fault of [...composed.errors, ...composed.warnings]) {
      problems.push({
        code: 'DOCUMENT_SYNTAX',
        message: fault.message.split('\n', 1)[0] ?? fault.message,
        pointer: '',
        ...placeAt(lines, fault.pos[0]),
        severity: 'error',
      });
    }
    const { explicit, version } = composed.directives.yaml;
    if (explicit === true && version !== '1.2') {
      const message = `the document declares YAML ${version}; 1.2 is read, where "yes" and "on" are text`;
      problems.push({
        code: 'DOCUMENT_SYNTAX',
        message,
        pointer: '',
        ...placeAt(lines, composed.range[0]),
        severity: 'error',
      });
    }
    const converter = new Converter(lines, limits, budget);
    const value = converter.convert(composed.contents, 0);
    problems.push(...converter.problems);
    const root = composed.contents ?? undefined;
    const start = composed.range[0];
    documents.push({
      value,
      locate: (pointer) => placeAt(lines, find(root, pointer, converter.targets).value ?? start),
      locateKey: (pointer) => {
        const found = find(root, pointer, converter.targets);
        return placeAt(lines, found.key ?? found.value ?? start);
      },
      written: (pointer) => {
        const { node } = find(root, pointer, converter.targets);
        return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
      },
    });
  }
  const told = problems.slice(0, maxProblems);
  return { documents: problems.length > 0 ? [] : documents, problems: told };
}

/** The library would build all it can before it says a word, so it is stopped from outside. */
function readTokens(text: string, lines: LineCounter, limits: YamlLimits): readonly CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.maxTokens) {
      const message = `the document has more than ${limits.maxTokens} words and signs`;
      throw new YamlFault('DOCUMENT_SIZE', parser.offset, message);
    }
    tokens.push(...parser.next(lexeme));
    // Two entries more than the depth: the document and the value at hand.
    if (parser.stack.length > limits.maxDepth + 2) refuseDepth(parser.offset, limits);
  }
  tokens.push(...parser.end());
  // Composing goes by recursion and would exhaust the stack.
  for (const token of tokens) boundDepth(token, limits);
  return tokens;
}

function refuseDepth(offset: number, { maxDepth }: YamlLimits): never {
  throw new YamlFault('DOCUMENT_DEPTH', offset, `nested deeper than ${maxDepth} levels`);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(Math.max(0, offset));
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function boundDepth(root: CST.Token, limits: YamlLimits): void {
  const stack: { token: CST.Token; depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (token.type === 'document') {
      if (token.value !== undefined) stack.push({ token: token.value, depth });
    } else if (
      token.type === 'block-map' ||
      token.type === 'block-seq' ||
      token.type === 'flow-collection'
    ) {
      if (depth >= limits.maxDepth) refuseDepth(token.offset, limits);
      for (const item of token.items) {
        if (item.key !== undefined && item.key !== null)
          stack.push({ token: item.key, depth: depth + 1 });
        if (item.value !== undefined) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
}

interface Anchored {
  readonly node: unknown;
  readonly value: unknown;
  readonly size: number;
  readonly depth: number;
}

/** Turns nodes into plain values, in document order, so that an alias sees only what precedes it. */
class Converter {
  readonly problems: DocumentProblem[] = [];
  /** Where each alias leads. */
  readonly targets = new Map<unknown, unknown>();
  private readonly lines: LineCounter;
  private readonly limits: YamlLimits;
  private readonly budget: { left: number };
  private readonly anchors = new Map<string, Anchored>();
  private readonly path: (string | number)[] = [];
  private size = 0;
  private deepest = 0;

  constructor(lines: LineCounter, limits: YamlLimits, budget: { left: number }) {
    this.lines = lines;
    this.limits = limits;
    this.budget = budget;
  }

  convert(node: unknown, depth: number): unknown {
    const before = this.size;
    const outerDeepest = this.deepest;
    this.size += 1;
    this.deepest = depth;
    if (isAlias(node)) {
      const value = this.alias(node.source, node, depth);
      this.deepest = Math.max(outerDeepest, this.deepest);
      return value;
    }
    let value: unknown = null;
    let anchor: string | undefined;
    if (isScalar(node)) {
      value = node.value;
      anchor = node.anchor;
    } else if (isSeq(node)) {
      anchor = node.anchor;
      value = node.items.map((item, index) => this.below(index, item, depth));
    } else if (isMap(node)) {
      anchor = node.anchor;
      value = this.map(node.items, depth);
    }
    if (anchor !== undefined) {
      this.anchors.set(anchor, {
        node,
        value,
        size: this.size - before,
        depth: this.deepest - depth,
      });
    }
    this.deepest = Math.max(outerDeepest, this.deepest);
    return value;
  }

  private below(key: string | number, node: unknown, depth: number): unknown {
    this.path.push(key);
    const value = this.convert(node, depth + 1);
    this.path.pop();
    return value;
  }

  private alias(name: string, node: unknown, depth: number): unknown {
    const anchored = this.anchors.get(name);
    if (anchored === undefined) {
      this.report(
        'DOCUMENT_SYNTAX',
        node,
        `the alias *${name} stands before its anchor, inside it, or has none`,
      );
      return null;
    }
    this.targets.set(node, anchored.node);
    this.budget.left -= anchored.size;
    if (this.budget.left < 0) {
      throw new YamlFault(
        'DOCUMENT_ALIAS_LIMIT',
        offsetOf(node) ?? 0,
        `aliases repeat more than ${this.limits.maxAliasedValues} values`,
      );
    }
    if (depth + anchored.depth > this.limits.maxDepth) {
      throw new YamlFault(
        'DOCUMENT_DEPTH',
        offsetOf(node) ?? 0,
        `aliases nest deeper than ${this.limits.maxDepth} levels`,
      );
    }
    this.size += anchored.size;
    this.deepest = depth + anchored.depth;
    return anchored.value;
  }

  private map(
    items: readonly { key: unknown; value: unknown }[],
    depth: number,
  ): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const merged: unknown[] = [];
    for (const { key: keyNode, value: valueNode } of items) {
      const key = keyText(keyNode);
      if (key === undefined) {
        this.report(
          'DOCUMENT_SYNTAX',
          keyNode,
          'a key must be plain text, not a list, a mapping or an alias',
        );
        continue;
      }
      const value = this.below(key, valueNode, depth);
      if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN')
        merged.push(...this.mergeSources(value, valueNode));
      else if (own.has(key)) {
        this.path.push(key);
        this.report(
          'DOCUMENT_DUPLICATE_KEY',
          keyNode,
          `the key ${JSON.stringify(key)} appears twice`,
        );
        this.path.pop();
      } else own.set(key, value);
    }
    const result: Record<string, unknown> = {};
    // Earlier sources win over later ones, own keys over all.
    for (const source of merged.toReversed()) assign(result, Object.entries(Object(source)));
    assign(result, own);
    return result;
  }

  private mergeSources(value: unknown, node: unknown): readonly unknown[] {
    const sources = Array.isArray(value) ? value : [value];
    if (
      sources.every(
        (source) => typeof source === 'object' && source !== null && !Array.isArray(source),
      )
    )
      return sources;
    this.report('DOCUMENT_SYNTAX', node, 'a merge key "<<" takes a mapping or a list of mappings');
    return [];
  }

  private report(code: DocumentProblem['code'], node: unknown, message: string): void {
    const pointer = this.path.map((key) => `/${pointerSegment(key)}`).join('');
    const place = placeAt(this.lines, offsetOf(node) ?? 0);
    this.problems.push({ code, message, pointer, ...place, severity: 'error' });
  }
}

function assign(
  target: Record<string, unknown>,
  entries: Iterable<readonly [string, unknown]>,
): void {
  for (const [key, value] of entries) {
    // defineProperty, because assigning "__proto__" would change the prototype instead.
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
}

/** A key as text, as written: `1.10` stays "1.10". */
function keyText(node: unknown): string | undefined {
  if (node === null) return '';
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? String(node.value);
}

function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) return node.range?.[0];
  return undefined;
}

/** Offsets of the value and the key a pointer leads to; those of the nearest parent if it ends early. */
function find(
  root: unknown,
  pointer: string,
  targets: ReadonlyMap<unknown, unknown>,
): { readonly value?: number; readonly key?: number; readonly node?: unknown } {
  let node = root;
  let value = offsetOf(root);
  let key: number | undefined;
  let complete = true;
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    const container = isAlias(node) ? targets.get(node) : node;
    key = undefined;
    if (isMap(container)) {
      const item = container.items.find((pair) => keyText(pair.key) === name);
      complete = item !== undefined;
      if (item === undefined) break;
      key = offsetOf(item.key);
      node = item.value;
      value = offsetOf(node) ?? key ?? value;
    } else if (isSeq(container) && /^\d+$/.test(name)) {
      const item = container.items[Number(name)];
      complete = item !== undefined;
      if (item === undefined) break;
      node = item;
      value = offsetOf(node) ?? value;
    } else {
      complete = false;
      break;
    }
  }
  const found = isAlias(node) ? targets.get(node) : node;
  return {
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(complete ? { node: found } : {}),
  };
}
