import { describe, expect, it } from 'vitest';
import { Effort, looksDeep } from './effort.ts';
import { TemplateUndecided } from './template-fault.ts';

const long = 'x'.repeat(60_000_000);
const short = 'x'.repeat(40);

describe('Effort', () => {
  it.each<[string, (effort: Effort) => void]>([
    ['the length of a text that is looked at', (effort) => effort.spendOnWhole([long])],
    ['the length of one deep within', (effort) => effort.spendOnWhole([[[long]]])],
    ['the length of one at the top', (effort) => effort.spendOnTop([long])],
    ['what is said', (effort) => effort.spend(60_000_000)],
  ])('counts %s, all together', (_what, use) => {
    const effort = new Effort();
    use(effort);
    expect(() => use(effort)).toThrow(TemplateUndecided);
    // Used up once, nothing is left for anything else.
    expect(() => effort.spend(1)).toThrow(TemplateUndecided);
  });

  it('counts members and not what is in them, where a function looks no deeper', () => {
    const effort = new Effort();
    for (let at = 0; at < 1000; at++) effort.spendOnTop([[long, long]]);
    for (let at = 0; at < 1000; at++) effort.spendOnWhole([[short]]);
    expect(() => effort.step()).not.toThrow();
  });
});

it.each([
  ['toYaml', true],
  ['mustToJson', true],
  ['a function that is new', true],
  ['list', false],
  ['mustAppend', false],
  ['musty', true],
])('%s looks deep: %s', (name, deep) => {
  expect(looksDeep(name)).toBe(deep);
});
