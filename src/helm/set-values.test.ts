import { describe, expect, it } from 'vitest';
import { fromPlain, GoMap, Int64, toPlain } from './go-value.ts';
import { setValue, typedText } from './set-values.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

const set = (base: unknown, path: string, value: unknown): unknown => {
  const map = fromPlain(base);
  if (!(map instanceof GoMap)) throw new Error('no map');
  setValue(map, path, fromPlain(value));
  return toPlain(map);
};

describe('setValue', () => {
  it.each([
    ['a.b', { a: { c: 1 } }, { a: { b: 9, c: 1 } }],
    ['a', {}, { a: 9 }],
    ['a.b', { a: 'text' }, { a: { b: 9 } }],
    ['a[1].b', {}, { a: [null, { b: 9 }] }],
    ['a[0]', { a: [1, 2] }, { a: [9, 2] }],
    ['a[0][1]', {}, { a: [[null, 9]] }],
    ['a\\.b.c', {}, { 'a.b': { c: 9 } }],
    ['__proto__.x', {}, undefined],
  ])('%s into %o', (path, base, expected) => {
    const made = set(base, path, 9);
    expect(made).toEqual(
      expected === undefined
        ? new Map([['__proto__', new Map([['x', 9]])]])
        : toPlain(fromPlain(expected)),
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([['a..b'], [''], ['a[x]'], ['a[0]b'], ['[0]'], ['a[99999999]'], ['a.']])(
    'refuses %s',
    (path) => {
      expect(() => set({}, path, 1)).toThrow(TemplateFailure);
    },
  );

  it('takes thirty points, as Helm does, and no more', () => {
    expect(() => set({}, `a${'.a'.repeat(30)}`, 1)).not.toThrow();
    expect(() => set({}, `a${'.a'.repeat(31)}`, 1)).toThrow(TemplateFailure);
  });

  it.each([
    ['a path with a comma', 'a,b'],
    ['lists in lists without end', `a${'[0]'.repeat(64)}`],
  ])('cannot tell what %s means', (_name, path) => {
    expect(() => set({}, path, 1)).toThrow(TemplateUndecided);
  });
});

describe('typedText', () => {
  it.each([
    ['5', new Int64(5n)],
    [5, new Int64(5n)],
    ['0', new Int64(0n)],
    ['007', '007'],
    ['1.5', '1.5'],
    [1.5, '1.5'],
    ['true', true],
    [false, false],
    ['null', null],
    ['text', 'text'],
    ['', ''],
    ['a\\,b', 'a,b'],
    ['99999999999999999999', '99999999999999999999'],
  ])('%s', (given, expected) => {
    expect(typedText(given)).toEqual(expected);
  });

  it.each([['a,b'], ['{a}']])('cannot tell what %s means', (text) => {
    expect(() => typedText(text)).toThrow(TemplateUndecided);
  });
});
