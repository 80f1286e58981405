import { nearestWord } from '../support/nearest-word.ts';
import { isBox } from '../zarf/deployed-object.ts';
import { kubernetesKinds, kubernetesShapes } from './kubernetes-schema.gen.ts';
import { isOpen, type Path } from './pods.ts';

/** Where an object departs from what its kind is made of. */
export interface Departure {
  /** To the value, or to the mapping that lacks something. */
  readonly path: Path;
  readonly message: string;
}

interface Member {
  readonly type: string;
  readonly required: boolean;
}

/** Shapes that were asked for; each is read once. */
const read = new Map<string, ReadonlyMap<string, Member>>();
let lines: ReadonlyMap<string, string> | undefined;

/** Whether there is a shape for a kind. */
export function hasShape(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(kubernetesKinds, `${apiVersion}/${kind}`);
}

/**
 * Departures of an object from the shape of its kind, in the order they stand; none where there is no shape. What
 * holds a placeholder is not judged, and what the cluster itself writes is left out.
 */
export function departures(apiVersion: string, kind: string, value: unknown): readonly Departure[] {
  const shape = kubernetesKinds[`${apiVersion}/${kind}`];
  if (shape === undefined) return [];
  const found: Departure[] = [];
  judge(value, shape, [], found);
  return found;
}

function judge(value: unknown, type: string, path: Path, found: Departure[]): void {
  if (type === '*' || (typeof value === 'string' && isOpen(value))) return;
  const scalar = scalars[type];
  if (scalar !== undefined) {
    if (!scalar.test(value)) found.push({ path, message: wrong(path, value, scalar.says) });
  } else if (type.startsWith("'")) judgeWord(value, type.slice(1, -1).split('|'), path, found);
  else if (type.startsWith('[]')) judgeList(value, type.slice(2), path, found);
  else if (type.startsWith('{}')) judgeMap(value, type.slice(2), path, found);
  else judgeMembers(value, type, path, found);
}

const quantity =
  /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;

const scalars: Readonly<Record<string, { test(value: unknown): boolean; says: string }>> = {
  s: { test: (value) => typeof value === 'string', says: 'text' },
  n: {
    test: (value) => Number.isInteger(value) || typeof value === 'bigint',
    says: 'a whole number',
  },
  b: { test: (value) => typeof value === 'boolean', says: 'true or false' },
  q: {
    test: (value) => typeof value === 'string' || Number.isInteger(value),
    says: 'a whole number or text',
  },
  Q: {
    test: (value) =>
      typeof value === 'number' || (typeof value === 'string' && quantity.test(value)),
    says: 'a quantity such as 500m or 2Gi',
  },
};

/** An empty text stands for what was not said. */
function judgeWord(value: unknown, words: readonly string[], path: Path, found: Departure[]): void {
  if (typeof value === 'string' && (value === '' || words.includes(value))) return;
  const meant = typeof value === 'string' ? nearestWord(value, words) : undefined;
  const hint = meant === undefined ? '' : `; did you mean '${meant}'?`;
  const all = words.length > 12 ? 'one of the words of the API' : `one of ${words.join(', ')}`;
  found.push({ path, message: `${wrong(path, value, all)}${hint}` });
}

function judgeList(value: unknown, type: string, path: Path, found: Departure[]): void {
  if (!Array.isArray(value)) {
    found.push({ path, message: wrong(path, value, 'a list') });
    return;
  }
  for (const [index, item] of value.entries()) {
    const at = [...path, index];
    // A null in a list is refused whatever its type; that a member is null says only that it is absent.
    if (item === null && type !== '*') found.push({ path: at, message: `${named(at)} is empty` });
    else judge(item, type, at, found);
  }
}

function judgeMap(value: unknown, type: string, path: Path, found: Departure[]): void {
  if (!isBox(value)) {
    found.push({ path, message: wrong(path, value, 'a mapping') });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (item === null && type !== '*')
      found.push({
        path: at,
        message: `${named(at)} is empty, where ${scalars[type]?.says ?? 'a value'} belongs`,
      });
    else judge(item, type, at, found);
  }
}

function judgeMembers(value: unknown, shape: string, path: Path, found: Departure[]): void {
  if (!isBox(value)) {
    found.push({ path, message: wrong(path, value, 'a mapping') });
    return;
  }
  const members = membersOf(shape);
  for (const [key, item] of Object.entries(value)) {
    const member = members.get(key);
    if (member !== undefined) {
      if (item !== null) judge(item, member.type, [...path, key], found);
      continue;
    }
    if ((path.length === 0 && key === 'status') || key === 'managedFields' || isOpen(key)) continue;
    const meant = nearestWord(
      key,
      [...members.keys()].filter((each) => !(each in value)),
    );
    found.push({
      path: [...path, key],
      message: `${path.length === 0 ? 'the object' : named(path)} has no field '${key}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
    });
  }
  for (const [key, { required }] of members)
    if (required && (value[key] ?? null) === null) {
      const isNull = value[key] === null;
      found.push({
        path: isNull ? [...path, key] : path,
        message: `${named([...path, key])} is ${isNull ? 'empty' : 'missing'}, and it is required`,
      });
    }
}

function membersOf(shape: string): ReadonlyMap<string, Member> {
  const before = read.get(shape);
  if (before !== undefined) return before;
  lines ??= new Map(
    kubernetesShapes.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
  const members = new Map(
    (lines.get(shape) ?? '').split(';').map((text) => {
      const equals = text.indexOf('=');
      const name = text.slice(0, equals);
      const required = name.endsWith('!');
      return [
        required ? name.slice(0, -1) : name,
        { type: text.slice(equals + 1), required },
      ] as const;
    }),
  );
  read.set(shape, members);
  return members;
}

function wrong(path: Path, value: unknown, wanted: string): string {
  const [first] = path;
  // What may be a secret is not shown.
  const hidden = first === 'data' || first === 'stringData' || path.at(-1) === 'value';
  return `${named(path)} is ${hidden ? kindOf(value) : shown(value)}, where ${wanted} belongs`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : shown(value);
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value.length > 40 ? 'a text' : `the text '${value}'`;
  return 'a mapping';
}

/** `spec.containers[0].ports`. */
function named(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number'
        ? `[${key}]`
        : /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)
          ? `${index === 0 ? '' : '.'}${key}`
          : `['${key}']`,
    )
    .join('');
}
