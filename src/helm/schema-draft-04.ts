/** Keywords below which keys are names of the author's, not keywords. */
const maps = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);
/** Keywords below which stands data. */
const data = new Set(['enum', 'default', 'const', 'examples']);

/**
 * A JSON Schema of draft 4 in the words of draft 7: `id` is `$id`, and the exclusive bounds are bounds of their own.
 * @see https://json-schema.org/draft-06/json-schema-release-notes
 */
export function draft04To07(schema: object): object {
  const { $schema: _, ...rest } = { $schema: undefined, ...schema };
  const converted = convert(rest);
  return typeof converted === 'object' && converted !== null ? converted : {};
}

function convert(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(convert);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(schema)) {
    if (data.has(key)) members.set(key, value);
    else if (maps.has(key)) members.set(key, named(value));
    else if (key === 'id' && typeof value === 'string') members.set('$id', value);
    else members.set(key, convert(value));
  }
  bound(members, 'minimum', 'exclusiveMinimum');
  bound(members, 'maximum', 'exclusiveMaximum');
  return Object.fromEntries(members);
}

function named(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item)]));
}

function bound(members: Map<string, unknown>, plain: string, exclusive: string): void {
  const flag = members.get(exclusive);
  if (typeof flag !== 'boolean') return;
  members.delete(exclusive);
  if (!flag || !members.has(plain)) return;
  members.set(exclusive, members.get(plain));
  members.delete(plain);
}
