import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable', () => {
  it.each([
    ['plain', 'components/a.tar', 'components/a.tar'],
    ['other scripts', 'größe/图像', 'größe/图像'],
    ['an escape sequence', '\u001b[32mPASS', '\\u{1b}[32mPASS'],
    ['a line break', 'a\nPASS', 'a\\u{a}PASS'],
    ['a C1 control', 'a\u009bm', 'a\\u{9b}m'],
    ['text turned around', 'a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
    ['a pair of halves', 'a😀b', 'a😀b'],
  ])('%s', (_name, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('cuts what is too long', () => {
    expect(printable('abcdef', 3)).toBe('abc…');
  });

  it('leaves nothing that a terminal would act on, and shows the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });
});
