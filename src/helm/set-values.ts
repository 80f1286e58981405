import { show } from './go-format.ts';
import { GoMap, type GoValue, Int64, isList } from './go-value.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

const maxIndex = 65_536;
/** Helm follows thirty points. */
const maxNames = 31;
const maxSteps = 64;

/**
 * Puts a value at a path as Helm's `--set` and `--set-json` do: `a.b`, `a[0].b`, a point escaped by `\`.
 * What stands in the way and is no map or list is replaced.
 * @throws TemplateFailure for a path that Helm refuses
 * @see https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set
 */
export function setValue(into: GoMap, path: string, value: GoValue): void {
  const [first, ...rest] = pathSteps(path);
  if (typeof first !== 'string') throw new TemplateFailure(`${path} is no path of values`);
  into.set(first, withValue(into.get(first) ?? null, rest, value));
}

function withValue(
  holder: GoValue,
  [step, ...rest]: readonly (string | number)[],
  value: GoValue,
): GoValue {
  if (step === undefined) return value;
  if (typeof step === 'string') {
    const map = holder instanceof GoMap ? holder : new GoMap();
    map.set(step, withValue(map.get(step) ?? null, rest, value));
    return map;
  }
  const list = isList(holder) ? [...holder] : [];
  while (list.length <= step) list.push(null);
  list[step] = withValue(list[step] ?? null, rest, value);
  return list;
}

/** Keys and indexes of a path. */
function pathSteps(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  let key = '';
  let names = 0;
  let open = true;
  const close = (): void => {
    if (key === '') throw new TemplateFailure(`the path '${path}' has an empty part`);
    if (++names > maxNames)
      throw new TemplateFailure(`a path of values names more than ${maxNames} members`);
    steps.push(key);
    key = '';
  };
  for (let at = 0; at < path.length; at++) {
    const char = path.charAt(at);
    if (char === '\\' && at + 1 < path.length) key += path.charAt(++at);
    else if (char === '.') {
      if (open) close();
      open = true;
    } else if (char === '[') {
      if (open) close();
      open = false;
      const end = path.indexOf(']', at);
      const index = path.slice(at + 1, end < 0 ? undefined : end);
      if (end < 0 || !/^[0-9]+$/.test(index) || Number(index) > maxIndex)
        throw new TemplateFailure(`the path '${path}' holds an index that is none`);
      steps.push(Number(index));
      if (steps.length > maxSteps)
        throw new TemplateUndecided('values', 'a path of values with more steps than are followed');
      at = end;
    } else if (char === ',' || char === '=' || char === '{')
      throw new TemplateUndecided('values', `the path '${path}' holds a sign that --set minds`);
    else if (!open) throw new TemplateFailure(`in the path '${path}' a point is missing behind ]`);
    else key += char;
  }
  if (open) close();
  return steps;
}

/**
 * What Helm makes of a value that is handed over as text, as UDS does with everything that is no list or map:
 * digits become a number, `true`, `false` and `null` are words, and 1.5 stays text.
 * @throws TemplateUndecided where commas or braces would make several values of it
 */
export function typedText(value: GoValue): GoValue {
  const text = value === null ? '<nil>' : show(value);
  if (/^\{|(?<!\\)(?:\\\\)*,/.test(text))
    throw new TemplateUndecided('values', 'a value with commas or braces, which --set takes apart');
  const plain = text.replace(/\\([\s\S])/g, '$1');
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  if (plain === '0') return new Int64(0n);
  if (/^[+-]?[0-9]{1,19}$/.test(plain) && !plain.startsWith('0')) {
    const number = BigInt(plain.replace('+', ''));
    return BigInt.asIntN(64, number) === number ? new Int64(number) : plain;
  }
  return plain;
}
