import { describe, expect, it } from 'vitest';
import { parseHelmIgnore } from './helm-ignore.ts';

describe('parseHelmIgnore', () => {
  it.each<[string, string, boolean, boolean]>([
    ['*.swp', 'a/b.swp', false, true],
    ['*.swp', 'a/b.swpx', false, false],
    ['.git/', '.git', true, true],
    ['.git/', '.git', false, false],
    ['/top.txt', 'top.txt', false, true],
    ['/top.txt', 'a/top.txt', false, false],
    ['docs/*.md', 'docs/a.md', false, true],
    ['docs/*.md', 'docs/a/b.md', false, false],
    ['a?c', 'abc', false, true],
    ['[a-c]x', 'bx', false, true],
    ['[^a-c]x', 'bx', false, false],
    ['\\*', '*', false, true],
    ['\\*', 'a', false, false],
    ['# comment', '# comment', false, false],
    ['!keep.txt', 'other.txt', false, true],
    ['!keep.txt', 'keep.txt', false, false],
    ['', 'templates/.hidden', false, true],
    ['', 'templates/seen.yaml', false, false],
  ])('pattern %j on %j (folder: %j) drops it: %j', (pattern, path, isDirectory, expected) => {
    expect(parseHelmIgnore(pattern, '.helmignore')(path, isDirectory)).toBe(expected);
  });

  it.each([['a/**'], ['[a']])('refuses %j', (pattern) => {
    expect(() => parseHelmIgnore(pattern, '.helmignore')).toThrow(
      expect.objectContaining({ code: 'PACK_CHART_INVALID' }),
    );
  });
});
