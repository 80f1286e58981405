import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allChecks } from '../../src/checks/all-checks.ts';

const schemas = join(import.meta.dirname, '../../schemas');
const areas = [...new Set(allChecks().map(({ area }) => area))].sort();

/** Every list of areas that a schema spells out: a list that holds two of them. */
function areaLists(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(areaLists);
  return Array.isArray(value) && value.includes('container') && value.includes('oci')
    ? [value, ...below]
    : below;
}

describe('areas of evidence', () => {
  const lists = readdirSync(schemas)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) =>
      areaLists(JSON.parse(readFileSync(join(schemas, file), 'utf8'))).map((list) => ({
        file,
        list,
      })),
    );

  it('stand in many schemas', () => {
    expect(lists.length).toBeGreaterThanOrEqual(16);
  });

  it.each(lists)('are in $file those of the checks', ({ file, list }) => {
    // A policy does not demand of itself that it was looked at.
    const expected = file.startsWith('policy.') ? areas.filter((one) => one !== 'policy') : areas;
    expect([...list].sort()).toEqual(expected);
  });
});
