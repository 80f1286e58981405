import { describe, expect, it } from 'vitest';
import { definitionLimits, parseYaml, parseYamlDocument } from './yaml-document.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const small = { maxBytes: 4000, maxDepth: 6, maxAliasedValues: 100, maxTokens: 500 };
const roomy = { ...small, maxBytes: 10_000, maxTokens: 10_000 };
const laughs = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]',
  'c: [*b, *b, *b, *b]',
  '',
].join('\n');

it('tells of the first break of the syntax only: what follows is guesswork', () => {
  const { problems } = parseYaml(bytes('name: [a\nversion: {x\n  foo: bar: baz\n- a\n'));
  expect(problems).toHaveLength(1);
});

describe('parseYaml refuses', () => {
  it.each([
    ['a billion laughs', laughs, 'DOCUMENT_ALIAS_LIMIT', 3],
    ['a key given twice', 'a: 1\nb: 2\na: 3\n', 'DOCUMENT_DUPLICATE_KEY', 3],
    ['a key given twice, once quoted', 'a: 1\n"a": 3\n', 'DOCUMENT_DUPLICATE_KEY', 2],
    ['nesting beyond the limit', '[[[[[[[1]]]]]]]', 'DOCUMENT_DEPTH', 1],
    [
      'nesting beyond the limit by aliases',
      'a: &a [[[1]]]\nb: &b [[*a]]\nc: [*b]\n',
      'DOCUMENT_DEPTH',
      3,
    ],
    ['too many bytes', `a: ${'x'.repeat(4000)}`, 'DOCUMENT_SIZE', 1],
    ['too many words', `[${'a,'.repeat(300)}]`, 'DOCUMENT_SIZE', 1],
    ['too many documents', '---\n'.repeat(2002), 'DOCUMENT_SIZE', 2001],
    ['a byte-order mark', '\ufeffa: 1\n', 'DOCUMENT_ENCODING', 1],
    ['an alias without anchor', 'a: *nowhere\n', 'DOCUMENT_SYNTAX', 1],
    ['an anchor that holds itself', 'a: &a [*a]\n', 'DOCUMENT_SYNTAX', 1],
    ['a list as key', '? [a]\n: 1\n', 'DOCUMENT_SYNTAX', 1],
    ['another YAML version', '%YAML 1.1\n---\na: yes\n', 'DOCUMENT_SYNTAX', 2],
    ['an unknown tag', 'a: !danger x\n', 'DOCUMENT_SYNTAX', 1],
    ['a merge of text', '<<: text\n', 'DOCUMENT_SYNTAX', 1],
    ['an open bracket', 'a: [1, 2\n', 'DOCUMENT_SYNTAX', 2],
  ])('%s', (_name, text, code, line) => {
    const { problems, documents } = parseYaml(bytes(text), text.startsWith('---') ? roomy : small);
    expect(problems[0]).toMatchObject({ code, line, severity: 'error' });
    expect(documents).toEqual([]);
  });

  it('nesting that would exhaust the stack, without reading it all', () => {
    for (const text of [
      '['.repeat(4_000_000),
      '- '.repeat(2_000_000),
      '{a: '.repeat(1_000_000),
      '? '.repeat(2_000_000),
    ]) {
      expect(parseYaml(bytes(text)).problems[0]?.code).toMatch(/DOCUMENT_(DEPTH|SYNTAX)/);
    }
  });

  it('bytes that are not UTF-8', () => {
    expect(parseYaml(Uint8Array.of(0x61, 0xff)).problems[0]?.code).toBe('DOCUMENT_ENCODING');
  });

  it('a second document where one is expected', () => {
    expect(parseYamlDocument(bytes('a: 1\n---\nb: 2\n')).problems[0]).toMatchObject({
      code: 'DOCUMENT_RULE',
      line: 3,
    });
  });
});

describe('parseYaml reads', () => {
  const read = (text: string) => {
    const { documents, problems } = parseYaml(bytes(text));
    expect(problems).toEqual([]);
    return documents.map((document) => document.value);
  };

  it.each([
    [
      'core types only',
      'a: yes\nb: on\nc: true\nd: 1\ne: ~\nf: 2026-01-01\n',
      [{ a: 'yes', b: 'on', c: true, d: 1, e: null, f: '2026-01-01' }],
    ],
    [
      'aliases and merge keys',
      'x: &x {p: 1, q: 2}\ny: {<<: *x, q: 3}\n',
      [{ x: { p: 1, q: 2 }, y: { p: 1, q: 3 } }],
    ],
    ['earlier merge sources first', 'y: {<<: [{p: 1}, {p: 2, q: 2}]}\n', [{ y: { p: 1, q: 2 } }]],
    ['JSON', '{"a": [1, "b"]}', [{ a: [1, 'b'] }]],
    ['several documents', 'a: 1\n---\n---\nb: 2\n', [{ a: 1 }, null, { b: 2 }]],
    ['nothing', '', [null]],
    ['keys as written', '1.10: a\ntrue: b\n', [{ '1.10': 'a', true: 'b' }]],
    ['the deepest allowed nesting', '{a: {b: {c: [[[1]]]}}}', [{ a: { b: { c: [[[1]]] } } }]],
  ])('%s', (_name, text, value) => expect(read(text)).toEqual(value));

  it('a large flat document quickly', () => {
    const text = Array.from({ length: 25_000 }, (_, index) => `k${index}: v\n`).join('');
    expect(Object.keys(Object(read(text)[0]))).toHaveLength(25_000);
  });

  it('does not let __proto__ change a prototype', () => {
    const [value] = read('__proto__: {polluted: true}\n');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('locate', () => {
  const { documents } = parseYaml(
    bytes('a:\n  - b: 1\n    c: x\nd: &d {e: 2}\nf: *d\n"g/h": 1\n'),
    definitionLimits,
  );
  it.each([
    ['/a/0/c', { line: 3, column: 8 }],
    ['/a/0/missing', { line: 2, column: 5 }],
    ['/f/e', { line: 4, column: 11 }],
    ['/g~1h', { line: 6, column: 8 }],
    ['', { line: 1, column: 1 }],
  ])('%s', (pointer, place) => expect(documents[0]?.locate(pointer)).toEqual(place));
  it.each([
    ['a: 1.10\n', '/a', '1.10'],
    ['a: "1.10"\n', '/a', undefined],
    ["a: '1.10'\n", '/a', undefined],
    ['a: |\n  1.10\n', '/a', undefined],
    ['a: &x 010\nb: *x\n', '/b', '010'],
    ['a: [yes]\n', '/a/0', 'yes'],
    ['a: [yes]\n', '/a', undefined],
    ['a: yes\n', '/b', undefined],
    ['a: yes\n', '/a/b', undefined],
  ])('tells how %j spells %s', (text, pointer, expected) => {
    expect(parseYaml(bytes(text)).documents[0]?.written(pointer)).toBe(expected);
  });
  it('finds keys', () => expect(documents[0]?.locateKey('/a/0/c')).toEqual({ line: 3, column: 5 }));
});
