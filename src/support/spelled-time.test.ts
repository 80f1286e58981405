import { expect, it } from 'vitest';
import { spelledTime } from './spelled-time.ts';

it.each([
  [0.05 * 60_000, '3 seconds'],
  [300, '0.3 seconds'],
  [1000, '1 second'],
  [60_000, '1 minute'],
  [90_000, '1.5 minutes'],
  [61_000, '1.02 minutes'],
  [3_600_000, '1 hour'],
  [5_400_000, '90 minutes'],
  [7_200_000, '2 hours'],
])('%d ms are %s', (ms, said) => {
  expect(spelledTime(ms)).toBe(said);
});
