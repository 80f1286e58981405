import { describe, expect, it } from 'vitest';
import { fillPlaceholders, isUnresolved, offsetBefore } from './placeholders.ts';

const definition = {
  variables: [
    { name: 'SIZE', default: '15Gi' },
    { name: 'OPEN' },
    { name: 'EMPTY', default: '' },
    { name: 'FILE', type: 'file' as const, default: 'a.txt' },
    { name: 'LINES', default: 'a\nb', autoIndent: true },
    { name: 'PLAIN', default: 'a\nb' },
  ],
  constants: [{ name: 'PORT', value: '80' }],
};
const fill = fillPlaceholders(definition);

describe('fillPlaceholders', () => {
  it.each([
    ['a variable with a default', 'x ###ZARF_VAR_SIZE### y', 'x 15Gi y'],
    ['a constant', '###ZARF_CONST_PORT###', '80'],
    ['an empty default', '[###ZARF_VAR_EMPTY###]', '[]'],
    ['a variable without a value', '###ZARF_VAR_OPEN###', '###ZARF_VAR_OPEN###'],
    ['what only a cluster settles', '###ZARF_REGISTRY###', '###ZARF_REGISTRY###'],
    ['the content of a file', '###ZARF_VAR_FILE###', '###ZARF_VAR_FILE###'],
    ['lines that are indented', 'k: |\n  ###ZARF_VAR_LINES###\n', 'k: |\n  a\n  b\n'],
    ['lines that are not', 'k: |\n  ###ZARF_VAR_PLAIN###\n', 'k: |\n  a\nb\n'],
    ['a name that is none', '###ZARF_VAR_size###', '###ZARF_VAR_size###'],
  ])('%s', (_name, text, expected) => {
    expect(fill(text).text).toBe(expected);
  });

  it('prefers what is given to a default', () => {
    const given = new Map([
      ['SIZE', '1Gi'],
      ['EXTRA', 'e'],
    ]);
    const filled = fillPlaceholders(definition, given)('###ZARF_VAR_SIZE### ###ZARF_VAR_EXTRA###');
    expect(filled.text).toBe('1Gi e');
  });

  it.each([
    [0, 0],
    [2, 2],
    [5, 2],
    [6, 21],
    [7, 22],
    [8, 22],
    [9, 43],
  ])('leads offset %i of a filled text back to %i', (offset, expected) => {
    const filled = fill('x ###ZARF_VAR_SIZE### ###ZARF_CONST_PORT###');
    expect(filled.text).toBe('x 15Gi 80');
    expect(offsetBefore(filled, offset)).toBe(expected);
  });
});

it.each([
  ['###ZARF_VAR_X###', true],
  ['plain', false],
])('tells %s from a name: %s', (text, expected) => {
  expect(isUnresolved(text)).toBe(expected);
});
