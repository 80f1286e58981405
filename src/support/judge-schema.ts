import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { DocumentProblem } from './document-problem.ts';
import { pointerSegment } from './json-document.ts';
import { nearestWord } from './nearest-word.ts';
import type { Place } from './yaml-document.ts';

/** Where the parts of a document stand; a `YamlDocument` is one. */
export interface Places {
  locate(pointer: string): Place;
  /** Place of a key; without it the place of the value is told. */
  locateKey?(pointer: string): Place;
  /** A plain scalar as it is spelt, for advice about quotes. */
  written?(pointer: string): string | undefined;
}

/**
 * `authored`: a definition someone is writing; every departure is an error. `built`: one inside an
 * archive; wrong types and missing members are errors, unexpected wording is a warning and an
 * unknown key a note, since a newer program may have added it.
 */
export type JudgeMode = 'authored' | 'built';

/** At most this many problems are told; the rest mostly repeats them. */
const maxProblems = 50;

const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Judges a value by a JSON Schema (draft 2020-12) and tells every departure with its place, sorted
 * by place. Keys that begin with `x-` are free where the schema has them as a pattern, as all of
 * ours do.
 *
 * @see JSON Schema 2020-12, Validation
 */
export function judgeSchema(
  schema: object,
  value: unknown,
  places: Places,
  mode: JudgeMode,
): DocumentProblem[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  const problems = meaningful(validate.errors ?? []).map((fault) => problemOf(fault, places, mode));
  return problems.toSorted(byPlace).filter(isFirstOfItsKind).slice(0, maxProblems);
}

function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // Verbose, because the neighbours of an unknown key are needed to guess the one that was meant.
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    discriminator: true,
    allowUnionTypes: true,
    strictRequired: false,
    strictTypes: false,
    strictTuples: false,
  });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

interface Fault {
  readonly error: ErrorObject;
  /** What each alternative missed, for a value that fits none. */
  readonly alternatives?: readonly string[];
}

/** One fault per cause: what the branches of an alternative say is folded into one. */
function meaningful(errors: readonly ErrorObject[]): readonly Fault[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const outermost = choices.filter(
    (choice) => !choices.some((other) => other !== choice && isBranch(choice, other)),
  );
  const faults: Fault[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    const choice = outermost.find((each) => each === error || isBranch(error, each));
    if (choice === undefined) faults.push({ error });
    else if (choice === error) {
      const inside = errors.filter((each) => !outermost.includes(each) && isBranch(each, error));
      faults.push({ error, alternatives: [...new Set(inside.map((each) => describe(each)))] });
    }
  }
  return faults;
}

/** True for what one of the forms of a choice complains about, and not a neighbour of the choice. */
function isBranch(error: ErrorObject, choice: ErrorObject): boolean {
  if (!within(error.instancePath, choice.instancePath)) return false;
  if (error.schemaPath.startsWith(`${choice.schemaPath}/`)) return true;
  // Behind a reference the path begins anew and tells nothing.
  return JSON.stringify(choice.schema).includes('"$ref"');
}

function within(path: string, parent: string): boolean {
  return path === parent || strictlyWithin(path, parent);
}

function strictlyWithin(path: string, parent: string): boolean {
  return path.startsWith(`${parent}/`);
}

function problemOf(fault: Fault, places: Places, mode: JudgeMode): DocumentProblem {
  const { error } = fault;
  const unknown = unknownKey(error);
  if (unknown !== undefined) {
    const pointer = `${error.instancePath}/${pointerSegment(unknown)}`;
    const place = places.locateKey?.(pointer) ?? places.locate(pointer);
    const severity = mode === 'authored' ? 'error' : 'note';
    return {
      code: 'DOCUMENT_UNKNOWN_KEY',
      message: unknownKeyMessage(error, unknown),
      pointer,
      ...place,
      severity,
    };
  }
  const named = propertyNameOf(error);
  const pointer =
    named === undefined ? error.instancePath : `${error.instancePath}/${pointerSegment(named)}`;
  const place =
    named === undefined
      ? places.locate(pointer)
      : (places.locateKey?.(pointer) ?? places.locate(pointer));
  const what = `${describeFault(fault)}${quoteAdvice(error, pointer, places)}`;
  const message = `${named === undefined ? subject(pointer) : `the key ${quote(named)}`} ${what}`;
  return { code: 'DOCUMENT_SCHEMA', message, pointer, ...place, severity: severityOf(error, mode) };
}

function describeFault({ error, alternatives = [] }: Fault): string {
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

/** YAML reads a version such as `1.10` as a number: the most common slip. */
function quoteAdvice(error: ErrorObject, pointer: string, places: Places): string {
  const params: Record<string, unknown> = error.params;
  if (error.keyword !== 'type' || params['type'] !== 'string') return '';
  if (typeof error.data !== 'number' && typeof error.data !== 'boolean') return '';
  return `; write it in quotes: "${places.written?.(pointer) ?? String(error.data)}"`;
}

/** In a built archive only shape and types decide; wording may come from a newer program. */
function severityOf(error: ErrorObject, mode: JudgeMode): DocumentProblem['severity'] {
  if (mode === 'authored') return 'error';
  return ['type', 'required', 'anyOf', 'oneOf', 'discriminator'].includes(error.keyword)
    ? 'error'
    : 'warning';
}

function unknownKey(error: ErrorObject): string | undefined {
  const params: Record<string, unknown> = error.params;
  const key = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return typeof key === 'string' ? key : undefined;
}

function unknownKeyMessage(error: ErrorObject, key: string): string {
  const known = Object.keys(Object(error.parentSchema?.['properties'] ?? {}));
  const meant = nearestWord(key, known);
  const where = error.instancePath === '' ? 'here' : `in ${subject(error.instancePath)}`;
  const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
  return `the key ${quote(key)} is not known ${where}${hint}`;
}

/** The key a rule about keys is about. */
function propertyNameOf(error: ErrorObject): string | undefined {
  return error.propertyName;
}

function describe(error: ErrorObject): string {
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

function subject(pointer: string): string {
  if (pointer === '') return 'the document';
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `'${text.length > 80 ? `${text.slice(0, 80)}…` : text}'`;
}

function byPlace(a: DocumentProblem, b: DocumentProblem): number {
  return (
    a.line - b.line ||
    a.column - b.column ||
    compare(a.pointer, b.pointer) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isFirstOfItsKind(
  problem: DocumentProblem,
  index: number,
  all: readonly DocumentProblem[],
): boolean {
  const before = all[index - 1];
  return (
    before === undefined || before.pointer !== problem.pointer || before.message !== problem.message
  );
}
