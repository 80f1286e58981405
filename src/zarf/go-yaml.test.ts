import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseYamlDocument } from '../support/yaml-document.ts';
import { renderYaml } from './go-yaml.ts';

const awkward = fc.constantFrom(
  '',
  'no',
  'Y',
  '1e3',
  '0x1f',
  '12:30',
  '2026-01-01',
  '-',
  '- a',
  'a: b',
  'a #b',
  '~',
  '*a',
  '&a',
  '!a',
  '|',
  'a\nb',
  'a\nb\n',
  'a\n\n',
  '\ta',
  'a\tb',
  "it's",
  '"',
  '\\',
  'x:',
  '<<',
  '.inf',
  '? a',
  '%x',
  '0123',
  '1_000',
  '---',
  'a\r\nb',
  '\u0085',
  '\ufeff',
  '# a\nb',
  ' a\nb',
  '###A###',
);
const text = fc.oneof(
  awkward,
  fc.string(),
  fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()),
);
const key = fc.oneof(awkward, fc.string()).filter((name) => name !== '__proto__' && name !== '<<');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('renderYaml', () => {
  it.each([
    [
      'a list is not indented below its key',
      { a: ['b', { c: 'd', e: ['f'] }] },
      'a:\n- b\n- c: d\n  e:\n  - f\n',
    ],
    ['digits only are quoted', { a: '0123456789' }, 'a: "0123456789"\n'],
    ['exponents are quoted, or others read numbers', { a: '12e03' }, 'a: "12e03"\n'],
    ['text of several lines is a block', { a: { b: 'x\ny\n' } }, 'a:\n  b: |\n    x\n    y\n'],
    ['nothing', {}, '{}\n'],
  ])('%s', (_name, value, expected) => {
    expect(renderYaml(value)).toBe(expected);
  });

  it('is read back the same by a YAML 1.2 reader and by our own', () => {
    fc.assert(
      fc.property(fc.dictionary(key, tree, { noNullPrototype: true }), (value) => {
        const rendered = renderYaml(value);
        expect(parse(rendered, { version: '1.2', logLevel: 'silent' })).toEqual(value);
        const own = parseYamlDocument(Buffer.from(rendered));
        expect(own.problems).toEqual([]);
        expect(own.document?.value).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('is read as the same strings by a YAML 1.1 reader', () => {
    fc.assert(
      fc.property(awkward, (value) => {
        expect(
          parse(renderYaml({ a: value }), {
            version: '1.1',
            schema: 'yaml-1.1',
            logLevel: 'silent',
          }),
        ).toEqual({ a: value });
      }),
    );
  });
});
