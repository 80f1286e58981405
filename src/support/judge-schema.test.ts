import { describe, expect, it } from 'vitest';
import { judgeSchema } from './judge-schema.ts';
import { parseYamlDocument } from './yaml-document.ts';

const x = { patternProperties: { '^x-': {} }, additionalProperties: false };
const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5, minLength: 1 },
    count: { type: 'integer', minimum: 1 },
    kind: { enum: ['one', 'two'] },
    only: { const: 'this' },
    list: { type: 'array', items: { type: 'string' }, minItems: 1 },
    either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    source: {
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
      type: 'object',
      properties: { a: {}, b: {} },
      ...x,
    },
    tagged: {
      type: 'object',
      required: ['type'],
      discriminator: { propertyName: 'type' },
      oneOf: [
        {
          properties: { type: { const: 'file' }, path: { type: 'string' } },
          required: ['type', 'path'],
          ...x,
        },
        { properties: { type: { const: 'folder' } }, required: ['type'], ...x },
      ],
    },
    branch: { oneOf: [{ $ref: '#/$defs/small' }, { type: 'string' }] },
    keys: { type: 'object', propertyNames: { pattern: '^[a-z]+$' } },
    closed: { not: {} },
  },
  required: ['name'],
  ...x,
  $defs: { small: { type: 'object', properties: { deep: { type: 'integer' } }, ...x } },
};

function judge(text: string, mode: 'authored' | 'built' = 'authored'): readonly string[] {
  const { document, problems } = parseYamlDocument(new TextEncoder().encode(text));
  if (document === undefined) throw new Error(JSON.stringify(problems));
  return judgeSchema(schema, document.value, document, mode).map(
    ({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`,
  );
}

describe('judgeSchema', () => {
  it.each([
    ['sound', 'name: a\nx-own: 1\n', []],
    [
      'an unknown key',
      'name: a\ncuont: 1\n',
      ["error 2:1 the key 'cuont' is not known here; did you mean 'count'?"],
    ],
    [
      'an unknown key like none',
      'name: a\nsomething: 1\n',
      ["error 2:1 the key 'something' is not known here"],
    ],
    ['a missing one', 'count: 1\n', ["error 1:1 the document lacks 'name'"]],
    ['a wrong type', 'name: [a]\n', ['error 1:7 name is a list, where text belongs']],
    [
      'a number that is text',
      'name: 1.10\n',
      ['error 1:7 name is the number 1.1, where text belongs; write it in quotes: "1.10"'],
    ],
    [
      'a switch that is text',
      'name: True\n',
      ['error 1:7 name is the boolean true, where text belongs; write it in quotes: "True"'],
    ],
    [
      'a fraction',
      'name: a\ncount: 1.5\n',
      ['error 2:8 count is the number 1.5, where a whole number belongs'],
    ],
    ['below the least', 'name: a\ncount: 0\n', ['error 2:8 count must be >= 1']],
    ['another form', 'name: A\n', ["error 1:7 name is 'A', which does not have the form ^[a-z]+$"]],
    ['too long', 'name: abcdef\n', ['error 1:7 name is longer than 5 characters']],
    [
      'a word with a guess',
      'name: a\nkind: tow\n',
      ["error 2:7 kind is 'tow'; allowed are 'one', 'two'; did you mean 'two'?"],
    ],
    ['another word', 'name: a\nkind: 3\n', ["error 2:7 kind is '3'; allowed are 'one', 'two'"]],
    [
      'another constant',
      'name: a\nonly: that\n',
      ["error 2:7 only is 'that', where 'this' belongs"],
    ],
    ['an empty list', 'name: a\nlist: []\n', ['error 2:7 list is empty']],
    [
      'none of two forms',
      'name: a\neither: 1\n',
      [
        'error 2:9 either fits none of the allowed forms: is the number 1, where text belongs; is the number 1, where a list belongs',
      ],
    ],
    [
      'a fault within the form that was meant',
      'name: a\neither: [1]\n',
      ['error 2:10 either.0 is the number 1, where text belongs; write it in quotes: "1"'],
    ],
    [
      'none of two keys',
      'name: a\nsource: {}\n',
      ["error 2:9 source needs exactly one of 'a', 'b', and has none of them"],
    ],
    [
      'both keys',
      'name: a\nsource: { a: 1, b: 1 }\n',
      ["error 2:9 source needs exactly one of 'a', 'b', and has 'a' and 'b'"],
    ],
    [
      'a stranger beside a choice',
      'name: a\nsource: { a: 1, c: 1 }\n',
      ["error 2:17 the key 'c' is not known in source; did you mean 'a'?"],
    ],
    [
      'no tag',
      'name: a\ntagged: { path: a }\n',
      ["error 2:9 tagged lacks 'type'", "error 2:9 tagged needs 'type': 'file', 'folder'"],
    ],
    [
      'an unknown tag',
      'name: a\ntagged: { type: fiel }\n',
      ["error 2:9 tagged has the type 'fiel'; allowed are 'file', 'folder'; did you mean 'file'?"],
    ],
    [
      'a tagged form',
      'name: a\ntagged: { type: file, pat: a }\n',
      [
        "error 2:9 tagged lacks 'path'",
        "error 2:23 the key 'pat' is not known in tagged; did you mean 'path'?",
      ],
    ],
    [
      'a form behind a reference',
      'name: a\nbranch: { deep: a }\n',
      [
        "error 2:9 branch fits none of the allowed forms: is the text 'a', where a whole number belongs; is a mapping, where text belongs",
      ],
    ],
    [
      'a key of another form',
      'name: a\nkeys: { A: 1 }\n',
      expect.arrayContaining([
        "error 2:9 the key 'A' is 'A', which does not have the form ^[a-z]+$",
      ]),
    ],
    [
      'what is never allowed',
      'name: a\nclosed: 1\n',
      ['error 2:9 closed has a form that is not allowed'],
    ],
    [
      'all by place',
      'kind: x\nname: A\ncount: a\n',
      [
        expect.stringMatching(/^error 1:7/),
        expect.stringMatching(/^error 2:7/),
        expect.stringMatching(/^error 3:8/),
      ],
    ],
  ])('%s', (_name, text, expected) => expect(judge(text)).toEqual(expected));

  it.each([
    ['a key of a newer program', 'name: a\nnews: 1\n', ['note']],
    ['a wrong type', 'name: 1\n', ['error']],
    ['a missing one', 'kind: one\n', ['error']],
    ['a newer word', 'name: a\nkind: three\n', ['warning']],
    ['another form', 'name: A\n', ['warning']],
  ])('in a built document: %s', (_name, text, severities) => {
    expect(judge(text, 'built').map((each) => each.split(' ')[0])).toEqual(severities);
  });

  it('does not repeat itself without end, nor long values', () => {
    const text = `name: ${'A'.repeat(500)}\n${Array.from({ length: 200 }, (_, index) => `k${index}z: 1\n`).join('')}`;
    const found = judge(text);
    expect(found).toHaveLength(50);
    expect(found[0]?.length).toBeLessThan(200);
  });
});
