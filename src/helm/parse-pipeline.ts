import { charOf, numberOf, textOf } from './go-literals.ts';
import type { Token } from './scan-template.ts';
import { TemplateFailure } from './template-fault.ts';
import type { Command, Pipeline, Term } from './template-syntax.ts';
import type { TokenCursor } from './token-cursor.ts';

const maxNesting = 200;

const separators: ReadonlySet<Token['kind']> = new Set(['space', 'close', ')', '|', ',']);
const callable: ReadonlySet<Term['kind']> = new Set(['function', 'field', 'variable', 'chain']);

/** Reads what stands in actions: `$x := f .a | g`. */
export class PipelineParser {
  readonly #at: TokenCursor;
  readonly #isFunction: (name: string) => boolean;
  #depth = 0;

  constructor(at: TokenCursor, isFunction: (name: string) => boolean) {
    this.#at = at;
    this.#isFunction = isFunction;
  }

  /**
   * @param most how many variables it may declare
   * @throws TemplateFailure; TemplateUndecided for one nested deeper than is followed
   */
  pipeline(most = 1): Pipeline {
    this.#at.skipSpace();
    const place = this.#at.place();
    const { declares, assigns } = this.#declarations();
    if (declares.length > most)
      throw new TemplateFailure('more variables are declared than there are values', place);
    const commands: Command[] = [];
    for (;;) {
      commands.push(this.#command());
      if (this.#at.peek()?.kind !== '|') break;
      this.#at.next();
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
    const start = this.#at.mark;
    const declares: string[] = [];
    for (;;) {
      const token = this.#at.peek();
      if (token?.kind !== 'variable') break;
      this.#at.next();
      declares.push(token.text);
      this.#at.skipSpace();
      const sign = this.#at.peek();
      if (sign?.kind === ':=' || sign?.kind === '=') {
        this.#at.next();
        this.#at.skipSpace();
        return { declares, assigns: sign.kind === '=' };
      }
      if (sign?.kind !== ',') break;
      this.#at.next();
      this.#at.skipSpace();
    }
    this.#at.back(start);
    return { declares: [], assigns: false };
  }

  #command(): Command {
    this.#at.skipSpace();
    const place = this.#at.place();
    const terms: Term[] = [];
    for (;;) {
      const token = this.#at.peek();
      if (token === undefined || token.kind === 'close' || token.kind === ')' || token.kind === '|')
        break;
      if (token.kind === 'space') {
        this.#at.next();
        continue;
      }
      terms.push(this.#term());
      const after = this.#at.peek();
      if (after !== undefined && !separators.has(after.kind))
        throw new TemplateFailure(`'${after.text}' follows a value without a space`, after.place);
    }
    if (terms.length === 0) throw this.#at.wrong('a value is missing');
    return { place, terms };
  }

  #term(): Term {
    const token = this.#at.next();
    if (token === undefined) throw this.#at.wrong('a value is missing');
    switch (token.kind) {
      case 'word':
        return this.#word(token);
      case 'string':
        return { kind: 'literal', value: textOf(token) };
      case 'number':
        return { kind: 'number', text: token.text, value: numberOf(token) };
      case 'char':
        return { kind: 'number', text: token.text, value: charOf(token) };
      case 'variable':
        return { kind: 'variable', name: token.text, names: this.#fields() };
      case 'field':
        return { kind: 'field', names: [token.text.slice(1), ...this.#fields()] };
      case 'dot':
        return { kind: 'dot' };
      case '(': {
        if (++this.#depth > maxNesting) throw this.#at.tooDeep('parentheses are nested');
        const pipeline = this.pipeline();
        this.#depth--;
        this.#at.skipSpace();
        if (this.#at.next()?.kind !== ')') throw this.#at.wrong('a ) is missing');
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
    if (this.#at.peek()?.kind !== 'field') return call;
    // What it gives when it is called without arguments.
    const commands = [{ place, terms: [call] }];
    const pipeline = { place, declares: [], assigns: false, commands };
    return { kind: 'chain', pipeline, names: this.#fields() };
  }

  #fields(): readonly string[] {
    const names: string[] = [];
    for (let token = this.#at.peek(); token?.kind === 'field'; token = this.#at.peek()) {
      names.push(token.text.slice(1));
      this.#at.next();
    }
    return names;
  }
}
