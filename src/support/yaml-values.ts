import { isAlias, isMap, isScalar, isSeq, type LineCounter } from 'yaml';
import type { DocumentProblem } from './document-problem.ts';
import { pointerSegment } from './json-document.ts';
import { YamlFault, type YamlLimits } from './yaml-tokens.ts';

/** 1-based place in a text. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an offset. */
export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(Math.max(0, offset));
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

interface Anchored {
  readonly node: unknown;
  readonly value: unknown;
  readonly size: number;
  readonly depth: number;
}

/** Turns nodes into plain values, in document order, so that an alias sees only what precedes it. */
export class Converter {
  readonly problems: DocumentProblem[] = [];
  /** Where each alias leads. */
  readonly targets = new Map<unknown, unknown>();
  /** Of a key given twice the last one counts, and keys that are no text go by their value. */
  readonly lastKeyWins: boolean;
  private readonly lines: LineCounter;
  private readonly limits: YamlLimits;
  private readonly budget: { left: number };
  private readonly anchors = new Map<string, Anchored>();
  private readonly path: (string | number)[] = [];
  private size = 0;
  private deepest = 0;

  constructor(
    lines: LineCounter,
    limits: YamlLimits,
    budget: { left: number },
    lastKeyWins = false,
  ) {
    this.lastKeyWins = lastKeyWins;
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
      const key = keyText(keyNode, this.lastKeyWins);
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
      else if (own.has(key) && !this.lastKeyWins) {
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

/** A key as text, as written unless by value: `1.10` stays "1.10". */
function keyText(node: unknown, byValue: boolean): string | undefined {
  if (node === null) return '';
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  if (byValue && typeof node.value !== 'symbol') return String(node.value);
  return node.source ?? String(node.value);
}

function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) return node.range?.[0];
  return undefined;
}

/** Offsets of the value and the key a pointer leads to; those of the nearest parent if it ends early. */
export function find(
  root: unknown,
  pointer: string,
  { targets, lastKeyWins }: Pick<Converter, 'targets' | 'lastKeyWins'>,
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
      const matches = (pair: { readonly key: unknown }) => keyText(pair.key, lastKeyWins) === name;
      const item = lastKeyWins ? container.items.findLast(matches) : container.items.find(matches);
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
