import { schemaLibrary } from '../support/schema-library.ts';
import { draft04To07 } from './schema-draft-04.ts';

/** What of a JSON Schema is none: pointer and reason, sorted; undefined for a draft that is not known. */
export function schemaFaults(
  schema: unknown,
): readonly { readonly pointer: string; readonly message: string }[] | undefined {
  if (typeof schema === 'boolean') return [];
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return [{ pointer: '', message: 'a schema is an object, or true or false' }];
  const draft = String(Reflect.get(schema, '$schema') ?? '');
  const { $schema: _, ...bare } = { $schema: undefined, ...schema };
  const options = { allErrors: true, strict: false, logger: false } as const;
  const ajv = /draft-0[467]\/schema/.test(draft)
    ? new schemaLibrary.Ajv(options)
    : /2019-09\/schema/.test(draft)
      ? new schemaLibrary.Ajv2019(options)
      : draft === '' || /2020-12\/schema/.test(draft)
        ? new schemaLibrary.Ajv2020(options)
        : undefined;
  if (ajv === undefined) return undefined;
  if (ajv.validateSchema(/draft-04\/schema/.test(draft) ? draft04To07(schema) : bare) === true)
    return [];
  const faults = new Map<string, { pointer: string; message: string }>();
  for (const { instancePath: pointer, keyword, message = 'is not taken', params } of ajv.errors ??
    []) {
    // What alternatives say is told by the place alone.
    if (/^(?:anyOf|oneOf|allOf|if|\$ref|\$dynamicRef)$/.test(keyword)) continue;
    const allowed: unknown = params['allowedValues'];
    const more = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
    faults.set(pointer, faults.get(pointer) ?? { pointer, message: `${message}${more}` });
  }
  return [...faults.values()].sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
}
