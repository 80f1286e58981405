import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../ports/cache-keeper.ts';
import { decidePrune, restMs } from './prune-cache.ts';

const dayMs = 24 * 3_600_000;
const nowMs = 100 * dayMs;
const entry = (path: string, days: number, size = 10, kind: CacheEntry['kind'] = 'blobs') => ({
  kind,
  path,
  key: path,
  size,
  usedMs: nowMs - days * dayMs,
});
const limits = { maxAgeMs: 30 * dayMs, maxBytes: 100 };
const none = () => false;

describe('what is pruned', () => {
  it.each([
    { name: 'nothing young and small', entries: [entry('a', 1)], gone: [] },
    { name: 'what is too old', entries: [entry('a', 31), entry('b', 29)], gone: ['a age'] },
    {
      name: 'what was not used longest, until there is little enough',
      entries: [entry('a', 1, 60), entry('b', 3, 60), entry('c', 2, 60)],
      gone: ['b size', 'c size'],
    },
    {
      name: 'nothing more once old entries made room',
      entries: [entry('a', 40, 90), entry('b', 3, 60)],
      gone: ['a age'],
    },
    {
      name: 'nothing of the last hour, however much it is',
      entries: [entry('a', 0.04, 1000), entry('b', 0.05, 10)],
      gone: ['b size'],
    },
    {
      name: 'nothing of others and no build that runs, which count as bytes all the same',
      entries: [
        entry('a', 90, 200, 'other'),
        entry('b', 90, 5, 'engines'),
        entry('c', 1, 1, 'frames'),
      ],
      gone: ['c size'],
    },
    {
      name: 'halves of killed runs after an hour',
      entries: [entry('a', 0.05, 1, 'leftovers'), entry('b', 0.01, 1, 'leftovers')],
      gone: ['a leftover'],
    },
  ])('$name', ({ entries, gone }) => {
    const decided = decidePrune(entries, limits, nowMs, none);
    expect(decided.map(({ path, reason }) => `${path} ${reason}`)).toEqual(gone);
  });

  it('never takes what is kept or young, and gets below the limit wherever it may', () => {
    const entries = fc.uniqueArray(
      fc.record({ at: fc.nat(200), hours: fc.double({ min: 0, max: 2000, noNaN: true }) }),
      { selector: ({ at }) => at },
    );
    fc.assert(
      fc.property(entries, fc.nat(500), fc.nat(2), (rows, maxBytes, kept) => {
        const all = rows.map(({ at, hours }) => entry(`${at}`, hours / 24, at));
        const keep = ({ size }: CacheEntry) => size % 3 === kept;
        const gone = decidePrune(all, { maxAgeMs: 30 * dayMs, maxBytes }, nowMs, keep);
        for (const each of gone) {
          expect(keep(each)).toBe(false);
          expect(nowMs - each.usedMs).toBeGreaterThanOrEqual(restMs);
        }
        const stays = all.filter(({ path }) => !gone.some((each) => each.path === path));
        const bytes = stays.reduce((sum, { size }) => sum + size, 0);
        const may = stays.filter((each) => !keep(each) && nowMs - each.usedMs >= restMs);
        expect(bytes <= maxBytes || may.length === 0).toBe(true);
        expect(may.every(({ usedMs }) => nowMs - usedMs <= 30 * dayMs)).toBe(true);
      }),
    );
  });
});
