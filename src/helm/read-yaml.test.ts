import { describe, expect, it } from 'vitest';
import { GoMap } from './go-value.ts';
import { readYaml } from './read-yaml.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

/** Ten lists, each of ten times the one before. */
const laughs = Array.from(
  { length: 10 },
  (_, at) =>
    `a${at}: &a${at} [${
      at === 0
        ? 'x'
        : Array(10)
            .fill(`*a${at - 1}`)
            .join(', ')
    }]\n`,
).join('');

describe('readYaml', () => {
  it.each([
    ['a key that is a list', '? [a, b]\n: c\n'],
    ['a key that is a map', 'x: { ? { a: b } : c }\n'],
    ['a number that is none', 'a: [.nan]\n'],
    ['what is nested beyond all measure', '['.repeat(100_000)],
    ['what is repeated beyond all measure', laughs],
  ])('does not decide about %s', (_what, text) => {
    expect(() => readYaml(text)).toThrow(TemplateUndecided);
  });

  it('refuses what is no YAML', () => {
    expect(() => readYaml('a: [')).toThrow(TemplateFailure);
  });

  it('takes an alias, and keys that are no text', () => {
    const value = readYaml('a: &a [1]\nb: *a\n1: c\n~: d\n');
    expect(value instanceof GoMap && [...value.keys()].sort()).toEqual(['1', 'a', 'b', 'null']);
  });
});
