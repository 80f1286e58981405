import { describe, expect, it } from 'vitest';
import { parseStatement } from './statement.ts';

const hex = 'ab'.repeat(32);
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a', digest: { sha256: hex } }],
  predicateType: 'https://example.com/p/v1',
  predicate: { x: 1 },
};
const parse = (text: string, allowOldType = false) =>
  parseStatement(Buffer.from(text), { allowOldType });

describe('a statement', () => {
  it('is read', () => {
    expect(parse(JSON.stringify(statement)).subjects).toEqual([
      { name: 'a', digest: { sha256: hex } },
    ]);
  });

  it('of the older type is read only where that is wanted', () => {
    const old = JSON.stringify({ ...statement, _type: 'https://in-toto.io/Statement/v0.1' });
    expect(() => parse(old)).toThrow(expect.objectContaining({ code: 'STATEMENT_TYPE' }));
    expect(parse(old, true).predicateType).toBe(statement.predicateType);
  });

  it.each([
    { name: 'no JSON', text: 'x', code: 'STATEMENT_JSON' },
    {
      name: 'a member given twice',
      text: JSON.stringify(statement).replace('{', '{"predicate":{},'),
      code: 'STATEMENT_JSON',
    },
    {
      name: 'a member given twice deep inside',
      text: JSON.stringify(statement).replace('"x":1', '"x":1,"x":2'),
      code: 'STATEMENT_JSON',
    },
    {
      name: 'something behind it',
      text: `${JSON.stringify(statement)} {}`,
      code: 'STATEMENT_JSON',
    },
    {
      name: 'another type',
      text: JSON.stringify({ ...statement, _type: 'x' }),
      code: 'STATEMENT_TYPE',
    },
    {
      name: 'no type',
      text: JSON.stringify({ ...statement, _type: undefined }),
      code: 'STATEMENT_TYPE',
    },
    {
      name: 'an unknown member',
      text: JSON.stringify({ ...statement, more: 1 }),
      code: 'STATEMENT_MEMBER',
    },
    {
      name: 'no subjects',
      text: JSON.stringify({ ...statement, subject: [] }),
      code: 'STATEMENT_SUBJECT',
    },
    {
      name: 'a subject without SHA-256',
      text: JSON.stringify({ ...statement, subject: [{ name: 'a', digest: { sha512: 'ab' } }] }),
      code: 'STATEMENT_SUBJECT',
    },
    {
      name: 'one name twice',
      text: JSON.stringify({ ...statement, subject: [...statement.subject, ...statement.subject] }),
      code: 'STATEMENT_SUBJECT',
    },
    {
      name: 'an upper-case digest',
      text: JSON.stringify({
        ...statement,
        subject: [{ name: 'a', digest: { sha256: hex.toUpperCase() } }],
      }),
      code: 'STATEMENT_SUBJECT',
    },
    {
      name: 'no predicate type',
      text: JSON.stringify({ ...statement, predicateType: '' }),
      code: 'STATEMENT_PREDICATE',
    },
  ])('with $name is refused: $code', ({ text, code }) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code, exitCode: 3 }));
  });
});
