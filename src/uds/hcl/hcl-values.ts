import { type HclBinary, HclFault, type HclPlace } from './hcl-syntax.ts';

/** A computed value; objects are maps, so that no name means anything to the machine. */
export type HclValue = string | number | boolean | null | readonly HclValue[] | HclObject;
export interface HclObject extends ReadonlyMap<string, HclValue> {}

/** How much one file may compute: ends loops within loops and texts that double themselves. */
export interface HclBudget {
  steps: number;
  characters: number;
  /** Values within values that may still be begun. */
  depth: number;
}

/** Enough for any definition a person writes. */
export function hclBudget(): HclBudget {
  return { steps: 100_000, characters: 4 * 2 ** 20, depth: 512 };
}

/** What an operator gives. @throws HclFault for values it is not for */
export function combine(
  operator: HclBinary,
  left: HclValue,
  right: HclValue,
  place: HclPlace,
  budget: HclBudget,
): HclValue {
  if (operator === '||') return truthOf(left, place) || truthOf(right, place);
  if (operator === '&&') return truthOf(left, place) && truthOf(right, place);
  if (operator === '==') return isSame(left, right, budget, place);
  if (operator === '!=') return !isSame(left, right, budget, place);
  return reckon(operator, numberOf(left, place), numberOf(right, place), place);
}

function reckon(
  operator: Exclude<HclBinary, '||' | '&&' | '==' | '!='>,
  a: number,
  b: number,
  place: HclPlace,
): HclValue {
  if ((operator === '/' || operator === '%') && b === 0) throw rule(place, 'a division by zero');
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

function isSame(a: HclValue, b: HclValue, budget: HclBudget, place: HclPlace): boolean {
  spend(budget, 1, 0, place);
  if (Array.isArray(a) && Array.isArray(b)) {
    const others: readonly HclValue[] = b;
    return (
      a.length === others.length &&
      a.every((item: HclValue, index) => isSame(item, others[index] ?? null, budget, place))
    );
  }
  if (isObject(a) && isObject(b))
    return (
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && isSame(item, b.get(key) ?? null, budget, place))
    );
  return a === b;
}

/** @throws HclFault for what is neither true nor false */
export function truthOf(value: HclValue, place: HclPlace): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw rule(place, `expected true or false, found ${nameOf(value)}`);
}

/** @throws HclFault for what is no number */
export function numberOf(value: HclValue, place: HclPlace): number {
  const number =
    typeof value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') return number;
  throw rule(place, `expected a number, found ${nameOf(value)}`);
}

/** @throws HclFault for what is no text */
export function textOf(value: HclValue, place: HclPlace, budget: HclBudget): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw rule(place, `expected text, found ${nameOf(value)}`);
  const text = String(value);
  spend(budget, 0, text.length, place);
  return text;
}

/** True for objects of HCL. */
export function isObject(value: HclValue | undefined): value is HclObject {
  return value instanceof Map;
}

/** What a value is, for messages. */
export function nameOf(value: HclValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : `a ${typeof value}`;
}

/** A rule of the language that is broken. */
export function rule(place: HclPlace, message: string): HclFault {
  return new HclFault('DOCUMENT_RULE', place, message);
}

/** Counts work. @throws HclFault when the file computes too much */
export function spend(budget: HclBudget, steps: number, characters: number, place: HclPlace): void {
  budget.steps -= steps;
  budget.characters -= characters;
  if (budget.steps < 0 || budget.characters < 0)
    throw new HclFault(
      'DOCUMENT_ALIAS_LIMIT',
      place,
      'the file computes more than any definition needs',
    );
}
