import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeSchema } from '../support/judge-schema.ts';
import { chartShape, isPlainChart } from './chart-shape.ts';

const nowhere = { locate: () => ({ line: 1, column: 1 }) };
const fits = (value: unknown): boolean =>
  judgeSchema(chartShape, value, nowhere, 'authored').length === 0;

it('takes nothing for plain that the schema refuses', () => {
  const word = fc.constantFrom('v1', 'v2', 'a', 'a/b', '', '1.0.0', 'application', 'library');
  const member = fc.oneof(word, fc.constant(null), fc.integer(), fc.constant(undefined));
  const keys = ['apiVersion', 'name', 'version', 'type', 'appVersion', 'icon', 'engine', 'other'];
  const chart = fc.record(Object.fromEntries(keys.map((key) => [key, member])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(chart, (value) => !isPlainChart(value) || fits(JSON.parse(JSON.stringify(value)))),
  );
});

it('knows the form most charts have', () => {
  const chart = {
    apiVersion: 'v2',
    name: 'app',
    version: '0.1.0',
    type: 'application',
    appVersion: '1',
  };
  expect(isPlainChart(chart)).toBe(true);
  expect(fits(chart)).toBe(true);
  for (const worse of [
    { name: 'a/b' },
    { version: 1 },
    { apiVersion: 'v3' },
    { maintainers: [] },
    { type: 'x' },
  ])
    expect(isPlainChart({ ...chart, ...worse })).toBe(false);
});
