import { describe, expect, it } from 'vitest';
import { parseContextIgnore } from './context-ignore.ts';

describe('what an ignore file leaves out of a build context', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'a/b', true],
    ['a', 'ab', false],
    ['a', 'b/a', false],
    ['/a/', 'a/b', true],
    ['*.tmp', 'x.tmp', true],
    ['*.tmp', 'd/x.tmp', false],
    ['**/*.tmp', 'd/e/x.tmp', true],
    ['**/*.tmp', 'x.tmp', true],
    ['d/**', 'd/e/x', true],
    ['*\n!keep', 'keep', false],
    ['*\n!keep\nkeep', 'keep', true],
    ['d\n!d/keep', 'd/keep', false],
    ['# a', '# a', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab]', 'b', true],
    ['a.c', 'abc', false],
    ['\\*', 'x', false],
    ['', 'a', false],
  ])('%j: %s %s', (text, path, ignored) => {
    expect(parseContextIgnore(text)(path)).toBe(ignored);
  });
});
