import type { DocumentProblem } from '../support/document-problem.ts';
import { locateInJson, parseJsonStrict, pointerSegment } from '../support/json-document.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { lockSchema } from '../support/schemas.gen.ts';
import type { ReleaseLock } from './lock.ts';

/** A lock that was read, or why it could not be. */
export type ParsedLock =
  | { readonly lock: ReleaseLock; readonly problems: readonly [] }
  | { readonly lock?: undefined; readonly problems: readonly DocumentProblem[] };

const limits = { maxBytes: 32 * 2 ** 20, maxDepth: 16 };

/** Reads and judges `cowa-release.lock.json`; members this program does not know are left alone. */
export function parseLock(bytes: Uint8Array): ParsedLock {
  const { value, problem } = parseJsonStrict(bytes, limits);
  if (problem !== undefined) return { problems: [problem] };
  let places: ReturnType<typeof locateInJson> | undefined;
  const locate = (pointer: string) => {
    places ??= locateInJson(bytes, limits);
    return places(pointer);
  };
  const problems = judgeSchema(lockSchema, value, { locate }, 'built');
  const faults = problems.filter(({ severity }) => severity !== 'note');
  if (faults.length > 0 || !isLock(value)) return { problems: faults };
  const twins = twinReferences(value).map(
    ({ pointer, message }): DocumentProblem => ({
      code: 'DOCUMENT_RULE',
      message,
      pointer,
      ...locate(pointer),
      severity: 'error',
    }),
  );
  return twins.length > 0 ? { problems: twins } : { lock: value, problems: [] };
}

/** One reference with two digests would be two releases. */
function twinReferences(
  lock: ReleaseLock,
): readonly { readonly pointer: string; readonly message: string }[] {
  return Object.entries(lock.flavors).flatMap(
    ([flavor, { images, packages = [], inputs = [] }]) => {
      const named = {
        images: images.map(({ reference }) => reference),
        packages: packages.map(({ reference }) => reference),
        inputs: inputs.map(({ address }) => address),
      };
      return Object.entries(named).flatMap(([member, names]) =>
        names.flatMap((name, index) => {
          if (names.indexOf(name) === index) return [];
          const key = member === 'inputs' ? 'address' : 'reference';
          const pointer = `/flavors/${pointerSegment(flavor)}/${member}/${index}/${key}`;
          return [{ pointer, message: `'${name}' is locked twice in '${flavor}'` }];
        }),
      );
    },
  );
}

/** The schema has judged it: this only tells the compiler. */
function isLock(value: unknown): value is ReleaseLock {
  return typeof value === 'object' && value !== null;
}
