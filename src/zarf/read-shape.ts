import type { DocumentProblem } from '../support/document-problem.ts';
import { pointerSegment } from '../support/json-document.ts';
import type { YamlDocument } from '../support/yaml-document.ts';
import { isNumberForGo, textOfScalar } from './go-scalars.ts';

/** What a shape is read with: the document for places, and where faults go. */
export interface ShapeContext {
  readonly document: YamlDocument;
  /** `built` tells unknown keys as notes; `authored` leaves them to the schema. */
  readonly mode: 'authored' | 'built';
  report(problem: DocumentProblem): void;
}

/** Reads one kind of value out of unknown data. */
export interface Shape<T> {
  /** `undefined` where the value is absent or wrong; wrong ones were reported. */
  read(value: unknown, pointer: string, context: ShapeContext): T | undefined;
  /** Stands in for a required value that is missing, so that the rest can still be looked at. */
  readonly empty: T;
}

/** The type a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

type Members = Readonly<Record<string, Shape<unknown>>>;
type Read<R extends Members, O extends Members> = { readonly [K in keyof R]: Shaped<R[K]> } & {
  readonly [K in keyof O]?: Exclude<Shaped<O[K]>, undefined>;
};

/**
 * Text. While writing, a number or a bare `true` is refused with the advice to quote it. In a built
 * definition it is taken where every reader takes the same text for it: Zarf itself leaves `1e3`
 * unquoted.
 */
export const text: Shape<string> = {
  empty: '',
  read(value, pointer, context) {
    const written = context.document.written(pointer);
    if (typeof value === 'string') {
      if (context.mode === 'built' && written !== undefined && isNumberForGo(written)) {
        fault(
          context,
          pointer,
          `is ${written}, text here and a number for Zarf; it must be quoted`,
        );
        return undefined;
      }
      return value;
    }
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      return wrong(value, 'text', pointer, context);
    }
    const spelt = written ?? String(value);
    const what = `is the ${typeof value} ${spelt}, where text belongs`;
    const taken = context.mode === 'built' ? textOfScalar(value, spelt) : undefined;
    if (taken !== undefined) {
      fault(context, pointer, `${what}; it is taken as it is written`, 'warning');
      return taken;
    }
    fault(context, pointer, `${what}; write it in quotes: "${spelt}"`);
    return undefined;
  },
};

/** A whole number. */
export const whole: Shape<number> = {
  empty: 0,
  read(value, pointer, context) {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    return wrong(value, 'a whole number', pointer, context);
  },
};

/** `true` or `false` of YAML 1.2: `yes` and `on` are text. */
export const flag: Shape<boolean> = {
  empty: false,
  read(value, pointer, context) {
    return typeof value === 'boolean' ? value : wrong(value, 'true or false', pointer, context);
  },
};

/** Taken as it is. */
export const anything: Shape<unknown> = { empty: undefined, read: (value) => value ?? undefined };

/** One of a few words; another word is told and dropped. */
export function oneOf<const W extends string>(...words: readonly W[]): Shape<W | undefined> {
  return {
    empty: undefined,
    read(value, pointer, context) {
      const word = text.read(value, pointer, context);
      const known = words.find((each) => each === word);
      if (word !== undefined && known === undefined) {
        fault(context, pointer, `is '${word}'; known are ${words.join(', ')}`, 'warning');
      }
      return known;
    },
  };
}

/** A list; entries of a wrong kind keep their position with an empty stand-in. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    empty: [],
    read(value, pointer, context) {
      if (!Array.isArray(value)) return wrong(value, 'a list', pointer, context);
      return value.map((each, index) => required(item, each, `${pointer}/${index}`, context));
    },
  };
}

/** A mapping with free keys. */
export function map<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    empty: {},
    read(value, pointer, context) {
      if (!isMapping(value)) return wrong(value, 'a mapping', pointer, context);
      const entries = Object.entries(value).map(
        ([key, each]) =>
          // An entry without a value is an empty one, as in Go.
          [
            key,
            each === null
              ? item.empty
              : required(item, each, `${pointer}/${pointerSegment(key)}`, context),
          ] as const,
      );
      return Object.fromEntries(entries);
    },
  };
}

/**
 * A mapping with known members.
 *
 * @param ignored members the format has and we do not read
 */
export function object<R extends Members, O extends Members>(
  needed: R,
  optional: O,
  ignored: readonly string[] = [],
): Shape<Read<R, O>> {
  const known = new Set([...Object.keys(needed), ...Object.keys(optional), ...ignored]);
  const empty = Object.fromEntries(
    Object.entries(needed).map(([key, shape]) => [key, shape.empty]),
  );
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from `needed`, key by key
    empty: empty as Read<R, O>,
    read(value, pointer, context) {
      if (!isMapping(value)) return wrong(value, 'a mapping', pointer, context);
      const result: Record<string, unknown> = {};
      for (const [key, shape] of Object.entries(needed)) {
        const at = `${pointer}/${key}`;
        if (own(value, key) === undefined) {
          fault(context, pointer, `lacks '${key}'`);
          result[key] = shape.empty;
        } else result[key] = shape.read(own(value, key), at, context) ?? shape.empty;
      }
      for (const [key, shape] of Object.entries(optional)) {
        const member = own(value, key);
        const read =
          member === undefined ? undefined : shape.read(member, `${pointer}/${key}`, context);
        if (read !== undefined) result[key] = read;
      }
      if (context.mode === 'built') noteUnknown(value, known, pointer, context);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from the two tables, key by key
      return result as Read<R, O>;
    },
  };
}

/** Whether a value is a mapping, of unknown members. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member, where `null` counts as absent, as in Go. */
function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
}

function required<T>(shape: Shape<T>, value: unknown, pointer: string, context: ShapeContext): T {
  return shape.read(value, pointer, context) ?? shape.empty;
}

function noteUnknown(
  value: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  pointer: string,
  context: ShapeContext,
): void {
  for (const key of Object.keys(value)) {
    if (known.has(key) || key.startsWith('x-')) continue;
    const at = `${pointer}/${pointerSegment(key)}`;
    const message = `the key '${key}' is not known ${pointer === '' ? 'here' : `in ${subject(pointer)}`}`;
    const place = context.document.locateKey(at);
    context.report({
      code: 'DOCUMENT_UNKNOWN_KEY',
      message,
      pointer: at,
      ...place,
      severity: 'note',
    });
  }
}

function wrong(
  value: unknown,
  expected: string,
  pointer: string,
  context: ShapeContext,
): undefined {
  fault(context, pointer, `is ${kindOf(value)}, where ${expected} belongs`);
  return undefined;
}

function fault(
  context: ShapeContext,
  pointer: string,
  what: string,
  severity: DocumentProblem['severity'] = 'error',
): void {
  const place = context.document.locate(pointer);
  const message = `${subject(pointer)} ${what}`;
  context.report({ code: 'DOCUMENT_SCHEMA', message, pointer, ...place, severity });
}

function subject(pointer: string): string {
  if (pointer === '') return 'the document';
  const parts = pointer.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const shown = String(value);
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return typeof value === 'string' ? `the text '${short}'` : `the ${typeof value} ${short}`;
}
