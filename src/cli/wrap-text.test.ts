import { describe, expect, it } from 'vitest';
import { wrapText } from './wrap-text.ts';

describe('wrapText', () => {
  it.each([
    ['fits', 'one two', 20, ['> one two']],
    ['breaks at spaces', 'one two three', 9, ['> one two', '. three']],
    [
      'keeps a long word whole',
      `see ${'f'.repeat(20)} there`,
      10,
      ['> see', `. ${'f'.repeat(20)}`, '. there'],
    ],
    ['keeps lines', 'one\ntwo', 20, ['> one', '. two']],
    ['keeps gaps within a line', 'key     a', 20, ['> key     a']],
  ])('%s', (_name, text, columns, expected) => {
    expect(wrapText(text, columns, '> ', '. ')).toEqual(expected);
  });
});
