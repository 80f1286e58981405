import { describe, expect, it } from 'vitest';
import { withoutCommands } from './without-commands.ts';

describe('withoutCommands', () => {
  it.each([
    ['a line that is a command', '::error::x', '\\u{3a}:error::x'],
    ['one behind spaces, which servers pass over', '    ::add-mask::x', '    \\u{3a}:add-mask::x'],
    ['one on a later line', 'a\n::x', 'a\n\\u{3a}:x'],
    ['a mark anywhere', 'a ##[add-mask]x', 'a #\\u{23}[add-mask]x'],
    ['a mark in capitals', '##VSO[task.x]', '#\\u{23}VSO[task.x]'],
    ['another server', '##teamcity[x]', '#\\u{23}teamcity[x]'],
    ['colons within a line', 'a ::b', 'a ::b'],
    ['one colon', ':a', ':a'],
    ['a heading', '## [a]', '## [a]'],
  ])('%s', (_name, text, expected) => {
    expect(withoutCommands(text)).toBe(expected);
    expect(withoutCommands(withoutCommands(text))).toBe(expected);
  });
});
