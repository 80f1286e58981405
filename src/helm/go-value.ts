/**
 * Values as Go templates see them. `bigint` is Go's `int`, `Int64` its `int64`, `number` its `float64`
 * (every number of a values file), `null` its nil.
 */
export type GoValue =
  | null
  | boolean
  | bigint
  | Int64
  | number
  | string
  | readonly GoValue[]
  | GoMap
  | GoStruct;

/** Go's `int64`: what arithmetic functions give. Other functions refuse it where they want an `int`. */
export class Int64 {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = BigInt.asIntN(64, value);
  }
}

/** What a template may call on a value: `.Files.Get`, `.Capabilities.APIVersions.Has`. */
export type GoMethods = Readonly<Record<string, (args: readonly GoValue[]) => GoValue>>;

/** A map with text keys. Templates may change it (`set`, `unset`), and see it in the order of its keys. */
export class GoMap extends Map<string, GoValue> {
  readonly typeName: string;
  readonly methods: GoMethods;

  constructor(
    entries: Iterable<readonly [string, GoValue]> = [],
    {
      typeName = 'map[string]interface {}',
      methods = {},
    }: { typeName?: string; methods?: GoMethods } = {},
  ) {
    super(entries);
    this.typeName = typeName;
    this.methods = methods;
  }

  /** Keys in the order templates range over them: by their UTF-8 bytes. */
  sortedKeys(): string[] {
    return [...this.keys()].sort(compareBytes);
  }
}

/** A struct: fields by exact name; naming another is an error, as in Go. */
export class GoStruct {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, GoValue>;
  readonly methods: GoMethods;
  readonly shown: string | undefined;
  /** It has more members than are known here: naming one proves no mistake. */
  readonly open: boolean;

  constructor(
    typeName: string,
    fields: Readonly<Record<string, GoValue>>,
    {
      methods = {},
      shown,
      open = false,
    }: { methods?: GoMethods; shown?: string; open?: boolean } = {},
  ) {
    this.typeName = typeName;
    this.fields = new Map(Object.entries(fields));
    this.methods = methods;
    this.shown = shown;
    this.open = open;
  }
}

/** Go compares strings byte by byte; JavaScript by UTF-16 units, which differs above U+FFFF. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const stringLists = new WeakSet<readonly GoValue[]>();

/** Marks a list as Go's `[]string`: only its type's name differs. */
export function stringList(items: readonly string[]): readonly GoValue[] {
  stringLists.add(items);
  return items;
}

const nilLists = new WeakSet<readonly GoValue[]>();

/** A list of a struct that was never set: empty, and `null` in YAML and JSON. */
export function nilList(): readonly GoValue[] {
  const list: readonly GoValue[] = [];
  nilLists.add(list);
  return list;
}

export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

/** Go's `reflect.Kind` in words. */
export function kindOf(value: GoValue): string {
  if (value === null) return 'invalid';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (value instanceof Int64) return 'int64';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'string') return 'string';
  if (isList(value)) return 'slice';
  return value instanceof GoMap ? 'map' : 'struct';
}

/** Go's name of the dynamic type, as `%T` prints it. */
export function typeOf(value: GoValue): string {
  if (value === null) return '<nil>';
  if (isList(value)) return stringLists.has(value) ? '[]string' : '[]interface {}';
  return value instanceof GoMap || value instanceof GoStruct ? value.typeName : kindOf(value);
}

/** Whether `if`, `with`, `and` and `or` take it as true. */
export function isTrue(value: GoValue): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n)
    return false;
  if (value instanceof Int64) return value.value !== 0n;
  if (isList(value)) return value.length > 0;
  return value instanceof GoMap ? value.size > 0 : true;
}

/** Go's `reflect.DeepEqual`: types count, so `1` and `1.0` differ. */
export function deepEqual(a: GoValue, b: GoValue): boolean {
  if (a === b) return true;
  if (a instanceof Int64 && b instanceof Int64) return a.value === b.value;
  if (a === null || b === null) return false;
  if (isList(a) && isList(b))
    return (
      typeOf(a) === typeOf(b) &&
      a.length === b.length &&
      a.every((item, index) => deepEqual(item, b[index] ?? null))
    );
  if (a instanceof GoMap && b instanceof GoMap)
    return (
      a.typeName === b.typeName &&
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && deepEqual(value, b.get(key) ?? null))
    );
  return false;
}

/** A copy that shares nothing that templates can change. */
export function deepCopy(value: GoValue): GoValue {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) {
    const copy = value.map(deepCopy);
    if (stringLists.has(value)) stringLists.add(copy);
    return copy;
  }
  if (!(value instanceof GoMap)) return value;
  return new GoMap(
    [...value].map(([key, item]) => [key, deepCopy(item)] as const),
    { typeName: value.typeName, methods: value.methods },
  );
}

/** Plain data (from YAML or JSON) as Go sees it: every number is a `float64`. */
export function fromPlain(value: unknown): GoValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  if (value instanceof Map)
    return new GoMap([...value].map(([key, item]) => [String(key), fromPlain(item)] as const));
  return new GoMap(Object.entries(value).map(([key, item]) => [key, fromPlain(item)] as const));
}

/** The other way: what JSON would hold, maps as `Map` in the order of their keys. */
export function toPlain(value: GoValue): unknown {
  if (typeof value === 'bigint') return toNumber(value);
  if (value instanceof Int64) return toNumber(value.value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return nilLists.has(value) ? null : value.map(toPlain);
  const entries =
    value instanceof GoMap
      ? value.sortedKeys().map((key) => [key, value.get(key) ?? null] as const)
      : [...value.fields];
  return new Map(entries.map(([key, item]) => [key, toPlain(item)] as const));
}

function toNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
