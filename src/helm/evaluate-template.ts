import { Effort, looksDeep } from './effort.ts';
import { show } from './go-format.ts';
import { GoMap, type GoValue, isTrue } from './go-value.ts';
import { parseTemplate } from './parse-template.ts';
import { entriesOf, fieldOf, methodOf } from './reach-value.ts';
import {
  MissingKey,
  placed,
  TemplateFailure,
  type TemplatePlace,
  TemplateUndecided,
} from './template-fault.ts';
import {
  type Argument,
  checkArguments,
  type FunctionContext,
  type FunctionTable,
} from './template-function.ts';
import { includedBy, noValue, textOf, withoutNoValue } from './template-output.ts';
import { Scope } from './template-scope.ts';
import type { Command, Pipeline, TemplateNode, Templates, Term } from './template-syntax.ts';
import { type WrittenPiece, writtenBy } from './written-by.ts';

const maxSteps = 5_000_000;
const maxOutputLength = 64 * 2 ** 20;
/** Helm stops at a thousand; charts that mean it stay far below. */
const maxIncludes = 150;

// One interpreter, one class: every method calls the others, so it stays whole although it is long.

/** A function whose result differs from run to run, and where it was called. */
export interface VolatileCall {
  readonly name: string;
  readonly place: TemplatePlace;
}

export interface RenderedText {
  readonly text: string;
  /** The place in a template that wrote what stands at an offset of the text. */
  readonly writtenBy: (offset: number) => TemplatePlace | undefined;
  readonly volatile: readonly VolatileCall[];
}

export interface EvaluationOptions {
  /** A key that a map does not have stops the template, as Go's `missingkey=error` does. */
  readonly strictKeys?: boolean;
  /** What is left of it is shared by all templates of a chart; one template has all of it without. */
  readonly effort?: Effort;
}

/**
 * Runs a named template of a chart over its data.
 * @throws TemplateFailure where Helm would stop; TemplateUndecided where this renderer cannot tell
 */
export function executeTemplate(
  name: string,
  dot: GoValue,
  templates: Templates,
  functions: FunctionTable,
  { strictKeys = false, effort = new Effort() }: EvaluationOptions = {},
): RenderedText {
  const evaluation = new Evaluation(functions, strictKeys, effort);
  try {
    const pieces = withoutNoValue(evaluation.run(name, dot, templates, undefined));
    return {
      text: textOf(pieces),
      writtenBy: writtenBy(pieces),
      volatile: evaluation.volatileCalls,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The engine's own ends: its stack, and the longest text it can hold.
    throw /call stack/.test(error.message)
      ? new TemplateUndecided('recursion', `${name} calls itself too deeply to be followed`)
      : new TemplateUndecided('size', `${name} makes more than is looked at: ${error.message}`);
  }
}

/** Where a template is being run: its templates, and the output it writes to. */
interface Frame {
  readonly templates: Templates;
  readonly out: WrittenPiece[];
}

class LoopSignal {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

class Evaluation {
  readonly volatileCalls: VolatileCall[] = [];
  readonly #functions: FunctionTable;
  readonly #strictKeys: boolean;
  readonly #effort: Effort;
  #steps = 0;
  #length = 0;
  #includes = 0;
  /** What the last `include` gave: an action that prints just that can tell where each line of it stands. */
  #included: readonly WrittenPiece[] = [];

  constructor(functions: FunctionTable, strictKeys: boolean, effort: Effort) {
    this.#strictKeys = strictKeys;
    this.#effort = effort;
    this.#functions = functions;
  }

  run(
    name: string,
    dot: GoValue,
    templates: Templates,
    place: TemplatePlace | undefined,
  ): readonly WrittenPiece[] {
    const body = templates.get(name);
    if (body === undefined) throw new TemplateFailure(`there is no template "${name}"`, place);
    if (++this.#includes > maxIncludes)
      throw new TemplateUndecided(
        'include',
        `templates call each other more than ${maxIncludes} deep`,
        place,
      );
    const out: WrittenPiece[] = [];
    const scope = new Scope();
    scope.declare('$', dot);
    this.#list(body, dot, scope, { templates, out });
    this.#includes--;
    return out;
  }

  #list(nodes: readonly TemplateNode[], dot: GoValue, scope: Scope, frame: Frame): void {
    for (const node of nodes) this.#node(node, dot, scope, frame);
  }

  #node(node: TemplateNode, dot: GoValue, scope: Scope, frame: Frame): void {
    this.#step();
    switch (node.kind) {
      case 'text':
        this.#write({ text: node.text, place: node.place, literal: true }, frame);
        return;
      case 'action':
        this.#action(node.pipeline, dot, scope, frame);
        return;
      case 'template': {
        const value =
          node.argument === undefined ? null : this.#pipeline(node.argument, dot, scope, frame);
        for (const piece of this.run(node.name, value, frame.templates, node.place))
          this.#write(piece, frame);
        return;
      }
      case 'break':
      case 'continue':
        throw new LoopSignal(node.kind);
      case 'range':
        this.#range(node, dot, scope, frame);
        return;
      case 'if':
      case 'with': {
        const inner = new Scope(scope);
        const value = this.#pipeline(node.pipeline, dot, inner, frame);
        if (isTrue(value)) this.#list(node.body, node.kind === 'with' ? value : dot, inner, frame);
        else this.#list(node.otherwise, dot, inner, frame);
      }
    }
  }

  #action(pipeline: Pipeline, dot: GoValue, scope: Scope, frame: Frame): void {
    const value = this.#pipeline(pipeline, dot, scope, frame);
    if (pipeline.declares.length > 0) return;
    this.#effort.spendOnWhole([value]);
    const text = value === null ? noValue : show(value);
    const pieces = includedBy(pipeline, this.#included);
    if (pieces !== undefined && textOf(pieces) === text)
      for (const piece of pieces) this.#write(piece, frame);
    else this.#write({ text, place: pipeline.place, literal: false }, frame);
  }

  #range(
    node: Extract<TemplateNode, { kind: 'range' }>,
    dot: GoValue,
    scope: Scope,
    frame: Frame,
  ): void {
    const { declares, assigns } = node.pipeline;
    const value = this.#commands(node.pipeline, dot, new Scope(scope), frame);
    this.#effort.spendOnTop([value]);
    let none = true;
    for (const [key, item] of entriesOf(value, node.pipeline.place)) {
      none = false;
      this.#step();
      const inner = new Scope(scope);
      const [first, second] = declares;
      const put = (name: string, given: GoValue): void => {
        if (assigns) scope.assign(name, given);
        else inner.declare(name, given);
      };
      if (first !== undefined) put(first, second === undefined ? item : key);
      if (second !== undefined) put(second, item);
      try {
        this.#list(node.body, item, inner, frame);
      } catch (signal) {
        if (!(signal instanceof LoopSignal)) throw signal;
        if (signal.kind === 'break') return;
      }
    }
    if (none) this.#list(node.otherwise, dot, new Scope(scope), frame);
  }

  #pipeline(pipeline: Pipeline, dot: GoValue, scope: Scope, frame: Frame): GoValue {
    const value = this.#commands(pipeline, dot, scope, frame);
    for (const name of pipeline.declares) {
      if (!pipeline.assigns) scope.declare(name, value);
      else if (!scope.assign(name, value))
        throw new TemplateFailure(`the variable ${name} is not declared`, pipeline.place);
    }
    return value;
  }

  #commands(pipeline: Pipeline, dot: GoValue, scope: Scope, frame: Frame): GoValue {
    let piped: Argument | undefined;
    for (const command of pipeline.commands) {
      try {
        piped = { value: this.#command(command, piped, dot, scope, frame), literal: false };
      } catch (error) {
        throw placed(error, command.place);
      }
    }
    return piped?.value ?? null;
  }

  #command(
    { terms }: Command,
    piped: Argument | undefined,
    dot: GoValue,
    scope: Scope,
    frame: Frame,
  ): GoValue {
    this.#step();
    const [first, ...rest] = terms;
    if (first === undefined) return null;
    const lazyArguments = (): readonly Argument[] => [
      ...rest.map((term) => this.#argument(term, dot, scope, frame)),
      ...(piped === undefined ? [] : [piped]),
    ];
    if (first.kind === 'function') {
      if (first.name === 'and' || first.name === 'or')
        return this.#shortCircuit(first.name, rest, piped, dot, scope, frame);
      return this.#call(first.name, lazyArguments(), first.place, frame);
    }
    if (first.kind === 'field' || first.kind === 'variable' || first.kind === 'chain')
      return this.#path(first, lazyArguments(), dot, scope, frame);
    if (rest.length > 0 || piped !== undefined)
      throw new TemplateFailure('arguments are given to a value that is no function');
    if (first.kind === 'nil') throw new TemplateFailure('nil is no command');
    return this.#argument(first, dot, scope, frame).value;
  }

  /** `and` and `or` look at their arguments one after the other, and no further than they must. */
  #shortCircuit(
    name: 'and' | 'or',
    terms: readonly Term[],
    piped: Argument | undefined,
    dot: GoValue,
    scope: Scope,
    frame: Frame,
  ): GoValue {
    if (terms.length === 0 && piped === undefined)
      throw new TemplateFailure(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: GoValue = null;
    for (const term of terms) {
      value = this.#argument(term, dot, scope, frame).value;
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped === undefined ? value : piped.value;
  }

  #call(name: string, args: readonly Argument[], place: TemplatePlace, frame: Frame): GoValue {
    const found = Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined;
    if (found === undefined)
      throw new TemplateUndecided(name, `the function ${name} is not known here`, place);
    const values = args.map(({ value }) => value);
    if (looksDeep(name)) this.#effort.spendOnWhole(values);
    else this.#effort.spendOnTop(values);
    const context: FunctionContext = {
      templates: frame.templates,
      spend: (units) => this.#effort.spend(units),
      include: (template, dot) => {
        this.#included = this.run(template, dot, frame.templates, place);
        return textOf(this.#included);
      },
      tpl: (text, dot) => this.#tpl(text, dot, place, frame),
      volatile: (what) => {
        this.volatileCalls.push({ name: what, place });
      },
    };
    try {
      const value = found.call(checkArguments(name, found, args), context);
      this.#effort.spendOnTop([value]);
      return value;
    } catch (error) {
      throw placed(error, place);
    }
  }

  #tpl(text: string, dot: GoValue, place: TemplatePlace, frame: Frame): string {
    // The text has no place of its own that anybody could look up: what happens in it happened here.
    const name = `${place.file} (tpl)`;
    this.#effort.spend(frame.templates.size);
    try {
      const parsed = parseTemplate(text, name, (word) => Object.hasOwn(this.#functions, word));
      const templates = new Map([
        ...frame.templates,
        ...parsed.defines,
        [name, parsed.body] as const,
      ]);
      return textOf(this.run(name, dot, templates, place)).replaceAll(noValue, '');
    } catch (error) {
      throw moved(error, name, place);
    }
  }

  #argument(term: Term, dot: GoValue, scope: Scope, frame: Frame): Argument {
    switch (term.kind) {
      case 'dot':
        return { value: dot, literal: false };
      case 'nil':
        return { value: null, literal: false };
      case 'literal':
        return { value: term.value, literal: false };
      case 'number':
        return { value: term.value, literal: true };
      case 'function':
        return { value: this.#call(term.name, [], term.place, frame), literal: false };
      case 'field':
      case 'variable':
      case 'chain':
        return { value: this.#path(term, [], dot, scope, frame), literal: false };
    }
  }

  #path(
    term: Extract<Term, { kind: 'field' | 'variable' | 'chain' }>,
    args: readonly Argument[],
    dot: GoValue,
    scope: Scope,
    frame: Frame,
  ): GoValue {
    let value: GoValue;
    if (term.kind === 'field') value = dot;
    else if (term.kind === 'chain') value = this.#pipeline(term.pipeline, dot, scope, frame);
    else {
      const found = scope.find(term.name);
      if (found === undefined) throw new TemplateFailure(`undefined variable "${term.name}"`);
      value = found;
    }
    if (term.names.length === 0 && args.length > 0)
      throw new TemplateFailure('arguments are given to a value that is no function');
    // Go forgives members of nothing behind parentheses: ((.Values.a).b).c.
    const [first] = term.names;
    if (term.kind === 'chain' && value === null && first !== undefined) {
      if (this.#strictKeys) throw new MissingKey(first);
      return null;
    }
    term.names.forEach((name, index) => {
      if (this.#strictKeys && value instanceof GoMap && !value.has(name))
        throw new MissingKey(name);
      const receiver = value;
      const given = index === term.names.length - 1 ? args.map((each) => each.value) : [];
      value = fieldOf(receiver, name, given);
      if (methodOf(receiver, name) === undefined) return;
      this.#effort.spendOnTop([receiver]);
      this.#effort.spendOnWhole([value]);
    });
    return value;
  }

  #write(piece: WrittenPiece, { out }: Frame): void {
    this.#length += piece.text.length;
    if (this.#length > maxOutputLength)
      throw new TemplateUndecided('output', 'the template writes more than is looked at');
    out.push(piece);
  }

  #step(): void {
    this.#effort.step();
    if (++this.#steps > maxSteps)
      throw new TemplateUndecided('steps', 'the template computes longer than is waited for');
  }
}

/** A failure inside of a text, told at the place that ran it. */
function moved(error: unknown, from: string, place: TemplatePlace): unknown {
  if (!(error instanceof TemplateFailure || error instanceof TemplateUndecided)) return error;
  if (error.place?.file !== from) return error;
  const message = `${error.message} (line ${error.place.line} of the text that tpl runs)`;
  return error instanceof TemplateFailure
    ? new TemplateFailure(message, place)
    : new TemplateUndecided(error.what, message, place);
}
