import {
  compareBytes,
  deepCopy,
  deepEqual,
  GoMap,
  type GoValue,
  isList,
  kindOf,
  typeOf,
} from '../go-value.ts';
import { TemplateFailure } from '../template-fault.ts';
import {
  at,
  type FunctionTable,
  fn,
  intAt,
  mapAt,
  type TemplateFunction,
  textAt,
} from '../template-function.ts';
import { isEmpty, texts, toText } from './cast.ts';

const listFunctions: FunctionTable = {
  list: fn('a*', (args) => [...args]),
  tuple: fn('a*', (args) => [...args]),
  ...both(
    'append',
    fn('aa', (args) => [...listAt(args, 0, 'append'), at(args, 1)]),
  ),
  ...both(
    'push',
    fn('aa', (args) => [...listAt(args, 0, 'push'), at(args, 1)]),
  ),
  ...both(
    'prepend',
    fn('aa', (args) => [at(args, 1), ...listAt(args, 0, 'prepend')]),
  ),
  ...both(
    'first',
    fn('a', (args) => listAt(args, 0, 'first')[0] ?? null),
  ),
  ...both(
    'last',
    fn('a', (args) => listAt(args, 0, 'last').at(-1) ?? null),
  ),
  ...both(
    'rest',
    fn('a', (args) => listAt(args, 0, 'rest').slice(1)),
  ),
  ...both(
    'initial',
    fn('a', (args) => listAt(args, 0, 'initial').slice(0, -1)),
  ),
  ...both(
    'reverse',
    fn('a', (args) => [...listAt(args, 0, 'reverse')].reverse()),
  ),
  ...both(
    'uniq',
    fn('a', (args, { spend }) => {
      const list = listAt(args, 0, 'uniq');
      spend(16 * list.length ** 2);
      return unique(list);
    }),
  ),
  ...both(
    'compact',
    fn('a', (args) => listAt(args, 0, 'compact').filter((item) => !isEmpty(item))),
  ),
  ...both(
    'has',
    fn(
      'aa',
      (args) =>
        at(args, 1) !== null && listAt(args, 1, 'has').some((item) => deepEqual(item, at(args, 0))),
    ),
  ),
  ...both(
    'slice',
    fn('aa*', (args) => sliced(listAt(args, 0, 'slice'), args.slice(1))),
  ),
  ...both(
    'chunk',
    fn('ia', (args) => chunks(listAt(args, 1, 'chunk'), intAt(args, 0))),
  ),
  concat: fn('a*', (args) => args.flatMap((_arg, index) => listAt(args, index, 'concat'))),
};

/** Sprig's functions over lists and dictionaries. */
export const dataFunctions: FunctionTable = {
  ...listFunctions,
  ...both(
    'without',
    fn('aa*', (args, { spend }) => {
      const list = listAt(args, 0, 'without');
      spend(16 * list.length * args.length);
      return list.filter((item) => !args.slice(1).some((other) => deepEqual(item, other)));
    }),
  ),
  dict: fn('a*', (args) => dictionary(args)),
  get: fn(
    'ms',
    (args) =>
      mapAt(args, 0).get(textAt(args, 1)) ?? (mapAt(args, 0).has(textAt(args, 1)) ? null : ''),
  ),
  set: fn('msa', (args) => {
    const map = mapAt(args, 0);
    map.set(textAt(args, 1), at(args, 2));
    return map;
  }),
  unset: fn('ms', (args) => {
    const map = mapAt(args, 0);
    map.delete(textAt(args, 1));
    return map;
  }),
  hasKey: fn('ms', (args) => mapAt(args, 0).has(textAt(args, 1))),
  pluck: fn('sm*', (args) =>
    args.slice(1).flatMap((_map, index) => {
      const map = mapAt(args, index + 1);
      return map.has(textAt(args, 0)) ? [map.get(textAt(args, 0)) ?? null] : [];
    }),
  ),
  // Go gives them in no order; charts that mean it sort them. The order here is that of a sort.
  keys: fn('m*', (args) => texts(args.flatMap((_map, index) => mapAt(args, index).sortedKeys()))),
  values: fn('m', (args) => {
    const map = mapAt(args, 0);
    return map.sortedKeys().map((key) => map.get(key) ?? null);
  }),
  pick: fn('ms*', (args) => {
    const map = mapAt(args, 0);
    return new GoMap(
      args
        .slice(1)
        .map(String)
        .filter((key) => map.has(key))
        .map((key) => [key, map.get(key) ?? null] as const),
    );
  }),
  omit: fn('ms*', (args) => {
    const left = new Set(args.slice(1).map(String));
    return new GoMap([...mapAt(args, 0)].filter(([key]) => !left.has(key)));
  }),
  ...both(
    'merge',
    fn('mm*', (args) => merged(args, false)),
  ),
  ...both(
    'mergeOverwrite',
    fn('mm*', (args) => merged(args, true)),
  ),
  ...both(
    'deepCopy',
    fn('a', (args) => deepCopy(at(args, 0))),
  ),
  dig: fn('aaa*', (args) => dig(args)),
  default: fn('aa*', (args) =>
    args.length < 2 || isEmpty(at(args, 1)) ? at(args, 0) : at(args, 1),
  ),
  empty: fn('a', (args) => isEmpty(at(args, 0))),
  coalesce: fn('a*', (args) => args.find((arg) => !isEmpty(arg)) ?? null),
  all: fn('a*', (args) => args.every((arg) => !isEmpty(arg))),
  any: fn('a*', (args) => args.some((arg) => !isEmpty(arg))),
  ternary: fn('aab', (args) => at(args, at(args, 2) === true ? 0 : 1)),
  typeOf: fn('a', (args) => typeOf(at(args, 0))),
  typeIs: fn('sa', (args) => typeOf(at(args, 1)) === at(args, 0)),
  typeIsLike: fn('sa', (args) =>
    [at(args, 0), `*${textAt(args, 0)}`].includes(typeOf(at(args, 1))),
  ),
  kindOf: fn('a', (args) => kindOf(at(args, 0))),
  kindIs: fn('sa', (args) => kindOf(at(args, 1)) === at(args, 0)),
  deepEqual: fn('aa', (args) => deepEqual(at(args, 0), at(args, 1))),
};

/** A function under its own name and with `must` before it: the two differ only in how they fail. */
function both(name: string, made: TemplateFunction): FunctionTable {
  return { [name]: made, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: made };
}

function listAt(args: readonly GoValue[], index: number, name: string): readonly GoValue[] {
  const value = at(args, index);
  if (isList(value)) return value;
  throw new TemplateFailure(`cannot ${name} on type ${kindOf(value)}`);
}

function unique(list: readonly GoValue[]): readonly GoValue[] {
  const seen: GoValue[] = [];
  for (const item of list) if (!seen.some((other) => deepEqual(item, other))) seen.push(item);
  return seen;
}

function sliced(list: readonly GoValue[], bounds: readonly GoValue[]): GoValue {
  if (list.length === 0) return null;
  const [start = 0n, end = BigInt(list.length)] = bounds;
  const [from, to] = [Number(start), Number(end)];
  if (from < 0 || to > list.length || from > to)
    throw new TemplateFailure(`slice: ${from}:${to} lies outside of the list`);
  return list.slice(from, to);
}

function chunks(list: readonly GoValue[], size: number): readonly GoValue[] {
  if (size < 1) throw new TemplateFailure('chunk: a size below 1');
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function dictionary(args: readonly GoValue[]): GoMap {
  const map = new GoMap();
  for (let index = 0; index < args.length; index += 2)
    map.set(toText(at(args, index)), index + 1 < args.length ? at(args, index + 1) : '');
  return map;
}

/** Merges into the first map and gives it back: without `overwrite` what it has wins, unless that is empty. */
function merged(args: readonly GoValue[], overwrite: boolean): GoMap {
  const target = mapAt(args, 0);
  for (let index = 1; index < args.length; index++)
    mergeInto(target, mapAt(args, index), overwrite);
  return target;
}

function mergeInto(target: GoMap, source: GoMap, overwrite: boolean): void {
  for (const key of [...source.keys()].sort(compareBytes)) {
    const theirs = source.get(key) ?? null;
    const own = target.get(key) ?? null;
    if (theirs === null) {
      if (overwrite) target.set(key, null);
    } else if (theirs instanceof GoMap && own instanceof GoMap && own.size > 0) {
      mergeInto(own, theirs, overwrite);
    } else if (isList(theirs) && isList(own) && own.length > 0) {
      if (overwrite) target.set(key, theirs);
    } else if (overwrite || isEmpty(own)) {
      target.set(key, theirs);
    }
  }
}

function dig(args: readonly GoValue[]): GoValue {
  const keys = args.slice(0, -2);
  let value = at(args, args.length - 1);
  for (const key of keys) {
    if (!(value instanceof GoMap) || typeof key !== 'string')
      throw new TemplateFailure('dig: a step leads through something that is no map');
    if (!value.has(key)) return at(args, args.length - 2);
    value = value.get(key) ?? null;
  }
  return value;
}
