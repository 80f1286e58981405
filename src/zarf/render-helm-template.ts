import { isEmpty, shownValue, templateFunctions, unknown } from './helm-template-functions.ts';
import {
  type Pipeline,
  parseTemplate,
  TemplateFault,
  type TemplateNode,
  type Term,
} from './helm-template-syntax.ts';

/** What a template may name: `.Values`, `.Release`, `.Chart`. */
export type TemplateData = Readonly<Record<string, unknown>>;

/** A template with its values put in, as far as that could be told. */
export interface RenderedTemplate {
  readonly text: string;
  /** Something depended on what was not understood: parts may not be there, or be others. */
  readonly uncertain: boolean;
}

/** Stands where a value could not be told. */
export const unresolved = 'unresolved-value';

const maxSteps = 200_000;
const maxOutput = 8 * 2 ** 20;
const maxIncludes = 20;

/** Named templates of a chart, by name. */
export type NamedTemplates = ReadonlyMap<string, readonly TemplateNode[]>;

/** The named templates in these texts; a text that cannot be understood gives none. */
export function namedTemplates(texts: Iterable<string>): NamedTemplates {
  const named = new Map<string, readonly TemplateNode[]>();
  for (const text of texts) {
    for (const node of parsed(text)) if (node.kind === 'define') named.set(node.name, node.body);
  }
  return named;
}

function parsed(text: string): readonly TemplateNode[] {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateFault) return [];
    throw error;
  }
}

/**
 * Fills a chart template with values, to see what it would ask of a cluster. Evaluates the common
 * functions; what it does not understand becomes `unresolved-value`, a condition that cannot be told is
 * taken as met. Never a substitute for Helm: the result is looked at and never deployed.
 * @throws TemplateFault for templates that cannot be read or compute without end
 */
export function renderHelmTemplate(
  text: string,
  data: TemplateData,
  named: NamedTemplates,
): RenderedTemplate {
  const evaluation = new Evaluation(data, named);
  const output = evaluation.list(parseTemplate(text), data, new Map(), 0);
  return { text: output, uncertain: evaluation.uncertain };
}

type Scope = Map<string, unknown>;

class Evaluation {
  uncertain = false;
  readonly #root: TemplateData;
  readonly #named: NamedTemplates;
  #steps = 0;
  #written = 0;

  constructor(root: TemplateData, named: NamedTemplates) {
    this.#root = root;
    this.#named = named;
  }

  list(nodes: readonly TemplateNode[], dot: unknown, scope: Scope, depth: number): string {
    return nodes.map((node) => this.#node(node, dot, scope, depth)).join('');
  }

  #node(node: TemplateNode, dot: unknown, scope: Scope, depth: number): string {
    if (++this.#steps > maxSteps)
      throw new TemplateFault('the template computes more than is looked at');
    switch (node.kind) {
      case 'text':
        return this.#count(node.text);
      case 'define':
        return '';
      case 'assign':
        scope.set(node.name, this.#pipeline(node.pipeline, dot, scope, depth));
        return '';
      case 'output':
        return this.#count(this.#output(node.pipeline, dot, scope, depth));
      case 'if':
      case 'range':
      case 'with':
        return this.#block(node, dot, scope, depth);
    }
  }

  #block(
    { kind, pipeline, body, otherwise }: Extract<TemplateNode, { readonly otherwise: unknown }>,
    dot: unknown,
    scope: Scope,
    depth: number,
  ): string {
    const value = pipeline === undefined ? unknown : this.#pipeline(pipeline, dot, scope, depth);
    if (value === unknown) {
      this.uncertain = true;
      return this.list(body, kind === 'if' ? dot : unknown, scope, depth);
    }
    if (isEmpty(value)) return this.list(otherwise, dot, scope, depth);
    if (kind === 'if') return this.list(body, dot, scope, depth);
    if (kind === 'with') return this.list(body, value, scope, depth);
    const items = typeof value === 'object' && value !== null ? Object.values(value) : [];
    return items.map((item) => this.list(body, item, scope, depth)).join('');
  }

  /** In a place of its own a value that is not known stands as a member, so that its neighbours can be read. */
  #output(pipeline: Pipeline, dot: unknown, scope: Scope, depth: number): string {
    const value = this.#pipeline(pipeline, dot, scope, depth);
    if (value !== unknown) return shownValue(value);
    const last = pipeline.at(-1);
    const [name, columns] = last ?? [];
    if (name?.kind !== 'function' || (name.name !== 'nindent' && name.name !== 'indent'))
      return unresolved;
    const pad = ' '.repeat(
      columns?.kind === 'literal' ? Math.min(200, Math.max(0, Number(columns.value) || 0)) : 0,
    );
    return `${name.name === 'nindent' ? '\n' : ''}${pad}${unresolved}-${this.#steps}: true`;
  }

  #pipeline(pipeline: Pipeline, dot: unknown, scope: Scope, depth: number): unknown {
    if (++this.#steps > maxSteps)
      throw new TemplateFault('the template computes more than is looked at');
    let piped: unknown[] = [];
    for (const [first, ...rest] of pipeline) {
      if (first === undefined) return unknown;
      const args = [...rest.map((term) => this.#term(term, dot, scope, depth)), ...piped];
      const value =
        first.kind === 'function'
          ? this.#call(first.name, args, depth)
          : args.length > 0
            ? unknown
            : this.#term(first, dot, scope, depth);
      piped = [value];
    }
    return pipeline.length === 0 ? unknown : piped[0];
  }

  #call(name: string, args: readonly unknown[], depth: number): unknown {
    if (name === 'include') {
      const body = this.#named.get(shownValue(typeof args[0] === 'string' ? args[0] : ''));
      if (body === undefined || depth >= maxIncludes) return unknown;
      const text = this.list(body, args[1], new Map(), depth + 1).trim();
      return text.includes(unresolved) ? unknown : text;
    }
    if (args.includes(unknown)) return unknown;
    return (
      templateFunctions.get(name)?.(...args) ?? (templateFunctions.has(name) ? undefined : unknown)
    );
  }

  #term(term: Term, dot: unknown, scope: Scope, depth: number): unknown {
    if (term.kind === 'literal') return term.value;
    if (term.kind === 'function') return this.#call(term.name, [], depth);
    if (term.kind === 'nested') return this.#pipeline(term.pipeline, dot, scope, depth);
    let value: unknown =
      term.root === '$'
        ? this.#root
        : term.root === ''
          ? dot
          : (scope.get(term.root.slice(1)) ?? unknown);
    // A root that charts are given and this program does not: .Capabilities, .Files, .Template.
    if (
      value === this.#root &&
      term.keys.length > 0 &&
      !Object.hasOwn(this.#root, term.keys[0] ?? '')
    )
      return unknown;
    for (const key of term.keys) {
      if (value === unknown) return unknown;
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? Reflect.get(value, key)
          : undefined;
    }
    return value;
  }

  #count(text: string): string {
    this.#written += text.length;
    if (this.#written > maxOutput)
      throw new TemplateFault('the template writes more than is looked at');
    return text;
  }
}
