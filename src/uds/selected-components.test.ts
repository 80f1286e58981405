import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob, selectedComponents } from './selected-components.ts';

const components = [
  { name: 'core', required: true },
  { name: 'web', default: true },
  { name: 'notes' },
  { name: 'sqlite', default: true, group: 'db' },
  { name: 'postgres', group: 'db' },
];

describe('selectedComponents', () => {
  it.each([
    ['legacy', [], ['core', 'web', 'sqlite']],
    ['legacy', ['notes'], ['core', 'web', 'notes', 'sqlite']],
    ['legacy', ['postgres'], ['core', 'web', 'postgres']],
    ['legacy', ['note*', '-web'], ['core', 'web', 'sqlite']],
    ['next', ['note*'], ['core', 'web', 'notes', 'sqlite']],
    ['next', ['-web'], ['core', 'sqlite']],
    ['next', ['-core', '-*'], ['core']],
    ['next', ['postgres', '-postgres'], ['core', 'web', 'sqlite']],
    ['next', ['[pn]*'], ['core', 'web', 'notes', 'postgres']],
  ] as const)('%s %j', (half, listed, expected) =>
    expect([...selectedComponents({ components }, listed, half)]).toEqual(expected),
  );
});

describe('matchesGlob', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['abc', '*', true],
    ['', '*', true],
    ['abc', 'a*c', true],
    ['abc', 'a?c', true],
    ['abc', '[a-b]b[^d]', true],
    ['abc', '[^a]bc', false],
    ['a*c', 'a\\*c', true],
    ['abc', 'a\\*c', false],
    ['abc', 'a[bc', false],
    ['abc', 'abc\\', false],
    ['abc', 'a**c*', true],
    ['x', '', false],
  ])('%s %s: %s', (name, pattern, expected) => expect(matchesGlob(name, pattern)).toBe(expected));

  it('is quick whatever the pattern', () =>
    expect(matchesGlob('a'.repeat(5000), `${'*a'.repeat(200)}b`)).toBe(false));

  it('finds every text by itself and by its parts', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1') });
    fc.assert(
      fc.property(
        word,
        word,
        word,
        (a, b, c) => matchesGlob(a + b + c, `${a}*${c}`) && matchesGlob(a + b, a + b),
      ),
    );
  });
});
