import { type HclExpression, HclFault, type HclPlace, type HclTemplatePart } from './hcl-syntax.ts';
import {
  combine,
  type HclBudget,
  type HclValue,
  isObject,
  nameOf,
  numberOf,
  rule,
  spend,
  textOf,
  truthOf,
} from './hcl-values.ts';

/** What an expression may refer to, by its name or, for members computed on demand, by `name.member`. */
export type HclScope = (name: string, place: HclPlace) => HclValue | undefined;

/**
 * Computes an expression. Functions are refused: inside an archive every call was replaced by its result.
 * @throws HclFault
 * @see HCL native syntax specification, Expressions
 */
export function evaluateHcl(
  expression: HclExpression,
  scope: HclScope,
  budget: HclBudget,
): HclValue {
  const { place } = expression;
  spend(budget, 1, 0, place);
  if (budget.depth-- <= 0)
    throw new HclFault(
      'DOCUMENT_DEPTH',
      place,
      'values lead to values deeper than any definition needs',
    );
  try {
    return evaluate(expression, scope, budget);
  } finally {
    budget.depth += 1;
  }
}

function evaluate(expression: HclExpression, scope: HclScope, budget: HclBudget): HclValue {
  const { place } = expression;
  const compute = (inner: HclExpression, within = scope): HclValue =>
    evaluateHcl(inner, within, budget);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return renderParts(expression.parts, scope, budget, place);
    case 'list':
      return expression.items.map((item) => compute(item));
    case 'object':
      return new Map(
        expression.items.map(({ key, value }) => [
          textOf(compute(key), key.place, budget),
          compute(value),
        ]),
      );
    case 'variable':
      return lookUp(scope, expression.name, place);
    case 'element':
      return lookUp(scope, '*', place);
    case 'member':
      return (
        dotted(expression.of, expression.name, scope) ??
        memberOf(compute(expression.of), expression.name, place)
      );
    case 'index':
      return elementOf(compute(expression.of), compute(expression.key), place, budget);
    case 'splat': {
      const source = compute(expression.of);
      const items = Array.isArray(source) ? source : source === null ? [] : [source];
      return items.map((item) =>
        compute(expression.each, (name, at) => (name === '*' ? item : scope(name, at))),
      );
    }
    case 'call': {
      const [path] = expression.args.map((each) => compute(each));
      const found =
        expression.name === 'file' && expression.args.length === 1 && typeof path === 'string'
          ? scope(`file(${path})`, place)
          : undefined;
      if (found !== undefined) return found;
      throw rule(
        place,
        `the function '${expression.name}' is called; in a finished bundle every call was replaced by its result`,
      );
    }
    case 'unary':
      return expression.operator === '-'
        ? -numberOf(compute(expression.operand), place)
        : !truthOf(compute(expression.operand), place);
    case 'binary':
      return combine(
        expression.operator,
        compute(expression.left),
        compute(expression.right),
        place,
        budget,
      );
    case 'conditional':
      return compute(truthOf(compute(expression.test), place) ? expression.yes : expression.no);
    case 'for':
      return computeFor(expression, scope, budget);
  }
}

/** `local.a`, so that a scope can compute one member without the others. */
function dotted(of: HclExpression, name: string, scope: HclScope): HclValue | undefined {
  return of.kind === 'variable' && scope(of.name, of.place) === undefined
    ? scope(`${of.name}.${name}`, of.place)
    : undefined;
}

function computeFor(
  expression: Extract<HclExpression, { kind: 'for' }>,
  scope: HclScope,
  budget: HclBudget,
): HclValue {
  const { place, key, grouped } = expression;
  const list: HclValue[] = [];
  const object = new Map<string, HclValue>();
  for (const [at, item] of itemsOf(evaluateHcl(expression.source, scope, budget), place)) {
    const inner = bind(scope, expression, at, item);
    if (
      expression.test !== undefined &&
      !truthOf(evaluateHcl(expression.test, inner, budget), place)
    )
      continue;
    const value = evaluateHcl(expression.value, inner, budget);
    if (key === undefined) list.push(value);
    else {
      const name = textOf(evaluateHcl(key, inner, budget), place, budget);
      const before = object.get(name);
      if (!grouped && before !== undefined)
        throw rule(place, `a for expression gives the key '${name}' twice`);
      object.set(name, grouped ? [...(Array.isArray(before) ? before : []), value] : value);
      spend(budget, grouped && Array.isArray(before) ? before.length : 0, 0, place);
    }
  }
  return key === undefined ? list : object;
}

function bind(
  scope: HclScope,
  names: { readonly keyName: string | undefined; readonly valueName: string },
  key: string | number,
  value: HclValue,
): HclScope {
  return (name, place) =>
    name === names.valueName ? value : name === names.keyName ? key : scope(name, place);
}

function renderParts(
  parts: readonly HclTemplatePart[],
  scope: HclScope,
  budget: HclBudget,
  place: HclPlace,
): string {
  let text = '';
  for (const part of parts) {
    spend(budget, 1, 0, place);
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'value')
      text += textOf(evaluateHcl(part.value, scope, budget), part.value.place, budget);
    else if (part.kind === 'if')
      text += renderParts(
        truthOf(evaluateHcl(part.test, scope, budget), place) ? part.yes : part.no,
        scope,
        budget,
        place,
      );
    else {
      for (const [key, item] of itemsOf(evaluateHcl(part.source, scope, budget), place))
        text += renderParts(part.body, bind(scope, part, key, item), budget, place);
    }
    spend(budget, 0, text.length, place);
  }
  return text;
}

function itemsOf(
  source: HclValue,
  place: HclPlace,
): readonly (readonly [string | number, HclValue])[] {
  if (Array.isArray(source)) return [...source.entries()];
  if (isObject(source)) return [...source].toSorted(([a], [b]) => (a < b ? -1 : 1));
  throw rule(place, `only lists and objects can be gone through, not ${nameOf(source)}`);
}

function memberOf(owner: HclValue, name: string, place: HclPlace): HclValue {
  if (!isObject(owner)) throw rule(place, `'.${name}' is asked of ${nameOf(owner)}`);
  const value = owner.get(name);
  if (value === undefined) throw rule(place, `there is no '${name}' here`);
  return value;
}

function elementOf(owner: HclValue, key: HclValue, place: HclPlace, budget: HclBudget): HclValue {
  if (isObject(owner)) return memberOf(owner, textOf(key, place, budget), place);
  if (!Array.isArray(owner)) throw rule(place, `an element is asked of ${nameOf(owner)}`);
  const at = numberOf(key, place);
  const items: readonly HclValue[] = owner;
  const value = Number.isInteger(at) && at >= 0 ? items[at] : undefined;
  if (value === undefined) throw rule(place, `there is no element ${at}`);
  return value;
}

function lookUp(scope: HclScope, name: string, place: HclPlace): HclValue {
  const value = scope(name, place);
  if (value === undefined) throw rule(place, `there is nothing called '${name}' here`);
  return value;
}
