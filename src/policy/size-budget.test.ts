import { describe, expect, it } from 'vitest';
import { matchesPattern } from './matches-pattern.ts';
import { judgeSize } from './size-budget.ts';

describe('matchesPattern', () => {
  it.each([
    ['vllm', 'vllm', true],
    ['vllm', '*', true],
    ['', '*', true],
    ['vllm', 'v*m', true],
    ['vm', 'v*m', true],
    ['v', 'v*v', false],
    ['ghcr.io/a/vllm:1', 'ghcr.io/*/vllm:*', true],
    ['ghcr.io/a/vllm', 'ghcr.io/*/vllm:*', false],
    ['vllm-old', 'vllm', false],
    ['abcbc', 'a*bc', true],
  ])('%s under %s: %s', (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });
});

describe('judgeSize', () => {
  const budgets = [{ kind: 'image', pattern: 'a*', minBytes: 10, maxBytes: 20 } as const];
  it.each([
    [9, 'under'],
    [10, 'within'],
    [20, 'within'],
    [21, 'over'],
  ])('%d bytes are %s', (size, outcome) => {
    expect(judgeSize('image', 'abc', size, budgets)).toMatchObject([{ outcome }]);
  });
  it('leaves other kinds and names alone', () => {
    expect(judgeSize('bundle', 'abc', 1, budgets)).toEqual([]);
    expect(judgeSize('image', 'b', 1, budgets)).toEqual([]);
  });
});
