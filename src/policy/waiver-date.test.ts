import { describe, expect, it } from 'vitest';
import { isDay, judgingTime, waiverHolds } from './waiver-date.ts';

describe('waiverHolds', () => {
  it.each<[string, string | undefined, boolean]>([
    ['the day before', '2026-12-30T12:00:00Z', true],
    ['the last moment of its last day', '2026-12-31T23:59:59.999Z', true],
    ['the first moment after', '2027-01-01T00:00:00Z', false],
    ['its last day elsewhere, which is over in UTC', '2026-12-31T20:00:00-05:00', false],
    ['a year beyond four digits', '+012026-01-01T00:00:00Z', false],
    ['a clock that tells nothing', 'x', false],
    ['no date at all', undefined, false],
  ])('%s', (_name, at, holds) => {
    expect(waiverHolds({ expires: '2026-12-31' }, at === undefined ? at : new Date(at))).toBe(
      holds,
    );
  });
});

describe('isDay', () => {
  it.each([
    ['2026-02-28', true],
    ['2028-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['20260101', false],
    ['', false],
  ])('%s: %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });
});

describe('judgingTime', () => {
  it('is never before what signed evidence says', () => {
    const at = (text: string) => new Date(text);
    expect(judgingTime(at('2026-01-01'), [at('2026-06-01'), at('2025-01-01')])).toEqual(
      at('2026-06-01'),
    );
    expect(judgingTime(at('2026-07-01'), [at('2026-06-01')])).toEqual(at('2026-07-01'));
    expect(judgingTime(at('2026-07-01'), [])).toEqual(at('2026-07-01'));
  });
});
