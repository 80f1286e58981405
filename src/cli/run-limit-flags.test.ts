import { expect, it } from 'vitest';
import { runLimits } from './run-limit-flags.ts';

it.each([
  [{}, {}],
  [{ memory: '2g' }, { memoryBytes: 2 * 2 ** 30 }],
  [
    { memory: '1024', connections: 3 },
    { memoryBytes: 1024, connections: 3 },
  ],
])('%j', (flags, limits) => {
  expect(runLimits(flags)).toEqual(limits);
});

it.each(['', '0', 'much', '-1g', '1.5g', '2GiB', '99999999999999g'])('%j is no size', (memory) => {
  expect(() => runLimits({ memory })).toThrow(expect.objectContaining({ code: 'LIMIT_SIZE' }));
});
