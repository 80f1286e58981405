import { describe, expect, it } from 'vitest';
import { placeholderNames, placeholdersIn, readWithPlaceholders } from './placeholder-document.ts';

describe('readWithPlaceholders', () => {
  it('keeps an unquoted placeholder that YAML would take for a comment', () => {
    const [document] =
      readWithPlaceholders(
        'a: ###ZARF_VAR_X###\nb: "###ZARF_CONST_Y###"\nc: [x###ZARF_VAR_X###]\n',
        'f',
      ) ?? [];
    expect(document?.value).toEqual({
      a: '###ZARF_VAR_X###',
      b: '###ZARF_CONST_Y###',
      c: ['x###ZARF_VAR_X###'],
    });
    expect(document?.written('/a')).toBe('###ZARF_VAR_X###');
    expect(document?.written('/b')).toBeUndefined();
    expect(document?.at('/a')).toEqual({ file: 'f', line: 1, column: 1 });
    expect(document?.valueAt('/c/0')).toEqual({ file: 'f', line: 3, column: 5 });
  });

  it('chooses letters that do not stand in the text', () => {
    const [document] =
      readWithPlaceholders('zzz: zzzZARF_VAR_Xzzz\nb: ###ZARF_VAR_X###\n', 'f') ?? [];
    expect(document?.value).toEqual({ zzz: 'zzzZARF_VAR_Xzzz', b: '###ZARF_VAR_X###' });
  });

  it('says when it is no YAML', () => {
    expect(readWithPlaceholders('a: [', 'f')).toBeUndefined();
  });
});

it('placeholdersIn tells places', () => {
  expect(placeholdersIn('x\n a: ###ZARF_VAR_A######ZARF_CONST_B###')).toEqual([
    { name: 'VAR_A', line: 2, column: 5 },
    { name: 'CONST_B', line: 2, column: 21 },
  ]);
  expect(placeholderNames('a###ZARF_VAR_A###')).toEqual(['VAR_A']);
});
