import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { printableResult } from './printable-lines.ts';

describe('a result on standard output', () => {
  it('keeps its lines, tabs and colours, of any length', () => {
    const colours = ['red', 'green', 'yellow', 'bold'] as const;
    const painted = colours.map((colour) => styleText(colour, 'word', { validateStream: false }));
    const text = `${painted.join('\t')}\r\nü ${'x'.repeat(10_000)}\n`;
    expect(printableResult(text)).toBe(text);
  });

  it.each([
    ['clears the screen', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['hides what follows', '\u001b[8mb', '\\u{1b}[8mb'],
    ['goes back in its line', 'FAIL\rPASS', 'FAIL\\u{d}PASS'],
    ['titles the window', '\u001b]0;x\u0007', '\\u{1b}]0;x\\u{7}'],
    ['reorders letters', 'a\u202eb', 'a\\u{202e}b'],
    ['is a command of eight bits', 'a\u009b2J', 'a\\u{9b}2J'],
  ])('shows what %s', (_what, text, shown) => {
    expect(printableResult(`one\n${text}\ntwo`)).toBe(`one\n${shown}\ntwo`);
  });
});
