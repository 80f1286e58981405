// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL spells its templates like this
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateHcl } from './evaluate-hcl.ts';
import { HclFault } from './hcl-syntax.ts';
import { type HclValue, hclBudget, isObject } from './hcl-values.ts';
import { parseHcl } from './parse-hcl.ts';

const scope = (name: string): HclValue | undefined =>
  new Map<string, HclValue>([
    ['list', [1, 2, 3]],
    [
      'object',
      new Map<string, HclValue>([
        ['b', 2],
        ['a', 1],
      ]),
    ],
    ['objects', [new Map([['n', 'x']]), new Map([['n', 'y']])]],
    ['nothing', null],
    ['word', 'w'],
  ]).get(name);

function plain(value: HclValue): unknown {
  if (isObject(value))
    return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map((item: HclValue) => plain(item)) : value;
}

/** Value of the attribute `a`. */
function computed(text: string): unknown {
  const attribute = parseHcl(text).attributes.find(({ name }) => name === 'a');
  return attribute === undefined
    ? expect.fail('no attribute a')
    : plain(evaluateHcl(attribute.value, scope, hclBudget()));
}

function faultOf(text: string): string {
  try {
    computed(text);
    return 'none';
  } catch (error) {
    if (error instanceof HclFault)
      return `${error.code} ${error.place.line}:${error.place.column} ${error.message}`;
    throw error;
  }
}

describe('expressions of HCL', () => {
  it.each([
    ['a = 1', 1],
    ['a = -1.5e2', -150],
    ['a = true', true],
    ['a = null', null],
    ['a = "x"', 'x'],
    ['a = ""', ''],
    ['a = "a\\n\\t\\"\\\\\\u00e9\\U0001F600"', 'a\n\t"\\é😀'],
    ['a = "$${x} %%{x} $ % 5%"', '${x} %{x} $ % 5%'],
    ['a = "${1}"', 1],
    ['a = "v${1 + 1}.${true}"', 'v2.true'],
    ['a = "${ "in${word}" }!"', 'inw!'],
    ['a = "%{ if true }yes%{ else }no%{ endif }"', 'yes'],
    ['a = "%{ if 1 > 2 }yes%{ endif }"', ''],
    ['a = "%{ for v in list }${v},%{ endfor }"', '1,2,3,'],
    ['a = "%{ for k, v in object }${k}=${v} %{ endfor }"', 'a=1 b=2 '],
    ['a = "x ${~ 1 ~} y"', 'x1y'],
    ['a = <<EOT\none\n  two ${word}\nEOT\n', 'one\n  two w\n'],
    ['a = <<-EOT\n    one\n      two\n    EOT\n', 'one\n  two\n'],
    ['a = [1, "b", [true,],]', [1, 'b', [true]]],
    ['a = [\n 1, # one\n 2\n]', [1, 2]],
    ['a = { b = 1, "c d" : 2, (word) = 3 }', { b: 1, 'c d': 2, w: 3 }],
    ['a = {\n b = 1\n c = [\n2\n]\n}', { b: 1, c: [2] }],
    ['a = 1 + 2 * 3 - 4 / 2 % 3', 5],
    ['a = (1 + 2) * 3', 9],
    ['a = !false && (1 <= 1) || 2 >= 3', true],
    ['a = 1 == 1.0', true],
    ['a = [1, {x = 2}] == [1, {x = 2}]', true],
    ['a = "1" != 1', true],
    ['a = word == "w" ? list : object', [1, 2, 3]],
    ['a = list[0] + list.1', 3],
    ['a = object.b + object["a"]', 3],
    ['a = objects[*].n', ['x', 'y']],
    ['a = objects.*.n', ['x', 'y']],
    ['a = nothing[*]', []],
    ['a = word[*]', ['w']],
    ['a = [for v in list : v * 2 if v > 1]', [4, 6]],
    ['a = [for k, v in object : "${k}${v}"]', ['a1', 'b2']],
    ['a = {for v in list : "k${v}" => v}', { k1: 1, k2: 2, k3: 3 }],
    ['a = {for v in list : v > 1 => v...}', { false: [1], true: [2, 3] }],
    ['a = [for x in list : [for y in list : x * y][1]]', [2, 4, 6]],
    ['a-b = 2\na = 1 // end', 1],
    ['# one\r\na = 1 /* two\n three */\r\n', 1],
    ['a = (\n1 +\n2\n)', 3],
    ['a = { "__proto__" = 1 }', JSON.parse('{"__proto__":1}')],
  ])('%j is %j', (text, expected) => expect(computed(text)).toEqual(expected));

  const refused: readonly (readonly [string, string])[] = [
    ['a =', 'DOCUMENT_SYNTAX 1:4'],
    ['a = 1 2', 'DOCUMENT_SYNTAX 1:7'],
    ['a = "x', 'DOCUMENT_SYNTAX 1:7'],
    ['a = "x\n"', 'DOCUMENT_SYNTAX 1:7'],
    ['a = "\\q"', 'DOCUMENT_SYNTAX 1:6'],
    ['a = "\\ud800"', 'DOCUMENT_SYNTAX 1:6'],
    ['a = "${1"', 'DOCUMENT_SYNTAX'],
    ['a = [1', 'DOCUMENT_SYNTAX 1:7'],
    ['a = {b 1}', 'DOCUMENT_SYNTAX'],
    ['a = (1', 'DOCUMENT_SYNTAX'],
    ['a = <<EOT\nx\n', 'DOCUMENT_SYNTAX'],
    ['a = /* x', 'DOCUMENT_SYNTAX 1:5'],
    ['a = "%{ if true }x"', 'DOCUMENT_SYNTAX'],
    ['a = "%{ endif }"', 'DOCUMENT_SYNTAX'],
    ['a = 1\na = 2', 'DOCUMENT_DUPLICATE_KEY 2:1'],
    ['b {\n', 'DOCUMENT_SYNTAX'],
    ['a = 1 }', 'DOCUMENT_SYNTAX'],
    ['b "${x}" {}', 'DOCUMENT_SYNTAX 1:6'],
    ['a = word.x', 'DOCUMENT_RULE 1:9'],
    ['a = object.c', 'DOCUMENT_RULE'],
    ['a = list[3]', 'DOCUMENT_RULE'],
    ['a = unknown', "DOCUMENT_RULE 1:5 there is nothing called 'unknown' here"],
    ['a = "${list}!"', 'DOCUMENT_RULE'],
    ['a = 1 / 0', 'DOCUMENT_RULE'],
    ['a = word + 1', 'DOCUMENT_RULE'],
    ['a = word ? 1 : 2', 'DOCUMENT_RULE'],
    ['a = upper("x")', "DOCUMENT_RULE 1:5 the function 'upper' is called"],
    ['a = {for v in list : "k" => v}', 'DOCUMENT_RULE'],
    [`a = ${'['.repeat(100)}1${']'.repeat(100)}`, 'DOCUMENT_DEPTH'],
    [`a = ${'('.repeat(100)}1${')'.repeat(100)}`, 'DOCUMENT_DEPTH'],
    [`a = ${'!'.repeat(100)}true`, 'DOCUMENT_DEPTH'],
    [`a = ${'"${'.repeat(100)}1${'}"'.repeat(100)}`, 'DOCUMENT_DEPTH'],
    [`${'b {\n'.repeat(40)}${'}\n'.repeat(40)}`, 'DOCUMENT_DEPTH'],
    [`a = list${'[0]'.repeat(100)}`, 'DOCUMENT_DEPTH'],
    [`a = 1${' + 1'.repeat(2000)}`, 'DOCUMENT_DEPTH'],
    [Array.from({ length: 10_001 }, (_, at) => `b${at} = 1\n`).join(''), 'DOCUMENT_ALIAS_LIMIT'],
    [`a = [${'1,'.repeat(100_001)}]`, 'DOCUMENT_ALIAS_LIMIT'],
    [`a = ${'[for x in list : '.repeat(12)}1${']'.repeat(12)}`, 'DOCUMENT_ALIAS_LIMIT'],
    [
      `a = "${'%{ for x in list }'.repeat(14)}aaaaaaaa${'%{ endfor }'.repeat(14)}"`,
      'DOCUMENT_ALIAS_LIMIT',
    ],
  ];

  it.each(refused.map(([text, code]) => [text.slice(0, 40), text, code] as const))(
    '%j is refused',
    (_start, text, expected) => expect(faultOf(text)).toContain(expected),
  );

  it('reads blocks', () => {
    const { blocks } = parseHcl('a "b" c {\n d = 1\n e {}\n}\nf { g = 2 }\n');
    expect(
      blocks.map(({ type, labels, body, place }) => [
        type,
        labels,
        body.attributes.length,
        body.blocks.length,
        place.line,
      ]),
    ).toEqual([
      ['a', ['b', 'c'], 1, 1, 1],
      ['f', [], 1, 0, 5],
    ]);
  });

  it('gives any text back', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((each) => each.isWellFormed());
    const quoted = (each: string): string =>
      JSON.stringify(each)
        .replace(/\\[bf]/g, (found) => (found === '\\b' ? '\\u0008' : '\\u000c'))
        .replaceAll('${', () => '$${')
        .replaceAll('%{', '%%{');
    fc.assert(
      fc.property(text, (each) => void expect(computed(`a = ${quoted(each)}`)).toBe(each)),
      { examples: [['$${'], ['%{$'], ['\u007f\u2028']] },
    );
  });

  it('refuses or computes any text, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      'a',
      '=',
      ' ',
      '\n',
      '"',
      '${',
      '}',
      '{',
      '[',
      ']',
      '(',
      ')',
      'for',
      ' in ',
      ':',
      ',',
      '1',
      '.',
      '*',
      '<<E',
      '-',
      '!',
      '?',
      '%{',
      'if',
      '=>',
      '...',
      '#',
      '/*',
      '\\',
      'null',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          for (const { value } of parseHcl(pieces.join('')).attributes)
            evaluateHcl(value, scope, hclBudget());
        } catch (error) {
          expect(error).toBeInstanceOf(HclFault);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
