import type { DocumentProblem } from '../support/document-problem.ts';
import { evaluateHcl, type HclScope } from './hcl/evaluate-hcl.ts';
import {
  type HclAttribute,
  type HclBlock,
  type HclBody,
  HclFault,
  type HclPlace,
} from './hcl/hcl-syntax.ts';
import { type HclValue, hclBudget } from './hcl/hcl-values.ts';

/** Computes attributes of one bundle file and tells what is wrong with them. */
export class HclReader {
  readonly #problems: DocumentProblem[];
  readonly #budget = hclBudget();
  readonly #locals = new Map<
    string,
    { readonly attribute: HclAttribute; state: 'new' | 'open' | HclDone }
  >();
  readonly #architecture: string;

  readonly #files: ReadonlyMap<string, string>;

  /** @param files what `file("…")` gives, by path as written; none in a finished bundle */
  constructor(
    body: HclBody,
    architecture: string,
    problems: DocumentProblem[],
    files: ReadonlyMap<string, string>,
  ) {
    this.#files = files;
    this.#problems = problems;
    this.#architecture = architecture;
    for (const block of body.blocks) {
      if (block.type !== 'locals') continue;
      for (const attribute of block.body.attributes) {
        const { name, place } = attribute;
        if (this.#locals.has(name))
          this.report(
            'DOCUMENT_DUPLICATE_KEY',
            place,
            `/locals/${name}`,
            `the local '${name}' is set twice`,
          );
        else this.#locals.set(name, { attribute, state: 'new' });
      }
    }
    for (const [name, { attribute }] of this.#locals)
      this.#attempt(`/locals/${name}`, attribute.place, () => this.#local(name, attribute.place));
  }

  report(code: DocumentProblem['code'], place: HclPlace, pointer: string, message: string): void {
    if (
      !this.#problems.some(
        (each) =>
          each.message === message && each.line === place.line && each.column === place.column,
      )
    ) {
      this.#problems.push({ code, message, pointer, ...place, severity: 'error' });
    }
  }

  /** A rule that only those who make bundles are held to. */
  warn(place: HclPlace, pointer: string, message: string): void {
    this.#problems.push({ code: 'DOCUMENT_RULE', message, pointer, ...place, severity: 'warning' });
  }

  note(place: HclPlace, pointer: string, message: string): void {
    this.#problems.push({
      code: 'DOCUMENT_UNKNOWN_KEY',
      message,
      pointer,
      ...place,
      severity: 'note',
    });
  }

  /** The one block of a type; none or several are problems. */
  onlyBlock(body: HclBody, type: string): HclBlock | undefined {
    const found = body.blocks.filter((block) => block.type === type);
    const [block, second] = found;
    if (block === undefined || second !== undefined) {
      this.report(
        'DOCUMENT_SCHEMA',
        second?.place ?? { line: 1, column: 1 },
        `/${type}`,
        `the file has ${found.length} blocks '${type}', one is due`,
      );
    }
    if (block !== undefined && block.labels.length > 0)
      this.report('DOCUMENT_SCHEMA', block.place, `/${type}`, `the block '${type}' has a label`);
    return block;
  }

  /** Refuses attributes and blocks other than those named. */
  refuseOthers(
    block: HclBlock,
    known: readonly string[],
    pointer: string,
    blocks: readonly string[] = [],
  ): void {
    for (const { name, place } of block.body.attributes) {
      if (!known.includes(name))
        this.report(
          'DOCUMENT_SCHEMA',
          place,
          `${pointer}/${name}`,
          `'${block.type}' has no attribute '${name}'`,
        );
    }
    for (const { type, place } of block.body.blocks) {
      if (!blocks.includes(type))
        this.report(
          'DOCUMENT_SCHEMA',
          place,
          `${pointer}/${type}`,
          `'${block.type}' has no block '${type}'`,
        );
    }
  }

  /** An attribute as text; numbers and truth values become text, as the language has it. */
  text(block: HclBlock, name: string, pointer: string, required: boolean): string | undefined {
    const value = this.value(block, name, pointer);
    if (value === undefined || value === null) {
      if (required && !block.body.attributes.some((each) => each.name === name))
        this.report('DOCUMENT_SCHEMA', block.place, pointer, `'${block.type}' lacks '${name}'`);
      else if (required && value === null)
        this.report('DOCUMENT_SCHEMA', block.place, `${pointer}/${name}`, `'${name}' is null`);
      return undefined;
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    this.report(
      'DOCUMENT_SCHEMA',
      placeOf(block, name),
      `${pointer}/${name}`,
      `'${name}' must be text`,
    );
    return undefined;
  }

  /** An attribute as truth value. */
  truth(block: HclBlock, name: string, pointer: string): boolean | undefined {
    const value = this.value(block, name, pointer);
    if (value === undefined || value === null || typeof value === 'boolean')
      return value ?? undefined;
    this.report(
      'DOCUMENT_SCHEMA',
      placeOf(block, name),
      `${pointer}/${name}`,
      `'${name}' must be true or false`,
    );
    return undefined;
  }

  /** An attribute as list of text; absent is empty. */
  texts(block: HclBlock, name: string, pointer: string): readonly string[] {
    const value = this.value(block, name, pointer);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item: HclValue) => typeof item === 'string'))
      return value;
    this.report(
      'DOCUMENT_SCHEMA',
      placeOf(block, name),
      `${pointer}/${name}`,
      `'${name}' must be a list of text`,
    );
    return [];
  }

  /** An attribute, computed; undefined when it is absent or cannot be. */
  value(block: HclBlock, name: string, pointer: string): HclValue | undefined {
    const attribute = block.body.attributes.find((each) => each.name === name);
    if (attribute === undefined) return undefined;
    return this.#attempt(`${pointer}/${name}`, attribute.place, () =>
      evaluateHcl(attribute.value, this.#scope, this.#budget),
    );
  }

  readonly #scope: HclScope = (name, place) => {
    if (name === 'sys') return new Map([['arch', this.#architecture]]);
    const file = /^file\((.*)\)$/s.exec(name)?.[1];
    if (file !== undefined) return this.#files.get(file);
    // Only the local that is asked for is computed: others may be wrong without harm to this one.
    return name.startsWith('local.') ? this.#local(name.slice('local.'.length), place) : undefined;
  };

  #local(name: string, place: HclPlace): HclValue {
    const local = this.#locals.get(name);
    if (local === undefined)
      throw new HclFault('DOCUMENT_RULE', place, `there is no local '${name}'`);
    if (local.state === 'open')
      throw new HclFault('DOCUMENT_RULE', place, `the local '${name}' leads back to itself`);
    if (local.state === 'new') {
      local.state = 'open';
      try {
        local.state = { value: evaluateHcl(local.attribute.value, this.#scope, this.#budget) };
      } catch (error) {
        local.state = 'new';
        throw error;
      }
    }
    return local.state.value;
  }

  #attempt<T>(pointer: string, place: HclPlace, compute: () => T): T | undefined {
    try {
      return compute();
    } catch (error) {
      // A RangeError is the machine's own stack at its end.
      if (error instanceof RangeError)
        this.report('DOCUMENT_DEPTH', place, pointer, 'nested too deeply to be computed');
      else if (error instanceof HclFault)
        this.report(error.code, error.place, pointer, error.message);
      else throw error;
      return undefined;
    }
  }
}

interface HclDone {
  readonly value: HclValue;
}

function placeOf(block: HclBlock, name: string): HclPlace {
  return block.body.attributes.find((each) => each.name === name)?.value.place ?? block.place;
}
