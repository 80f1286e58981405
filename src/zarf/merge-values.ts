import { parseYamlDocument } from '../support/yaml-document.ts';
import { renderYaml } from './go-yaml.ts';
import { PackError } from './pack-error.ts';

/** One file of `values.files`. */
export interface ValuesFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The `values.yaml` of a package: the files merged in order, a later one winning, mappings merged
 * deeply and lists replaced; keys sorted.
 * @throws PackError PACK_VALUES_INVALID with the place
 * @see shared reference of the Zarf package format, 2.6
 */
export function mergeValuesFiles(files: readonly ValuesFile[]): Uint8Array {
  return Buffer.from(renderYaml(sorted(mergedValues(files))));
}

/**
 * The same as plain values.
 * @throws PackError PACK_VALUES_INVALID with the place
 */
export function mergedValues(files: readonly ValuesFile[]): Readonly<Record<string, unknown>> {
  let merged: Readonly<Record<string, unknown>> = {};
  for (const file of files) merged = mergeDeep(merged, parseValues(file));
  return merged;
}

/**
 * The mapping in a values file; an empty file is an empty mapping.
 * @throws PackError PACK_VALUES_INVALID
 */
export function parseValues({ path, bytes }: ValuesFile): Readonly<Record<string, unknown>> {
  const { document, problems } = parseYamlDocument(bytes);
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined) {
    throw new PackError(
      'PACK_VALUES_INVALID',
      `${path}:${problem.line}:${problem.column} ${problem.message}`,
    );
  }
  const value = document?.value ?? {};
  if (!isMapping(value)) {
    throw new PackError(
      'PACK_VALUES_INVALID',
      `${path}:1:1 a values file holds a mapping of names to values`,
      {
        suggestions: ['Write keys at the top level of the file'],
      },
    );
  }
  return value;
}

/** Mappings merged deeply, the second winning; lists and scalars are replaced. */
function mergeDeep(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(base));
  for (const [key, theirs] of Object.entries(over)) {
    const own = merged.get(key);
    merged.set(key, isMapping(own) && isMapping(theirs) ? mergeDeep(own, theirs) : theirs);
  }
  return Object.fromEntries(merged);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
