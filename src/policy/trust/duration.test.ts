import { expect, it } from 'vitest';
import { parseDurationMs } from './duration.ts';

const hour = 3_600_000;

it.each([
  ['P90D', 90 * 24 * hour],
  ['P2W', 14 * 24 * hour],
  ['PT12H', 12 * hour],
  ['P1DT1H30M', 25.5 * hour],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['P1Y', undefined],
  ['P1M', undefined],
  ['P1W1D', undefined],
  ['-P1D', undefined],
  ['90', undefined],
])('%s is %s ms', (text, expected) => expect(parseDurationMs(text)).toBe(expected));
