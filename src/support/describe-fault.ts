import type { ErrorObject } from 'ajv';
import { nearestWord } from './nearest-word.ts';

/** A departure from a schema. */
export interface Fault {
  readonly error: ErrorObject;
  /** What each alternative missed, for a value that fits none. */
  readonly alternatives?: readonly string[];
}

/** The departure as the end of a sentence about its place. */
export function describeFault({ error, alternatives = [] }: Fault): string {
  const exclusive = exclusiveKeys(error);
  if (exclusive !== undefined) {
    const given = exclusive.filter((key) => Object.hasOwn(Object(error.data), key));
    const found = given.length === 0 ? 'none of them' : given.map(quote).join(' and ');
    return `needs exactly one of ${exclusive.map(quote).join(', ')}, and has ${found}`;
  }
  if (alternatives.length > 0) return `fits none of the allowed forms: ${alternatives.join('; ')}`;
  return describe(error);
}

/** The keys of a choice whose every form asks for one key and nothing else. */
function exclusiveKeys(error: ErrorObject): readonly string[] | undefined {
  if (error.keyword !== 'oneOf' || !Array.isArray(error.schema)) return undefined;
  const keys = error.schema.map((form: { readonly required?: unknown }) =>
    Object.keys(form).length === 1 && Array.isArray(form.required) && form.required.length === 1
      ? String(form.required[0])
      : undefined,
  );
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** The key a schema does not know, where that is the departure. */
export function unknownKey(error: ErrorObject): string | undefined {
  const params: Record<string, unknown> = error.params;
  const key = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return typeof key === 'string' ? key : undefined;
}

/** A sentence about a key nobody knows, with a guess what was meant. */
export function unknownKeyMessage(error: ErrorObject, key: string): string {
  const known = Object.keys(Object(error.parentSchema?.['properties'] ?? {}));
  const meant = nearestWord(key, known);
  const where = error.instancePath === '' ? 'here' : `in ${subject(error.instancePath)}`;
  const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
  return `the key ${quote(key)} is not known ${where}${hint}`;
}

/** What one rule complains about, as the end of a sentence. */
export function describe(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'required':
      return `lacks ${quote(params['missingProperty'])}`;
    case 'type':
      return `is ${kindOf(error.data)}, where ${expectedTypes(params['type'])} belongs`;
    case 'enum':
      return `is ${wordMessage(error.data, params['allowedValues'])}`;
    case 'const':
      return `is ${quote(error.data)}, where ${quote(params['allowedValue'])} belongs`;
    case 'pattern':
      return `is ${quote(error.data)}, which does not have the form ${String(params['pattern'])}`;
    case 'oneOf':
      return 'fits more than one of the allowed forms';
    case 'maxLength':
      return `is longer than ${String(params['limit'])} characters`;
    case 'minLength':
      return params['limit'] === 1
        ? 'is empty'
        : `is shorter than ${String(params['limit'])} characters`;
    case 'minItems':
    case 'minProperties':
      return params['limit'] === 1
        ? 'is empty'
        : `has fewer than ${String(params['limit'])} entries`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `has the unknown key ${quote(unknownKey(error))}`;
    case 'not':
      return 'has a form that is not allowed';
    case 'discriminator':
      return describeDiscriminator(error);
    default:
      return error.message ?? `breaks the rule ${quote(error.keyword)}`;
  }
}

/** The word that chooses among the forms is missing or no known one. */
function describeDiscriminator({ params, schema, parentSchema }: ErrorObject): string {
  const tag = String(params['tag'] ?? Reflect.get(Object(schema), 'propertyName'));
  const forms: unknown = parentSchema?.['oneOf'];
  const words = (Array.isArray(forms) ? forms : []).flatMap((form: unknown) => {
    const word: unknown = [form, 'properties', tag, 'const'].reduce((at: unknown, key) =>
      Reflect.get(Object(at), String(key)),
    );
    return typeof word === 'string' ? [word] : [];
  });
  const { tagValue } = params;
  if (typeof tagValue !== 'string') return `needs ${quote(tag)}: ${words.map(quote).join(', ')}`;
  return `has the ${tag} ${wordMessage(tagValue, words)}`;
}

function wordMessage(data: unknown, allowed: unknown): string {
  const words: readonly unknown[] = Array.isArray(allowed) ? allowed : [];
  const texts = words.filter((word) => typeof word === 'string');
  const meant = typeof data === 'string' ? nearestWord(data, texts) : undefined;
  const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
  return `${quote(data)}; allowed ${words.length === 1 ? 'is' : 'are'} ${words.map(quote).join(', ')}${hint}`;
}

function expectedTypes(type: unknown): string {
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((each) => articles.get(String(each)) ?? String(each)).join(' or ');
}

const articles: ReadonlyMap<string, string> = new Map([
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['string', 'text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['null', 'nothing'],
]);

function kindOf(data: unknown): string {
  if (data === null || data === undefined) return 'empty';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a mapping';
  return typeof data === 'string'
    ? `the text ${quote(data)}`
    : `the ${typeof data} ${String(data)}`;
}

/** A place as people say it. */
export function subject(pointer: string): string {
  if (pointer === '') return 'the document';
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** A value in quotes, shortened. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `'${text.length > 80 ? `${text.slice(0, 80)}…` : text}'`;
}
