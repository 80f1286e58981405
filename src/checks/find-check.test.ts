import { describe, expect, it } from 'vitest';
import { allChecks } from './all-checks.ts';
import { checksOfArea, requireCheck } from './find-check.ts';

describe('a check by its id', () => {
  it('is found, every one of them', () => {
    for (const { id } of allChecks()) expect(requireCheck(id).id).toBe(id);
  });

  it.each([
    { id: 'container/duplicate', meant: "Did you mean 'container/duplicates'?" },
    { id: 'duplicates', meant: "Did you mean 'container/duplicates'?" },
    { id: 'no/such-thing-at-all', meant: 'cowa-release checks list' },
  ])('$id is not there: CHECK_UNKNOWN, $meant', ({ id, meant }) => {
    expect(() => requireCheck(id)).toThrow(
      expect.objectContaining({
        code: 'CHECK_UNKNOWN',
        suggestions: expect.arrayContaining([meant]),
      }),
    );
  });
});

describe('the checks of an area', () => {
  it('are those of that area alone', () => {
    const found = checksOfArea('container');
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ area }) => area))).toEqual(new Set(['container']));
  });

  it('an unknown area is CHECK_AREA_UNKNOWN and names the known ones', () => {
    expect(() => checksOfArea('containr')).toThrow(
      expect.objectContaining({
        code: 'CHECK_AREA_UNKNOWN',
        suggestions: expect.arrayContaining(["Did you mean 'container'?"]),
      }),
    );
  });
});
