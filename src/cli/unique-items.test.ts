import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeBySchema } from './sbom-schema.ts';

const judge = new Ajv({ strict: false }).compile({ type: 'array', uniqueItems: true });
const document = (components: readonly unknown[]) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  components,
});
const duplicates = async (components: readonly unknown[]) =>
  (await judgeBySchema(document(components), 'cyclonedx', '1.6'))?.faults.filter((fault) =>
    fault.startsWith('/components must NOT have duplicate items'),
  );

it('says of lists what ajv says, in its words', async () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const few = fc.constantFrom(0, -0, 1, '1', null, Infinity, 'Infinity', {}, [], { a: 1, b: 2 });
  const turned = fc.constant({ b: 2, a: 1 });
  const lists = fc.array(fc.oneof(few, turned, value), { maxLength: 5 });
  const { uniqueItems } = await import('./unique-items.ts');
  fc.assert(
    fc.property(lists, (list) => {
      const same = judge(list);
      expect(uniqueItems(true, list)).toBe(same);
      if (!same) expect(uniqueItems.errors?.[0]?.message).toBe(judge.errors?.[0]?.message);
      expect(uniqueItems(false, list)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('finds a component that is listed twice, and takes 20,000 of them in seconds', async () => {
  const component = (name: string) => ({
    type: 'library',
    name,
    version: '1',
    purl: `pkg:a/${name}`,
  });
  const many = Array.from({ length: 20_000 }, (_, at) => component(`c${at}`));
  const began = process.cpuUsage();
  expect(await duplicates(many)).toEqual([]);
  // Compared each with each they take half a minute and more.
  expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
  expect(await duplicates([component('a'), component('b'), component('a')])).toEqual([
    '/components must NOT have duplicate items (items ## 0 and 2 are identical)',
  ]);
});
