import type { DocumentProblem } from '../support/document-problem.ts';
import { pointerSegment } from '../support/json-document.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { udsBundleSchema } from '../support/schemas.gen.ts';
import type { YamlDocument } from '../support/yaml-document.ts';
import { isNumberForGo, textOfScalar } from '../zarf/go-scalars.ts';

/** A built definition as its readers take it, and what is wrong with it. */
export interface BuiltValue {
  readonly value: unknown;
  readonly problems: readonly DocumentProblem[];
}

/**
 * Judges a built definition by shape and types, as leniently as its readers where they all agree: a
 * member without a value counts as absent, an unquoted number in the place of text as that text.
 * @see UDS CLI v0.35, legacy mode
 */
export function readBuiltBundle(document: YamlDocument): BuiltValue {
  let value: unknown = structuredClone(document.value);
  let faults = judgeSchema(udsBundleSchema, value, document, 'built');
  const told: DocumentProblem[] = [];
  for (const fault of faults.filter(({ severity }) => severity === 'error')) {
    const lenient = readLeniently(value, fault.pointer, document);
    if (lenient === undefined) continue;
    const after = judgeSchema(udsBundleSchema, lenient.value, document, 'built');
    // Still wrong there: it was no place for text.
    if (after.some(({ pointer }) => pointer === fault.pointer)) continue;
    ({ value } = lenient);
    faults = after;
    if (lenient.isText) {
      const message = fault.message.replace(
        /; write it in quotes.*$/,
        '; it is taken as it is written',
      );
      told.push({ ...fault, message, severity: 'warning' });
    }
  }
  return { value, problems: [...faults, ...told, ...otherNumbers(document.value, '', document)] };
}

function readLeniently(
  root: unknown,
  pointer: string,
  document: YamlDocument,
): { readonly value: unknown; readonly isText: boolean } | undefined {
  if (pointer === '') return undefined;
  const value: unknown = structuredClone(root);
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), value);
  if (typeof holder !== 'object' || holder === null) return undefined;
  const found: unknown = Reflect.get(holder, last);
  if (found === null && !Array.isArray(holder)) {
    Reflect.deleteProperty(holder, last);
    return { value, isText: false };
  }
  if (typeof found !== 'number' && typeof found !== 'boolean') return undefined;
  const text = textOfScalar(found, document.written(pointer) ?? '');
  if (text === undefined) return undefined;
  Reflect.set(holder, last, text);
  return { value, isText: true };
}

/** Texts that readers of the other kind take for numbers. Values of overrides may be either. */
function otherNumbers(
  value: unknown,
  pointer: string,
  document: YamlDocument,
): readonly DocumentProblem[] {
  if (typeof value === 'string') {
    const written = document.written(pointer);
    if (written === undefined || !isNumberForGo(written)) return [];
    const message = `${pointer.slice(1).replaceAll('/', '.')} is ${written}, text here and a number for UDS; it must be quoted`;
    return [
      { code: 'DOCUMENT_SCHEMA', message, pointer, ...document.locate(pointer), severity: 'error' },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => key !== 'overrides')
    .flatMap(([key, member]) =>
      otherNumbers(member, `${pointer}/${pointerSegment(key)}`, document),
    );
}
