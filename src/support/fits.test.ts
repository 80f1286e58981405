import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsUdsBundle, fitsZarfPackageV1alpha1, fitsZarfPackageV1beta1 } from './fits.gen.ts';
import { schemaRules } from './schema-rules.ts';
import {
  udsBundleSchema,
  zarfPackageV1alpha1Schema,
  zarfPackageV1beta1Schema,
} from './schemas.gen.ts';
import { parseYaml } from './yaml-document.ts';

const compiled = [
  { name: 'uds-bundle', fits: fitsUdsBundle, schema: udsBundleSchema },
  { name: 'v1alpha1', fits: fitsZarfPackageV1alpha1, schema: zarfPackageV1alpha1Schema },
  { name: 'v1beta1', fits: fitsZarfPackageV1beta1, schema: zarfPackageV1beta1Schema },
].map((each) => {
  const validate = new Ajv2020({ ...schemaRules, allErrors: true }).compile(each.schema);
  return { ...each, judged: (value: unknown): boolean => validate(value) };
});

/** Definitions of real programs, read once. */
const definitions: readonly unknown[] = ['zarf', 'uds']
  .flatMap((kind) => {
    const folder = new URL(`../../test/conformance/${kind}/definitions/`, import.meta.url);
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`));
  })
  .flatMap((bytes) => parseYaml(bytes).documents.map(({ value }) => value));

/** Pointers as lists of keys to every value in a document. */
function paths(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => paths(item, [...at, key]))];
}

function changed(root: unknown, path: readonly string[], put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (typeof root !== 'object' || root === null) return root;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(root) ? [...root] : { ...root };
  if (rest.length === 0 && put === undefined) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, changed(Reflect.get(copy, key), rest, put));
  return copy;
}

describe.each(compiled)('what is compiled ahead of $name', ({ fits, judged }) => {
  it('takes and refuses what the library does, over every change of a definition', () => {
    const values = [undefined, null, true, 0, -1, 1.5, '', 'A b', 'amd64', [], {}, [''], { x: 1 }];
    const change = fc
      .constantFrom(...definitions)
      .chain((root) =>
        fc.tuple(
          fc.constant(root),
          fc.constantFrom(...paths(root)),
          fc.option(fc.constantFrom('name', 'x-own', 'unknown', 'kind'), { nil: undefined }),
          fc.constantFrom(...values),
        ),
      );
    let taken = 0;
    fc.assert(
      fc.property(change, ([root, path, key, put]) => {
        const value = changed(root, key === undefined ? path : [...path, key], put);
        const expected = judged(value);
        if (expected) taken++;
        expect(fits(value)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it('takes and refuses the definitions themselves alike', () => {
    const told = definitions.map((each) => [fits(each), judged(each)]);
    expect(told.filter(([own, library]) => own !== library)).toEqual([]);
    expect(told.some(([own]) => own === true)).toBe(true);
  });
});
