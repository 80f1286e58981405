import { type CharTest, isWord } from './pattern-chars.ts';
import { type Assertion, type PatternNode, parsePattern } from './pattern-syntax.ts';
import { TemplateUndecided } from './template-fault.ts';

type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'match' };

/** Where a pattern matched, in characters; groups as start and end, -1 where they took no part. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (readonly [number, number])[];
}

interface Thread {
  readonly at: number;
  readonly slots: readonly number[];
}

const maxInstructions = 20_000;
const maxSteps = 5_000_000;
/** What a step costs, measured in characters that are handled otherwise. */
const unitsOfStep = 16;

/**
 * A pattern of Go's regexp: leftmost, alternatives in their order, and in time that grows with the length of text
 * and pattern alone, whoever wrote them.
 * @throws TemplateFailure for what Go refuses; TemplateUndecided for what is not known here or takes too long
 * @see https://swtch.com/~rsc/regexp/regexp2.html
 */
export class GoRegexp {
  readonly names: ReadonlyMap<string, number>;
  readonly #program: Instruction[] = [];
  readonly #groups: number;
  readonly #spend: (units: number) => void;
  #steps = 0;

  /** @param spend is told the steps of every search */
  constructor(pattern: string, spend: (units: number) => void = () => undefined) {
    this.#spend = spend;
    const { root, groups, names } = parsePattern(pattern);
    this.names = names;
    this.#groups = groups;
    this.#emit({ kind: 'group', index: 0, inner: root });
    this.#program.push({ op: 'match' });
  }

  test(text: string): boolean {
    this.#steps = 0;
    return this.find(codes(text), 0) !== undefined;
  }

  /** The first match from a character on. */
  find(text: readonly number[], from: number): PatternMatch | undefined {
    const before = this.#steps;
    const found = this.#search(text, from);
    this.#spend(unitsOfStep * (this.#steps - before));
    return found;
  }

  #search(text: readonly number[], from: number): PatternMatch | undefined {
    let threads: Thread[] = [];
    let found: readonly number[] | undefined;
    const none = Array.from({ length: 2 * (this.#groups + 1) }, () => -1);
    for (let at = from; at <= text.length; at++) {
      const seen = new Set<number>();
      const now: Thread[] = [];
      for (const thread of threads) this.#follow(thread, at, text, seen, now);
      if (found === undefined) this.#follow({ at: 0, slots: none }, at, text, seen, now);
      if (now.length === 0 && found !== undefined) break;
      const next: Thread[] = [];
      for (const { at: index, slots } of now) {
        const instruction = this.#program[index];
        if (instruction?.op === 'match') {
          found = slots;
          // What stands behind is preferred less.
          break;
        }
        const code = text[at];
        if (instruction?.op === 'char' && code !== undefined && instruction.test(code))
          next.push({ at: index + 1, slots });
      }
      threads = next;
    }
    if (found === undefined) return undefined;
    const [start = 0, end = 0] = found;
    const groups = Array.from(
      { length: this.#groups + 1 },
      (_, group) => [found?.[2 * group] ?? -1, found?.[2 * group + 1] ?? -1] as const,
    );
    return { start, end, groups };
  }

  /** Follows a thread to the instructions that look at a character, in the order of preference. */
  #follow(
    thread: Thread,
    at: number,
    text: readonly number[],
    seen: Set<number>,
    into: Thread[],
  ): void {
    const stack = [thread];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      if (++this.#steps > maxSteps)
        throw new TemplateUndecided('regex', 'a pattern takes longer than is waited for');
      if (seen.has(one.at)) continue;
      seen.add(one.at);
      const instruction = this.#program[one.at];
      const { slots } = one;
      switch (instruction?.op) {
        case 'jump':
          stack.push({ at: instruction.to, slots });
          break;
        case 'split':
          stack.push({ at: instruction.second, slots }, { at: instruction.first, slots });
          break;
        case 'save':
          stack.push({ at: one.at + 1, slots: slots.with(instruction.slot, at) });
          break;
        case 'assert':
          if (holds(instruction.what, text, at)) stack.push({ at: one.at + 1, slots });
          break;
        case 'char':
        case 'match':
          into.push(one);
          break;
        case undefined:
      }
    }
  }

  #emit(node: PatternNode): void {
    const program = this.#program;
    if (program.length > maxInstructions)
      throw new TemplateUndecided('regex', 'a pattern longer than is looked at');
    switch (node.kind) {
      case 'empty':
        return;
      case 'char':
        program.push({ op: 'char', test: node.test });
        return;
      case 'assert':
        program.push({ op: 'assert', what: node.what });
        return;
      case 'group':
        program.push({ op: 'save', slot: 2 * node.index });
        this.#emit(node.inner);
        program.push({ op: 'save', slot: 2 * node.index + 1 });
        return;
      case 'sequence':
        for (const item of node.items) this.#emit(item);
        return;
      case 'choice':
        this.#choice(node.items);
        return;
      case 'repeat':
        this.#repeat(node);
    }
  }

  #choice(items: readonly PatternNode[]): void {
    const program = this.#program;
    const jumps: { to: number }[] = [];
    for (const [index, item] of items.entries()) {
      if (index === items.length - 1) {
        this.#emit(item);
        break;
      }
      const split = { op: 'split' as const, first: program.length + 1, second: 0 };
      program.push(split);
      this.#emit(item);
      const jump = { op: 'jump' as const, to: 0 };
      program.push(jump);
      jumps.push(jump);
      split.second = program.length;
    }
    for (const jump of jumps) jump.to = program.length;
  }

  #repeat({ inner, least, most, greedy }: Extract<PatternNode, { kind: 'repeat' }>): void {
    for (let count = 0; count < least; count++) this.#emit(inner);
    if (most === Number.POSITIVE_INFINITY) {
      const split = this.#split();
      this.#emit(inner);
      this.#program.push({ op: 'jump', to: split.at });
      split.leave(greedy);
      return;
    }
    const splits = [];
    for (let count = least; count < most; count++) {
      splits.push(this.#split());
      this.#emit(inner);
    }
    for (const split of splits) split.leave(greedy);
  }

  /** A branch into what follows, whose other way leads to where `leave` is called. */
  #split(): { readonly at: number; leave(greedy: boolean): void } {
    const program = this.#program;
    const at = program.length;
    const split = { op: 'split' as const, first: 0, second: 0 };
    program.push(split);
    return {
      at,
      leave: (greedy) => {
        split.first = greedy ? at + 1 : program.length;
        split.second = greedy ? program.length : at + 1;
      },
    };
  }
}

function holds(what: Assertion, text: readonly number[], at: number): boolean {
  const [before, after] = [text[at - 1], text[at]];
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'line-start':
      return at === 0 || before === 10;
    case 'line-end':
      return at === text.length || after === 10;
    case 'word':
    case 'no-word': {
      const border =
        (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
      return border === (what === 'word');
    }
  }
}

/** Characters of a text. */
export function codes(text: string): readonly number[] {
  return Array.from(text, (char) => char.codePointAt(0) ?? 0);
}

/** Text of characters. */
export function textOf(chars: readonly number[], start = 0, end = chars.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCodePoint(chars[at] ?? 0);
  return text;
}
