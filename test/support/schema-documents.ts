import fc from 'fast-check';

/** The part of a JSON Schema that documents are made from. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

const words = [
  'a',
  'api',
  'my-app',
  'A',
  'NAME_1',
  '.',
  '.a.b',
  'oci://r.example/a',
  '1.0.0',
  'x y',
  '',
  '30s',
  'é',
];

/** Keys that any mapping may be tried with; those of the schema are added. */
const strangers = ['x-note', 'x-', 'X-note', 'unknown', 'x', ''];

const oddValues: readonly unknown[] = [
  null,
  0,
  1,
  -3,
  1.5,
  true,
  false,
  '',
  'x/y',
  'a\\b',
  'A b',
  'http://a.example',
  '.a',
  'a'.repeat(41),
  [],
  {},
  ['x'],
  [1],
  [null],
  [{}],
  { 'x-a': 1 },
  { zz: 1 },
  { name: 'a' },
  { path: 'a' },
  'true',
  'linux',
  'amd64',
];

/** One of each kind, for places that are tried one by one. */
const kinds: readonly unknown[] = [null, 1, 1.5, true, 'A b/', 'a'.repeat(41), [], ['x'], [1], {}];

/** Documents a schema takes, and such documents changed in up to three places. */
export function documentsOf(root: SchemaNode): fc.Arbitrary<unknown> {
  const keys = [...new Set([...propertyNames(root), ...strangers])];
  const change = fc.record({
    at: fc.nat(10_000),
    what: fc.constantFrom('remove', 'replace', 'replace', 'add', 'rename'),
    key: fc.constantFrom(...keys),
    value: fc.constantFrom(...oddValues),
  });
  return fc
    .tuple(validDocument(root, root, 0), fc.array(change, { maxLength: 3 }))
    .map(([document, changes]) => {
      const box = { document: structuredClone(document) };
      for (const { at, what, key, value } of changes) alter(box, at, what, key, value);
      return box.document;
    });
}

/**
 * The smallest document a schema takes, once for every place there is and every value it is tried
 * with: one of each kind, a missing member, a strange member.
 */
export function* probesOf(node: SchemaNode, root: SchemaNode = node): Generator<unknown> {
  if (node.$ref !== undefined) return yield* probesOf(resolve(node.$ref, root), root);
  yield smallest(node, root);
  yield* kinds;
  yield* node.enum ?? [];
  if (node.type === 'string') yield* words;
  if (node.type === 'array') for (const item of probesOf(node.items ?? {}, root)) yield [item];
  if (node.type !== 'object') return;
  const least = smallest(node, root) as Box;
  const exclusive = new Set((node.oneOf ?? []).map((form) => form.required?.[0] ?? ''));
  for (const key of Object.keys(least)) yield without(least, [key]);
  for (const key of strangers) yield { ...least, [key]: 1 };
  const open = openValues(node);
  if (open !== undefined) for (const value of probesOf(open, root)) yield { ...least, a: value };
  for (const [key, member] of Object.entries(node.properties ?? {})) {
    const others = exclusive.has(key) ? without(least, [...exclusive]) : least;
    if (others !== least) yield { ...least, [key]: smallest(member, root) };
    for (const value of probesOf(member, root)) yield { ...others, [key]: value };
  }
}

function smallest(node: SchemaNode, root: SchemaNode): unknown {
  if (node.$ref !== undefined) return smallest(resolve(node.$ref, root), root);
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  switch (node.type) {
    case 'string':
      return fitting(node)[0];
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: node.minItems ?? 0 }, () => smallest(node.items ?? {}, root));
    case 'object': {
      const needed = [...(node.required ?? []), ...(node.oneOf?.[0]?.required ?? [])];
      return Object.fromEntries(
        needed.map((key) => [key, smallest(node.properties?.[key] ?? {}, root)]),
      );
    }
    default:
      return 'a';
  }
}

function without(value: Box, keys: readonly string[]): Box {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function validDocument(node: SchemaNode, root: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  if (node.$ref !== undefined) return validDocument(resolve(node.$ref, root), root, depth);
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  switch (node.type) {
    case 'string':
      return fc.constantFrom(...fitting(node));
    case 'integer':
      return fc.integer({ min: -2, max: 1000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(validDocument(node.items ?? {}, root, depth + 1), {
        minLength: node.minItems ?? 0,
        maxLength: Math.max(node.minItems ?? 0, 2),
      });
    case 'object':
      return validMapping(node, root, depth);
    default:
      return fc.constantFrom(...oddValues);
  }
}

function fitting({ pattern, maxLength = 1000 }: SchemaNode): readonly string[] {
  const form = new RegExp(pattern ?? '');
  return words.filter((word) => form.test(word) && word.length <= maxLength);
}

function validMapping(node: SchemaNode, root: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  const properties = node.properties ?? {};
  const exclusive = (node.oneOf ?? []).map((form) => form.required?.[0] ?? '');
  const member = ([key, value]: readonly [string, SchemaNode]): fc.Arbitrary<
    readonly (readonly [string, unknown])[]
  > => {
    const one = validDocument(value, root, depth + 1).map((each) => [[key, each] as const]);
    if (node.required?.includes(key) === true) return one;
    return fc.oneof(
      { weight: 2 + depth, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: one },
    );
  };
  const free = Object.entries(properties).filter(([key]) => !exclusive.includes(key));
  const chosen = Object.entries(properties).filter(([key]) => exclusive.includes(key));
  const oneOfThem =
    chosen.length === 0
      ? fc.constant([])
      : fc.oneof(
          ...chosen.map(([key, value]) =>
            validDocument(value, root, depth + 1).map((each) => [[key, each] as const]),
          ),
        );
  const open = openValues(node);
  const others =
    open === undefined
      ? fc.constant([])
      : fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c-d'), validDocument(open, root, depth + 1)), {
          maxLength: 2,
        });
  return fc
    .tuple(fc.tuple(...free.map(member)), oneOfThem, others)
    .map(([members, one, rest]) => Object.fromEntries([...members.flat(), ...one, ...rest]));
}

/** What a mapping with free keys takes as values. */
function openValues(node: SchemaNode): SchemaNode | undefined {
  if (typeof node.additionalProperties === 'object') return node.additionalProperties;
  return node.patternProperties?.['.*'];
}

function resolve(reference: string, root: SchemaNode): SchemaNode {
  let node: unknown = root;
  for (const part of reference.split('/').slice(1)) node = Reflect.get(Object(node), part);
  return node as SchemaNode;
}

function propertyNames(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Reflect.get(node, 'properties') as unknown;
  const named = typeof own === 'object' && own !== null ? Object.keys(own) : [];
  return [...named, ...Object.values(node).flatMap(propertyNames)];
}

type Box = Record<string, unknown>;

/** Every place of a value, as its holder and key. */
function placesOf(holder: Box): readonly { readonly holder: Box; readonly key: string }[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(typeof value === 'object' && value !== null ? placesOf(value as Box) : []),
  ]);
}

function alter(box: Box, at: number, what: string, key: string, value: unknown): void {
  const places = placesOf(box);
  const place = places[at % places.length];
  if (place === undefined) return;
  const target = place.holder[place.key];
  if (what === 'replace') place.holder[place.key] = structuredClone(value);
  else if (
    what === 'add' &&
    typeof target === 'object' &&
    target !== null &&
    !Array.isArray(target)
  )
    (target as Box)[key] = structuredClone(value);
  else if (what === 'rename' && !Array.isArray(place.holder) && place.holder !== box) {
    delete place.holder[place.key];
    place.holder[key] = target;
  } else if (what === 'remove' && !Array.isArray(place.holder) && place.holder !== box)
    delete place.holder[place.key];
}
