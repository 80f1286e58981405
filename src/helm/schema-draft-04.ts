import { mapSchemas } from './map-schemas.ts';

/**
 * A JSON Schema of draft 4 in the words of draft 7: `id` is `$id`, and the exclusive bounds are bounds of their own.
 * @see https://json-schema.org/draft-06/json-schema-release-notes
 */
export function draft04To07(schema: object): object {
  const { $schema: _, ...rest } = { $schema: undefined, ...schema };
  const converted = mapSchemas(rest, (members) => {
    const id = members.get('id');
    if (typeof id === 'string') {
      members.delete('id');
      members.set('$id', id);
    }
    bound(members, 'minimum', 'exclusiveMinimum');
    bound(members, 'maximum', 'exclusiveMaximum');
  });
  return typeof converted === 'object' && converted !== null ? converted : {};
}

function bound(members: Map<string, unknown>, plain: string, exclusive: string): void {
  const flag = members.get(exclusive);
  if (typeof flag !== 'boolean') return;
  members.delete(exclusive);
  if (!flag || !members.has(plain)) return;
  members.set(exclusive, members.get(plain));
  members.delete(plain);
}
