import { describe, expect, it } from 'vitest';
import { formatSize } from './format-size.ts';

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_048_530, '1.0 MiB'],
    [1_048_576, '1.0 MiB'],
    [13_000_000_000, '12.1 GiB'],
    [5 * 2 ** 50, '5120.0 TiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
