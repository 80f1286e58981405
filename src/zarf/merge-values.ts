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
  let merged: unknown = {};
  for (const file of files) merged = mergeDeep(merged, parseValues(file));
  return Buffer.from(renderYaml(sorted(merged)));
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
function mergeDeep(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      Object.hasOwn(over, key)
        ? mergeDeep(Object.hasOwn(base, key) ? base[key] : undefined, over[key])
        : base[key],
    ]),
  );
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
