import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlace, placeIn, TextLines } from './text-lines.ts';

describe('TextLines', () => {
  it.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 2, 1],
    [3, 3, 1],
    [4, 3, 2],
  ])('finds offset %i at %i:%i', (offset, line, column) => {
    expect(new TextLines('a\n\nb').placeAt(offset)).toEqual({ line, column });
    expect(placeIn('a\n\nb', offset)).toEqual({ line, column });
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '\n') }), fc.nat(), (text, at) => {
        const offset = Math.min(at, text.length);
        const lines = new TextLines(text);
        expect(lines.offsetOf(lines.placeAt(offset))).toBe(offset);
        expect(placeIn(text, offset)).toEqual(lines.placeAt(offset));
      }),
    );
  });

  it('finds the first of what stands twice, and nothing else', () => {
    expect(findPlace('a\nbb b', 'b')).toEqual({ line: 2, column: 1 });
    expect(findPlace('a\nbb b', 'c')).toBeUndefined();
  });

  it('takes a line that is not there for the end', () => {
    expect(new TextLines('a\nb').offsetOf({ line: 9, column: 1 })).toBe(3);
  });
});
