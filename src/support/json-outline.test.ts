import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonOutline, type OutlinedJson } from './json-outline.ts';

function outline(text: string, cuts: readonly number[] = [], max = 10_000): OutlinedJson {
  const bytes = Buffer.from(text);
  const reader = new JsonOutline(new Set(['source', 'a"b']), max);
  let at = 0;
  for (const cut of [...cuts.filter((each) => each < bytes.length), bytes.length].sort(
    (a, b) => a - b,
  )) {
    reader.push(bytes.subarray(at, cut));
    at = cut;
  }
  return reader.end();
}

const text = JSON.stringify({
  artifacts: [{ source: { not: 'this' } }, [1, 2], 'x,y', 4],
  empty: [],
  source: { name: 'a "quoted" }', list: [1, { deep: '\\' }] },
  after: { source: 1 },
});

describe('the outline of a JSON text', () => {
  it('keeps what was asked for and counts lists', () => {
    const { members, counts, repeated, whole } = outline(text);
    expect(JSON.parse(Buffer.from(members.get('source') ?? '').toString('utf8'))).toEqual(
      JSON.parse(text).source,
    );
    expect([...members.keys()]).toEqual(['source']);
    expect([...counts]).toEqual([
      ['artifacts', 4],
      ['empty', 0],
    ]);
    expect({ repeated, whole }).toEqual({ repeated: [], whole: true });
  });

  it('is the same for any object and any cuts', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { maxKeys: 5 }),
        fc.jsonValue(),
        fc.array(fc.nat(300), { maxLength: 10 }),
        (others, source, cuts) => {
          const { source: _, ...rest } = others;
          const found = outline(JSON.stringify({ ...rest, source }, null, 1), cuts);
          expect(found.whole).toBe(true);
          expect(
            JSON.parse(Buffer.from(found.members.get('source') ?? '').toString('utf8')),
          ).toEqual(JSON.parse(JSON.stringify(source)));
          for (const [key, value] of Object.entries(rest))
            if (Array.isArray(value) && !/["\\]|[^ -~]/.test(key))
              expect(found.counts.get(key)).toBe(value.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    {
      name: 'a member that stands twice',
      text: '{"source":1,"source":2}',
      expected: { repeated: ['source'], whole: true },
    },
    { name: 'an end that is missing', text: '{"source":{"a":1}', expected: { whole: false } },
    { name: 'a text that never ends', text: '{"source":"', expected: { whole: false } },
    { name: 'nothing', text: '', expected: { whole: false } },
  ])('tells $name', ({ text: given, expected }) => {
    expect(outline(given)).toMatchObject(expected);
  });

  it('hands over the items of one list as they pass, whatever the cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.jsonValue(),
        fc.array(fc.nat(200), { maxLength: 10 }),
        (list, other, cuts) => {
          const taken: unknown[] = [];
          let held = '';
          const taker = {
            member: 'artifacts',
            push: (piece: Uint8Array) => {
              held += Buffer.from(piece).toString('latin1');
            },
            end: () => {
              taken.push(JSON.parse(Buffer.from(held, 'latin1').toString('utf8')));
              held = '';
            },
          };
          const bytes = Buffer.from(
            JSON.stringify({ other, artifacts: list, last: [1, 2] }, null, 1),
          );
          const reader = new JsonOutline(new Set(), 0, taker);
          let at = 0;
          for (const cut of [...cuts.filter((each) => each < bytes.length), bytes.length].sort(
            (a, b) => a - b,
          )) {
            reader.push(bytes.subarray(at, cut));
            at = cut;
          }
          expect(reader.end().whole).toBe(true);
          expect(taken).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has no items of a list that stands inside a list', () => {
    const taker = { member: 'a', push: () => expect.fail('taken'), end: () => expect.fail() };
    new JsonOutline(new Set(), 0, taker).push(Buffer.from('[["a",[1]],{"b":{"a":[1]}}]'));
  });

  it('tells names with escapes in them', () => {
    expect(outline('{"s\\u006furce":1}').escapedNames).toBe(true);
    expect(outline('{"source":"\\u006f"}').escapedNames).toBe(false);
  });

  it('leaves out what is too large', () => {
    expect(outline(text, [], 10).members.size).toBe(0);
  });
});
