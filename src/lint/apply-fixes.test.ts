import { describe, expect, it } from 'vitest';
import { applyFixes } from './apply-fixes.ts';
import type { TextEdit } from './lint-check.ts';

const text = 'a: 1 # one\nb: ###X###\nlist:\n  - x\n';

function edit(line: number, column: number, length: number, replacement: string): TextEdit {
  return { file: 'f.yaml', line, column, length, replacement };
}

function run(...fixes: readonly (readonly TextEdit[])[]) {
  const { texts, applied, refused } = applyFixes(new Map([['f.yaml', text]]), fixes);
  return {
    text: texts.get('f.yaml'),
    applied: applied.length,
    reasons: refused.map((r) => r.reason),
  };
}

describe('applyFixes', () => {
  it('changes the places named and nothing else', () => {
    expect(run([edit(2, 4, 7, '"###X###"')], [edit(1, 4, 1, '2')])).toEqual({
      text: 'a: 2 # one\nb: "###X###"\nlist:\n  - x\n',
      applied: 2,
      reasons: [],
    });
  });

  it('keeps the places of later lines when earlier ones grow, in whatever order fixes come', () => {
    const fixes = [[edit(1, 4, 1, 'longer')], [edit(2, 4, 7, 'x')]];
    const expected = run(...fixes).text;
    expect(expected).toContain('longer');
    expect(run(...fixes.toReversed()).text).toBe(expected);
    // One after the other, from the end, is what both at once have to give.
    const later = applyFixes(new Map([['f.yaml', text]]), fixes.slice(1)).texts;
    const both = applyFixes(later, fixes.slice(0, 1)).texts;
    expect(expected).toBe(both.get('f.yaml'));
  });

  it('names no text that comes out as it was', () => {
    const same = [edit(1, 1, 1, text.slice(0, 1))];
    expect(applyFixes(new Map([['f.yaml', text]]), [same]).texts.size).toBe(0);
  });

  it('inserts lines', () => {
    expect(run([edit(4, 6, 0, '\n  - y')]).text).toBe(
      'a: 1 # one\nb: ###X###\nlist:\n  - x\n  - y\n',
    );
  });

  it('takes two equal edits for one', () => {
    expect(run([edit(1, 4, 1, '2')], [edit(1, 4, 1, '2')])).toMatchObject({
      text: expect.stringContaining('a: 2'),
      applied: 2,
    });
  });

  it.each([
    ['overlapping spans', [edit(2, 5, 2, 'y')]],
    ['two insertions at one place', [edit(2, 4, 0, 'z')]],
  ])('refuses %s and makes the first', (_name, second) => {
    const result = run([edit(2, 4, 7, 'x')], second);
    expect(result.text).toContain('b: x\n');
    expect(result.reasons).toEqual([expect.stringContaining('by another fix')]);
  });

  it('refuses all edits of a fix when one does not fit', () => {
    const result = run([edit(1, 4, 1, '2'), edit(2, 4, 99, 'x')]);
    expect(result).toEqual({
      text: undefined,
      applied: 0,
      reasons: ['f.yaml:2:4 is no place in the file'],
    });
  });

  it.each([
    ['a line that is not there', edit(9, 1, 0, 'x')],
    ['a column behind the line', edit(1, 12, 0, 'x')],
    ['column 0', edit(1, 0, 0, 'x')],
    ['a length below zero', edit(1, 4, -1, 'x')],
  ])('refuses %s', (_name, each) => {
    expect(run([each]).reasons).toHaveLength(1);
  });

  it('refuses a file that nobody read', () => {
    expect(run([{ ...edit(1, 1, 0, 'x'), file: 'other' }]).reasons).toEqual(['other was not read']);
  });

  it('touching spans do not overlap', () => {
    expect(run([edit(1, 1, 1, 'k')], [edit(1, 2, 1, ' =')]).text).toContain('k = 1');
  });
});
