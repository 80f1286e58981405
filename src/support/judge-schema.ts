import type { ErrorObject, ValidateFunction } from 'ajv';
import {
  describe,
  describeFault,
  type Fault,
  quote,
  subject,
  unknownKey,
  unknownKeyMessage,
} from './describe-fault.ts';
import type { DocumentProblem } from './document-problem.ts';
import { fitsUdsBundle, fitsZarfPackageV1alpha1, fitsZarfPackageV1beta1 } from './fits.gen.ts';
import { pointerSegment } from './json-document.ts';
import { schemaLibrary } from './schema-library.ts';
import { schemaRules } from './schema-rules.ts';
import {
  udsBundleSchema,
  zarfPackageV1alpha1Schema,
  zarfPackageV1beta1Schema,
} from './schemas.gen.ts';
import type { Place } from './yaml-values.ts';

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
/** Compiled ahead: they say that a value fits, and not what does not. */
const fits: ReadonlyMap<object, (value: unknown) => boolean> = new Map([
  [udsBundleSchema, fitsUdsBundle],
  [zarfPackageV1alpha1Schema, fitsZarfPackageV1alpha1],
  [zarfPackageV1beta1Schema, fitsZarfPackageV1beta1],
]);

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
  if (fits.get(schema)?.(value) === true) return [];
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  const problems = meaningful(validate.errors ?? []).map((fault) => problemOf(fault, places, mode));
  return problems.toSorted(byPlace).filter(isFirstOfItsKind).slice(0, maxProblems);
}

function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // Verbose, because the neighbours of an unknown key are needed to guess the one that was meant.
  const ajv = new schemaLibrary.Ajv2020({
    ...schemaRules,
    allErrors: true,
    verbose: true,
  });
  schemaLibrary.addFormats(ajv);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
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
      const meant = branchOfKind(inside, error);
      if (meant !== undefined) faults.push(...meaningful(meant));
      else faults.push({ error, alternatives: [...new Set(inside.map((each) => describe(each)))] });
    }
  }
  return faults;
}

/** What the only form says whose kind of value it is: the others were not meant. */
function branchOfKind(
  inside: readonly ErrorObject[],
  choice: ErrorObject,
): readonly ErrorObject[] | undefined {
  const branches = new Map<string, ErrorObject[]>();
  for (const error of inside) {
    if (!error.schemaPath.startsWith(`${choice.schemaPath}/`)) return undefined;
    const [branch = ''] = error.schemaPath.slice(choice.schemaPath.length + 1).split('/');
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const fitting = [...branches.values()].filter(
    (each) =>
      !each.some(
        ({ keyword, instancePath }) => keyword === 'type' && instancePath === choice.instancePath,
      ),
  );
  return branches.size > 1 && fitting.length === 1 ? fitting[0] : undefined;
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

/** The key a rule about keys is about. */
function propertyNameOf(error: ErrorObject): string | undefined {
  return error.propertyName;
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
