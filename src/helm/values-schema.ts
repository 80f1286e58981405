import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { schemaLibrary } from '../support/schema-library.ts';
import { GoRegexp } from './go-regexp.ts';
import { type GoMap, toPlain } from './go-value.ts';
import { mapSchemas } from './map-schemas.ts';
import { draft04To07 } from './schema-draft-04.ts';
import { TemplateUndecided } from './template-fault.ts';

const options = {
  allErrors: true,
  strict: false,
  validateSchema: false,
  // Where a schema gives none, none is assumed; Helm's reader neither.
  addUsedSchema: false,
  logger: false,
  passContext: true,
  // Patterns are Go's, and take no longer than their length allows.
  code: { regExp: Object.assign((pattern: string) => new GoRegexp(pattern), { code: 'GoRegexp' }) },
} as const;

/** Present in every schema, so that each look at a value is counted: words of a schema may multiply without end. */
const counted = 'cowaEffort';
const maxLooks = 1_000_000;

const maxKept = 64;
const kept = new Map<string, ValidateFunction>();

/**
 * What a chart's `values.schema.json` does not take of its values: pointer and reason, sorted. Draft 4, 6, 7,
 * 2019-09 and 2020-12; the last where it names none.
 * @throws TemplateUndecided for a schema that cannot be judged by here
 * @see https://helm.sh/docs/topics/charts/#schema-files
 */
export function schemaBreaks(schema: string, values: GoMap): readonly string[] {
  const validate = validatorOf(schema);
  try {
    if (validate.call({ looks: 0 }, plainObject(toPlain(values)))) return [];
  } catch (error) {
    if (error instanceof RangeError) throw undecided('it leads back to itself');
    throw error;
  }
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const sure = errors.filter(({ keyword }) => keyword !== 'format');
  if (sure.length === 0) throw undecided('a format, which is not judged as Helm judges it');
  return [...new Set(sure.map(described))].sort();
}

function described({ instancePath, message, params }: ErrorObject): string {
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const allowed: unknown = params['allowedValues'];
  const more =
    typeof extra === 'string'
      ? `: ${extra}`
      : Array.isArray(allowed)
        ? `: ${allowed.join(', ')}`
        : '';
  return `${instancePath === '' ? '/' : instancePath} ${message ?? 'is not taken'}${more}`;
}

function validatorOf(text: string): ValidateFunction {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const made = compile(text);
  if (kept.size >= maxKept) kept.clear();
  kept.set(text, made);
  return made;
}

function compile(text: string): ValidateFunction {
  const { Ajv, Ajv2019, Ajv2020 } = schemaLibrary;
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === 'boolean') return new Ajv2020(options).compile(schema);
    if (typeof schema !== 'object' || schema === null) throw undecided('it is no schema');
    const draft = String(Reflect.get(schema, '$schema') ?? '');
    if (/draft-04\/schema/.test(draft))
      return withWords(new Ajv(options)).compile(countedIn(draft04To07(schema)));
    const { $schema: _, ...bare } = { $schema: undefined, ...schema };
    if (/draft-0[67]\/schema/.test(draft))
      return withWords(new Ajv(options)).compile(countedIn(bare));
    if (/2019-09\/schema/.test(draft))
      return withWords(new Ajv2019(options)).compile(countedIn(bare));
    if (draft === '' || /2020-12\/schema/.test(draft))
      return withWords(new Ajv2020(options)).compile(countedIn(bare));
    throw undecided(`the draft ${draft} is not known here`);
  } catch (error) {
    if (error instanceof TemplateUndecided) throw error;
    throw undecided(error instanceof Error ? error.message : String(error));
  }
}

function withWords<Validator extends Ajv>(ajv: Validator): Validator {
  schemaLibrary.addFormats(ajv);
  ajv.addKeyword({
    keyword: counted,
    schema: false,
    validate(this: { looks: number }) {
      if (++this.looks > maxLooks) throw undecided('it looks at them too often');
      return true;
    },
  });
  return ajv;
}

function countedIn(schema: object): object {
  const made = mapSchemas(schema, (members) => members.set(counted, true));
  return typeof made === 'object' && made !== null ? made : schema;
}

function undecided(reason: string): TemplateUndecided {
  return new TemplateUndecided(
    'values.schema.json',
    `values are not judged by their schema: ${reason}`,
  );
}

/** Maps as objects, which is what the library takes. */
function plainObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainObject);
  if (!(value instanceof Map)) return typeof value === 'bigint' ? Number(value) : value;
  const object: Record<string, unknown> = {};
  // Assigning "__proto__" would change the prototype instead.
  for (const [key, item] of value)
    Object.defineProperty(object, key, { value: plainObject(item), enumerable: true });
  return object;
}
