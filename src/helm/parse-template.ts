import { textOf } from './go-literals.ts';
import { PipelineParser } from './parse-pipeline.ts';
import { scanTemplate, type Token } from './scan-template.ts';
import type { TemplatePlace } from './template-fault.ts';
import type { TemplateNode } from './template-syntax.ts';
import { TokenCursor } from './token-cursor.ts';

/** A parsed file: what it prints itself, and the templates it defines. */
export interface ParsedTemplate {
  readonly body: readonly TemplateNode[];
  readonly defines: ReadonlyMap<string, readonly TemplateNode[]>;
}

const maxNesting = 200;

/**
 * Reads a template of a chart.
 * @throws TemplateFailure with file, line and column; TemplateUndecided for one nested deeper than is followed
 * @see https://pkg.go.dev/text/template
 */
export function parseTemplate(
  source: string,
  file: string,
  isFunction: (name: string) => boolean,
): ParsedTemplate {
  return new Parse(scanTemplate(source, file), file, isFunction).file();
}

type Ending = 'end' | 'else';

class Parse {
  readonly #at: TokenCursor;
  readonly #pipelines: PipelineParser;
  readonly #defines = new Map<string, readonly TemplateNode[]>();
  #depth = 0;
  #ranges = 0;

  constructor(tokens: readonly Token[], file: string, isFunction: (name: string) => boolean) {
    this.#at = new TokenCursor(tokens, file);
    this.#pipelines = new PipelineParser(this.#at, isFunction);
  }

  file(): ParsedTemplate {
    const { nodes, ending } = this.#list(undefined);
    if (ending !== undefined) throw this.#at.wrong(`{{${ending}}} closes nothing`);
    return { body: nodes, defines: this.#defines };
  }

  /** Nodes up to the `end` or `else` that ends them, which is consumed but for what follows `else`. */
  #list(inside: string | undefined): { nodes: TemplateNode[]; ending: Ending | undefined } {
    if (++this.#depth > maxNesting) throw this.#at.tooDeep('blocks are nested');
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#at.next();
      if (token === undefined) {
        if (inside !== undefined) throw this.#at.wrong(`{{${inside}}} is not closed`);
        break;
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text, place: token.place });
        continue;
      }
      this.#at.skipSpace();
      const word = this.#at.peek();
      if (word?.kind === 'word' && (word.text === 'end' || word.text === 'else')) {
        this.#at.next();
        this.#depth--;
        if (word.text === 'end') this.#at.close();
        return { nodes, ending: word.text };
      }
      const node = this.#action(word);
      if (node !== undefined) nodes.push(node);
    }
    this.#depth--;
    return { nodes, ending: undefined };
  }

  #action(word: Token | undefined): TemplateNode | undefined {
    const keyword = word?.kind === 'word' ? word.text : '';
    switch (keyword) {
      case 'if':
      case 'with':
      case 'range':
        this.#at.next();
        return this.#block(keyword);
      case 'break':
      case 'continue':
        this.#at.next();
        this.#at.close();
        if (this.#ranges === 0) throw this.#at.wrong(`{{${keyword}}} stands outside of a range`);
        return { kind: keyword };
      case 'define':
        this.#at.next();
        this.#define();
        return undefined;
      case 'block':
        this.#at.next();
        return this.#namedBlock(word?.place ?? this.#at.place());
      case 'template': {
        this.#at.next();
        const name = this.#name();
        const argument = this.#at.atClose() ? undefined : this.#pipelines.pipeline();
        this.#at.close();
        return { kind: 'template', name, argument, place: word?.place ?? this.#at.place() };
      }
      default: {
        const pipeline = this.#pipelines.pipeline();
        this.#at.close();
        return { kind: 'action', pipeline };
      }
    }
  }

  #block(kind: 'if' | 'with' | 'range'): TemplateNode {
    const pipeline = this.#pipelines.pipeline(kind === 'range' ? 2 : 1);
    this.#at.close();
    if (kind === 'range') this.#ranges++;
    const { nodes: body, ending } = this.#list(kind);
    if (kind === 'range') this.#ranges--;
    const otherwise = ending === 'else' ? this.#else(kind) : [];
    return { kind, pipeline, body, otherwise };
  }

  /** After `else`: its own list, or `else if` as an `if` inside it. */
  #else(kind: 'if' | 'with' | 'range'): readonly TemplateNode[] {
    this.#at.skipSpace();
    const word = this.#at.peek();
    if (word?.kind === 'word' && word.text === kind && kind !== 'range') {
      this.#at.next();
      if (++this.#depth > maxNesting) throw this.#at.tooDeep('{{else if}} follows {{else if}}');
      const block = this.#block(kind);
      this.#depth--;
      return [block];
    }
    this.#at.close();
    const { nodes, ending } = this.#list('else');
    if (ending !== 'end') throw this.#at.wrong('{{else}} follows {{else}}');
    return nodes;
  }

  #define(): void {
    const name = this.#name();
    this.#at.close();
    this.#keep(name, this.#apart('define', name));
  }

  /** The nodes of a template of its own: a range around it is none of its. */
  #apart(keyword: 'define' | 'block', name: string): readonly TemplateNode[] {
    const ranges = this.#ranges;
    this.#ranges = 0;
    const { nodes, ending } = this.#list(keyword);
    this.#ranges = ranges;
    if (ending !== 'end') throw this.#at.wrong(`{{else}} in {{${keyword} "${name}"}}`);
    return nodes;
  }

  #namedBlock(place: TemplatePlace): TemplateNode {
    const name = this.#name();
    const argument = this.#pipelines.pipeline();
    this.#at.close();
    this.#keep(name, this.#apart('block', name));
    return { kind: 'template', name, argument, place };
  }

  /** Of two in one file one holds nothing but space. It does not replace the other. */
  #keep(name: string, nodes: readonly TemplateNode[]): void {
    const before = this.#defines.get(name);
    if (before !== undefined && isBlank(nodes)) return;
    if (before !== undefined && !isBlank(before))
      throw this.#at.wrong(`the template "${name}" is defined twice in one file`);
    this.#defines.set(name, nodes);
  }

  #name(): string {
    this.#at.skipSpace();
    const token = this.#at.next();
    if (token?.kind !== 'string') throw this.#at.wrong('the name of a template is a quoted text');
    return textOf(token);
  }
}

function isBlank(nodes: readonly TemplateNode[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}
