import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieceAt } from './piece-at.ts';

describe('pieceAt', () => {
  it.each([
    { name: 'no pieces', starts: [], offset: 5, index: 0 },
    { name: 'before the first', starts: [3, 5], offset: 2, index: 0 },
    { name: 'the begin of one', starts: [0, 4, 9], offset: 4, index: 1 },
    { name: 'the end of one', starts: [0, 4, 9], offset: 8, index: 1 },
    { name: 'far behind the last', starts: [0, 4, 9], offset: 99, index: 2 },
    { name: 'empty pieces: the last of them', starts: [0, 4, 4, 9], offset: 4, index: 2 },
  ])('$name', ({ starts, offset, index }) => {
    expect(pieceAt(starts, offset)).toBe(index);
  });

  it('finds what looking at each would find', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(60), (given, offset) => {
        const starts = [0, ...given.sort((one, other) => one - other)];
        expect(pieceAt(starts, offset)).toBe(starts.findLastIndex((start) => start <= offset));
      }),
    );
  });
});
