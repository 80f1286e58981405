import { describe, expect, it } from 'vitest';
import { textColumns } from './text-columns.ts';
import { wrapText } from './wrap-text.ts';

describe('textColumns', () => {
  it.each([
    [80, undefined, 80],
    [20, undefined, 40],
    [300, undefined, 120],
    [0, undefined, 80],
    [undefined, undefined, Number.POSITIVE_INFINITY],
    [undefined, '60', 60],
    [80, '200', 200],
    [80, '10', 40],
    [80, '', 80],
    [undefined, '0', Number.POSITIVE_INFINITY],
    [undefined, 'wide', Number.POSITIVE_INFINITY],
    [undefined, '1e3', Number.POSITIVE_INFINITY],
  ])('a terminal of %s and COLUMNS %s give %s', (columns, wanted, expected) => {
    expect(textColumns(columns, wanted)).toBe(expected);
  });

  it('leaves lines whole where there is no terminal', () => {
    const text = 'word '.repeat(100).trim();
    expect(wrapText(text, textColumns(undefined, undefined), '  ', '    ')).toEqual([`  ${text}`]);
  });
});
