import { describe, expect, it } from 'vitest';
import { codes, GoRegexp } from './go-regexp.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

const find = (pattern: string, text: string) => {
  const found = new GoRegexp(pattern).find(codes(text), 0);
  return found?.groups.map(([start, end]) => (start < 0 ? '-' : text.slice(start, end)));
};

describe('GoRegexp', () => {
  it.each([
    ['a|ab', 'ab', ['a']],
    ['(a+)(b)?', 'xaac', ['aa', 'aa', '-']],
    ['(?P<y>\\d+)-(?<m>\\d+)', '2020-02', ['2020-02', '2020', '02']],
    ['a*?b', 'aab', ['aab']],
    ['^$', 'x', undefined],
    ['(?m)^b$', 'a\nb', ['b']],
    ['[[:upper:]\\d-]+', 'aB-3c', ['B-3']],
    ['\\Qa.b\\E', 'axb a.b', ['a.b']],
    ['(?i)straße', 'STRAßE', ['STRAßE']],
    ['x{2,3}', 'xxxx', ['xxx']],
    ['(?i:a)b', 'AB Ab', ['Ab']],
    ['(x(?i)a)b', 'xAB xAb', ['xAb', 'xA']],
  ])('%s in %s', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected);
  });

  it.each([
    ['('],
    [')'],
    ['a**'],
    ['a{2}{3}'],
    ['a+*'],
    ['*'],
    ['[b-a]'],
    ['[a'],
    ['\\1'],
    ['\\'],
    ['(?=a)'],
    ['(?<a>x)(?<a>y)'],
    ['a{1001}'],
    ['a{3,2}'],
    ['[[:foo:]]'],
    ['\\pX'],
    ['\\p{Nope}'],
    ['\\x{zz}'],
    ['\\Z'],
    ['('.repeat(300) + ')'.repeat(300)],
    ['[[:constructor:]]'],
    ['(a{100}){11}'],
    ['((a{10}){10}){11}'],
    ['(?:(?:(?:){1000}){1000}){1000}'],
  ])('refuses %s', (pattern) => {
    expect(() => new GoRegexp(pattern)).toThrow(TemplateFailure);
  });

  it.each([
    ['bytes', '\\C'],
    ['a pattern that grows', 'a{1000}'.repeat(25)],
    ['a long one', '(?:)'.repeat(20_000)],
    ['a class of many', `[${'a'.repeat(1500)}]`],
  ])('cannot tell: %s', (_name, pattern) => {
    expect(() => new GoRegexp(pattern)).toThrow(TemplateUndecided);
  });

  it.each([['(a+)+$'], ['(a|a)*b$'], ['(.*)(.*)(.*)(.*)x$']])(
    'takes no longer than text and pattern are long: %s',
    (pattern) => {
      expect(new GoRegexp(pattern).test(`${'a'.repeat(5000)}!`)).toBe(false);
    },
  );

  it('gives up on what still takes too long', () => {
    const pattern = new GoRegexp('(a?){1000}b');
    expect(() => pattern.test('a'.repeat(20_000))).toThrow(TemplateUndecided);
  });
});
