import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { oddSizes } from './find-damage.ts';

const header = { digest: digestOf('whole'), size: 350, count: 4 };

function sizes(...all: readonly number[]) {
  const parts = all.map((size, index) => ({
    number: index + 1,
    places: [`d/part${index + 1}`],
    size,
  }));
  return oddSizes(parts, header).map(({ part, from, to }) => `${part}: ${from} for ${to}`);
}

describe('oddSizes', () => {
  it.each([
    ['as they were cut', [100, 100, 100, 50], []],
    ['one cut short', [100, 90, 100, 50], ['2: 90 for 100']],
    ['the last cut short', [100, 100, 100, 40], ['4: 40 for 50']],
    ['the last exchanged with another', [100, 50, 100, 100], ['2: 50 for 100', '4: 100 for 50']],
    ['so many sizes that nobody can tell', [100, 90, 80, 50], []],
  ])('of parts %s', (_what, all, expected) => expect(sizes(...all)).toEqual(expected));

  it('knows nothing without a header', () =>
    expect(oddSizes([{ number: 1, places: ['d/part1'], size: 1 }], 'missing')).toEqual([]));
});
