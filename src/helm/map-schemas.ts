/** Keywords below which keys are names of the author's, not keywords. */
const maps = new Set([
  ...[
    'properties',
    'patternProperties',
    'definitions',
    '$defs',
    'dependencies',
    'dependentSchemas',
  ],
]);
/** Keywords below which stands data. */
const data = new Set(['enum', 'default', 'const', 'examples']);

/** A JSON Schema with every schema in it changed, innermost first; data and names stay as they are. */
export function mapSchemas(
  schema: unknown,
  change: (members: Map<string, unknown>) => void,
): unknown {
  if (Array.isArray(schema)) return schema.map((item) => mapSchemas(item, change));
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(schema)) {
    if (data.has(key)) members.set(key, value);
    else if (maps.has(key)) members.set(key, mapNamed(value, change));
    else members.set(key, mapSchemas(value, change));
  }
  change(members);
  return Object.fromEntries(members);
}

function mapNamed(value: unknown, change: (members: Map<string, unknown>) => void): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, mapSchemas(item, change)]),
  );
}
