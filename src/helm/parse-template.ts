import { scanTemplate, type Token } from './scan-template.ts';
import { TemplateFailure, type TemplatePlace } from './template-fault.ts';
import type { Command, Pipeline, TemplateNode, Term } from './template-syntax.ts';

/** A parsed file: what it prints itself, and the templates it defines. */
export interface ParsedTemplate {
  readonly body: readonly TemplateNode[];
  readonly defines: ReadonlyMap<string, readonly TemplateNode[]>;
}

const maxNesting = 200;

/**
 * Reads a template of a chart.
 * @throws TemplateFailure with file, line and column
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
  readonly #tokens: readonly Token[];
  readonly #file: string;
  readonly #isFunction: (name: string) => boolean;
  readonly #defines = new Map<string, readonly TemplateNode[]>();
  #next = 0;
  #depth = 0;
  #ranges = 0;

  constructor(tokens: readonly Token[], file: string, isFunction: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#file = file;
    this.#isFunction = isFunction;
  }

  file(): ParsedTemplate {
    const { nodes, ending } = this.#list(undefined);
    if (ending !== undefined) throw this.#wrong(`{{${ending}}} closes nothing`);
    return { body: nodes, defines: this.#defines };
  }

  /** Nodes up to the `end` or `else` that ends them, which is consumed but for what follows `else`. */
  #list(inside: string | undefined): { nodes: TemplateNode[]; ending: Ending | undefined } {
    if (++this.#depth > maxNesting) throw this.#wrong('the template is nested too deeply');
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#tokens[this.#next++];
      if (token === undefined) {
        if (inside !== undefined) throw this.#wrong(`{{${inside}}} is not closed`);
        break;
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text, place: token.place });
        continue;
      }
      this.#skipSpace();
      const word = this.#peek();
      if (word?.kind === 'word' && (word.text === 'end' || word.text === 'else')) {
        this.#next++;
        this.#depth--;
        if (word.text === 'end') this.#close();
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
        this.#next++;
        return this.#block(keyword);
      case 'break':
      case 'continue':
        this.#next++;
        this.#close();
        if (this.#ranges === 0) throw this.#wrong(`{{${keyword}}} stands outside of a range`);
        return { kind: keyword };
      case 'define':
        this.#next++;
        this.#define();
        return undefined;
      case 'block':
        this.#next++;
        return this.#namedBlock(word?.place ?? this.#place());
      case 'template': {
        this.#next++;
        const name = this.#name();
        const argument = this.#atClose() ? undefined : this.#pipeline();
        this.#close();
        return { kind: 'template', name, argument, place: word?.place ?? this.#place() };
      }
      default: {
        const pipeline = this.#pipeline();
        this.#close();
        return { kind: 'action', pipeline };
      }
    }
  }

  #block(kind: 'if' | 'with' | 'range'): TemplateNode {
    const pipeline = this.#pipeline(kind === 'range' ? 2 : 1);
    this.#close();
    if (kind === 'range') this.#ranges++;
    const { nodes: body, ending } = this.#list(kind);
    if (kind === 'range') this.#ranges--;
    const otherwise = ending === 'else' ? this.#else(kind) : [];
    return { kind, pipeline, body, otherwise };
  }

  /** After `else`: its own list, or `else if` as an `if` inside it. */
  #else(kind: 'if' | 'with' | 'range'): readonly TemplateNode[] {
    this.#skipSpace();
    const word = this.#peek();
    if (word?.kind === 'word' && word.text === kind && kind !== 'range') {
      this.#next++;
      return [this.#block(kind)];
    }
    this.#close();
    const { nodes, ending } = this.#list('else');
    if (ending !== 'end') throw this.#wrong('{{else}} follows {{else}}');
    return nodes;
  }

  #define(): void {
    const name = this.#name();
    this.#close();
    const ranges = this.#ranges;
    this.#ranges = 0;
    const { nodes, ending } = this.#list('define');
    this.#ranges = ranges;
    if (ending !== 'end') throw this.#wrong(`{{else}} in {{define "${name}"}}`);
    this.#keep(name, nodes);
  }

  #namedBlock(place: TemplatePlace): TemplateNode {
    const name = this.#name();
    const argument = this.#pipeline();
    this.#close();
    const { nodes, ending } = this.#list('block');
    if (ending !== 'end') throw this.#wrong(`{{else}} in {{block "${name}"}}`);
    this.#keep(name, nodes);
    return { kind: 'template', name, argument, place };
  }

  /** A definition of nothing but space does not replace one that holds something. */
  #keep(name: string, nodes: readonly TemplateNode[]): void {
    if (this.#defines.has(name) && isBlank(nodes)) return;
    this.#defines.set(name, nodes);
  }

  #pipeline(most = 1): Pipeline {
    this.#skipSpace();
    const place = this.#place();
    const { declares, assigns } = this.#declarations();
    if (declares.length > most)
      throw new TemplateFailure('more variables are declared than there are values', place);
    const commands: Command[] = [];
    for (;;) {
      commands.push(this.#command());
      if (this.#peek()?.kind !== '|') break;
      this.#next++;
    }
    commands.slice(1).forEach((command) => {
      const [first] = command.terms;
      if (first !== undefined && !callable.has(first.kind))
        throw new TemplateFailure('a value that takes no argument stands behind |', command.place);
    });
    return { place, declares, assigns, commands };
  }

  /** `$x :=`, `$x =`, `$i, $x :=`, or nothing. */
  #declarations(): { declares: readonly string[]; assigns: boolean } {
    const start = this.#next;
    const declares: string[] = [];
    for (;;) {
      const token = this.#peek();
      if (token?.kind !== 'variable') break;
      this.#next++;
      declares.push(token.text);
      this.#skipSpace();
      const sign = this.#peek();
      if (sign?.kind === ':=' || sign?.kind === '=') {
        this.#next++;
        this.#skipSpace();
        return { declares, assigns: sign.kind === '=' };
      }
      if (sign?.kind !== ',') break;
      this.#next++;
      this.#skipSpace();
    }
    this.#next = start;
    return { declares: [], assigns: false };
  }

  #command(): Command {
    this.#skipSpace();
    const place = this.#place();
    const terms: Term[] = [];
    for (;;) {
      const token = this.#peek();
      if (token === undefined || token.kind === 'close' || token.kind === ')' || token.kind === '|')
        break;
      if (token.kind === 'space') {
        this.#next++;
        continue;
      }
      terms.push(this.#term());
      const after = this.#peek();
      if (after !== undefined && !separators.has(after.kind))
        throw new TemplateFailure(`'${after.text}' follows a value without a space`, after.place);
    }
    if (terms.length === 0) throw this.#wrong('a value is missing');
    return { place, terms };
  }

  #term(): Term {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw this.#wrong('a value is missing');
    switch (token.kind) {
      case 'word':
        return this.#word(token);
      case 'string':
        return { kind: 'literal', value: textOf(token) };
      case 'number':
        return numberTerm(token);
      case 'char': {
        const [char, second] = [...unescapeText(token.text.slice(1, -1), token.place)];
        if (char === undefined || second !== undefined)
          throw new TemplateFailure(`${token.text} is no single character`, token.place);
        return { kind: 'number', text: token.text, value: BigInt(char.codePointAt(0) ?? 0) };
      }
      case 'variable':
        return { kind: 'variable', name: token.text, names: this.#fields() };
      case 'field':
        return { kind: 'field', names: [token.text.slice(1), ...this.#fields()] };
      case 'dot':
        return { kind: 'dot' };
      case '(': {
        const pipeline = this.#pipeline();
        this.#skipSpace();
        if (this.#tokens[this.#next++]?.kind !== ')') throw this.#wrong('a ) is missing');
        return { kind: 'chain', pipeline, names: this.#fields() };
      }
      case 'text':
      case 'open':
      case 'close':
      case 'space':
      case ')':
      case '|':
      case ',':
      case ':=':
      case '=':
        throw new TemplateFailure(`'${token.text}' stands where a value should`, token.place);
    }
  }

  #word({ text, place }: Token): Term {
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
    if (text === 'nil') return { kind: 'nil' };
    // As in Go, a name that is no function stops the whole file, whether it would be reached or not.
    if (!this.#isFunction(text))
      throw new TemplateFailure(`function "${text}" is not defined`, place);
    const call: Term = { kind: 'function', name: text, place };
    if (this.#peek()?.kind !== 'field') return call;
    // What it gives when it is called without arguments.
    const commands = [{ place, terms: [call] }];
    const pipeline = { place, declares: [], assigns: false, commands };
    return { kind: 'chain', pipeline, names: this.#fields() };
  }

  #fields(): readonly string[] {
    const names: string[] = [];
    for (let token = this.#peek(); token?.kind === 'field'; token = this.#peek()) {
      names.push(token.text.slice(1));
      this.#next++;
    }
    return names;
  }

  #name(): string {
    this.#skipSpace();
    const token = this.#tokens[this.#next++];
    if (token?.kind !== 'string') throw this.#wrong('the name of a template is a quoted text');
    return textOf(token);
  }

  #close(): void {
    this.#skipSpace();
    const token = this.#tokens[this.#next++];
    if (token?.kind !== 'close')
      throw new TemplateFailure(
        `'${token?.text ?? ''}' stands where the action should end`,
        token?.place ?? this.#place(),
      );
  }

  #atClose(): boolean {
    this.#skipSpace();
    return this.#peek()?.kind === 'close';
  }

  #skipSpace(): void {
    while (this.#peek()?.kind === 'space') this.#next++;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #place(): TemplatePlace {
    return (
      (this.#tokens[this.#next] ?? this.#tokens.at(-1))?.place ?? {
        file: this.#file,
        line: 1,
        column: 1,
      }
    );
  }

  #wrong(message: string): TemplateFailure {
    return new TemplateFailure(message, this.#place());
  }
}

const separators: ReadonlySet<Token['kind']> = new Set(['space', 'close', ')', '|', ',']);
const callable: ReadonlySet<Term['kind']> = new Set(['function', 'field', 'variable', 'chain']);

function isBlank(nodes: readonly TemplateNode[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}

function numberTerm({ text, place }: Token): Term {
  const bare = text.replaceAll('_', '');
  const based = /^[+-]?0[xXbBoO]/.test(bare);
  if (!based && /[.eE]/.test(bare)) return { kind: 'number', text, value: Number(bare) };
  const digits = bare.replace(/^[+-]/, '');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  try {
    const magnitude = BigInt(octal);
    return { kind: 'number', text, value: bare.startsWith('-') ? -magnitude : magnitude };
  } catch {
    throw new TemplateFailure(`${text} is no number`, place);
  }
}

function textOf({ text, place }: Token): string {
  return text.startsWith('`')
    ? text.slice(1, -1).replaceAll('\r', '')
    : unescapeText(text.slice(1, -1), place);
}

const shortEscapes = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

function unescapeText(text: string, place: TemplatePlace): string {
  return text.replace(
    /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g,
    (
      _whole,
      short: string | undefined,
      hex: string | undefined,
      four: string | undefined,
      eight: string | undefined,
      octal: string | undefined,
    ) => {
      if (short !== undefined) return shortEscapes.get(short) ?? '';
      const code = hex ?? four ?? eight;
      const value =
        code !== undefined
          ? Number.parseInt(code, 16)
          : octal !== undefined
            ? Number.parseInt(octal, 8)
            : Number.NaN;
      if (Number.isNaN(value) || value > 0x10ffff || ((hex ?? octal) !== undefined && value > 0x7f))
        throw new TemplateFailure('a text holds an escape that is not known', place);
      return String.fromCodePoint(value);
    },
  );
}
