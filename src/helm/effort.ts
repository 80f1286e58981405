import { GoMap, GoStruct, type GoValue, isList } from './go-value.ts';
import { TemplateUndecided } from './template-fault.ts';

/** Characters handled, and all else in their measure: some seconds of work. Charts that mean well need no hundredth. */
const maxUnits = 100_000_000;
const unitsOfNode = 16;
const unitsOfStep = 40;
/** Nobody waits for a value of more members to be written or compared. */
const maxNodes = 1_000_000;

/**
 * What rendering may cost, all templates of a chart together. Counted and not timed: every machine gives up at the
 * same place. A text that doubles, a list that holds itself twice or a pattern over a long text would else take
 * hours, whoever wrote them.
 */
export class Effort {
  #left = maxUnits;

  /** @throws TemplateUndecided when it is used up */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left >= 0) return;
    this.#left = 0;
    throw new TemplateUndecided('steps', 'the chart computes longer than is waited for');
  }

  /** One node of a template. */
  step(): void {
    this.spend(unitsOfStep);
  }

  /** For a function that looks at no more than the members of what it is given. */
  spendOnTop(values: readonly GoValue[]): void {
    for (const value of values) this.spend(lengthOf(value));
  }

  /** For a function that may look at all there is in what it is given, as often as it stands there. */
  spendOnWhole(values: readonly GoValue[]): void {
    const left: GoValue[] = [...values];
    let nodes = 0;
    for (let value = left.pop(); value !== undefined; value = left.pop()) {
      if (++nodes > maxNodes)
        throw new TemplateUndecided('size', 'a value has more members than are looked at');
      if (isList(value)) for (const item of value) left.push(item);
      else if (value instanceof GoMap) for (const item of value.values()) left.push(item);
      else if (value instanceof GoStruct) for (const item of value.fields.values()) left.push(item);
      else if (typeof value === 'string') this.spend(value.length);
      this.spend(unitsOfNode);
    }
  }
}

function lengthOf(value: GoValue): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  return value instanceof GoMap ? value.size : 1;
}

/** Functions that never go below the members of what they are given; whatever is new counts as one that does. */
const shallow: ReadonlySet<string> = new Set([
  ...['include', 'tpl', 'required', 'not', 'len', 'index', 'list', 'tuple', 'dict', 'get', 'set'],
  ...['unset', 'hasKey', 'keys', 'values', 'pick', 'omit', 'pluck', 'dig', 'default', 'empty'],
  ...['coalesce', 'all', 'any', 'ternary', 'typeOf', 'typeIs', 'typeIsLike', 'kindOf', 'kindIs'],
  ...['append', 'push', 'prepend', 'first', 'last', 'rest', 'initial', 'reverse', 'compact'],
  ...['slice', 'chunk', 'concat'],
]);

/** Whether a function looks at all there is in its arguments. */
export function looksDeep(name: string): boolean {
  const plain = /^must[A-Z]/.test(name) ? `${name.charAt(4).toLowerCase()}${name.slice(5)}` : name;
  return !shallow.has(plain);
}
