import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateInJson, parseJsonStrict } from './json-document.ts';

const limits = { maxBytes: 1000, maxDepth: 4 };
const read = (text: string) => parseJsonStrict(new TextEncoder().encode(text), limits);

describe('parseJsonStrict', () => {
  it.each([
    ['two members of one name', '{"a":1,"a":2}', 'DOCUMENT_DUPLICATE_KEY', '/a', 1, 8],
    [
      'two members of one name, one escaped',
      '{"a":1,"\\u0061":2}',
      'DOCUMENT_DUPLICATE_KEY',
      '/a',
      1,
      8,
    ],
    [
      '__proto__ twice',
      '{"__proto__":1,"__proto__":2}',
      'DOCUMENT_DUPLICATE_KEY',
      '/__proto__',
      1,
      16,
    ],
    ['one level too deep', '[[[[[]]]]]', 'DOCUMENT_DEPTH', '/0/0/0/0', 1, 5],
    ['bytes behind the value', '{}\n{}', 'DOCUMENT_SYNTAX', '', 2, 1],
    ['a trailing comma', '[1,]', 'DOCUMENT_SYNTAX', '/1', 1, 4],
    ['a comment', '// x\n1', 'DOCUMENT_SYNTAX', '', 1, 1],
    ['an empty document', '', 'DOCUMENT_SYNTAX', '', 1, 1],
    ['a string left open', '"abc', 'DOCUMENT_SYNTAX', '', 1, 5],
    ['a raw line end in a string', '"a\nb"', 'DOCUMENT_SYNTAX', '', 1, 3],
    ['a leading zero', '01', 'DOCUMENT_SYNTAX', '', 1, 2],
    ['a number beyond a double', '1e999', 'DOCUMENT_SYNTAX', '', 1, 1],
    ['half a surrogate pair', '"\\ud800"', 'DOCUMENT_ENCODING', '', 1, 1],
    ['a byte-order mark', '\ufeff{}', 'DOCUMENT_ENCODING', '', 1, 1],
    ['too many bytes', `"${'x'.repeat(999)}"`, 'DOCUMENT_SIZE', '', 1, 1],
  ])('refuses %s', (_name, text, code, pointer, line, column) => {
    expect(read(text).problem).toMatchObject({ code, pointer, line, column });
  });

  it('refuses what is not UTF-8', () => {
    const result = parseJsonStrict(Uint8Array.of(0x22, 0xff, 0x22), limits);
    expect(result.problem).toMatchObject({ code: 'DOCUMENT_ENCODING', line: 1, column: 2 });
  });

  it('survives nesting far beyond the limit', () => {
    const deep = new TextEncoder().encode('['.repeat(1_000_000));
    expect(parseJsonStrict(deep, { maxBytes: 2_000_000, maxDepth: 64 }).problem?.code).toBe(
      'DOCUMENT_DEPTH',
    );
  });

  it('takes the deepest allowed nesting and keeps __proto__ a member', () => {
    expect(read('[[[[1]]]]').value).toEqual([[[[1]]]]);
    expect(Object.keys(Object(read('{"__proto__":1}').value))).toEqual(['__proto__']);
  });

  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        const result = parseJsonStrict(new TextEncoder().encode(text), {
          maxBytes: 1e7,
          maxDepth: 20,
        });
        expect(result.problem).toBeUndefined();
        expect(JSON.stringify(result.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            '"a"',
            ':',
            ',',
            '1',
            '-',
            'e',
            'null',
            ' ',
            '.',
            '0',
            '"',
          ),
        ),
        (parts) => {
          const text = parts.join('');
          const result = read(text);
          if (result.problem === undefined) expect(result.value).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('locateInJson', () => {
  const text = '{\n  "a": [1, {"b/c": "d"}],\n  "e": {}\n}';
  it.each([
    ['', 1, 1],
    ['/a', 2, 8],
    ['/a/0', 2, 9],
    ['/a/1/b~1c', 2, 20],
    ['/a/1/missing', 2, 12],
    ['/e/f/g', 3, 8],
  ])('%s', (pointer, line, column) => {
    expect(locateInJson(new TextEncoder().encode(text), limits)(pointer)).toEqual({ line, column });
  });
});
