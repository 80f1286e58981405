import { describe, expect, it } from 'vitest';
import { boxesWithin, inside, readObjects } from './deployed-object.ts';

const origin = { component: 'c', source: 'templates/a.yaml', namespace: 'ns' };
const read = (text: string) => readObjects(text, origin) ?? [];

describe('readObjects', () => {
  it('takes lists apart, and gives objects the namespace of where they come from', () => {
    const objects = read(
      'kind: List\nitems:\n  - { kind: A, metadata: { name: a } }\n  - { kind: B, metadata: { name: b, namespace: own } }\n---\nkind: C\n---\n',
    );
    expect(objects.map(({ kind, name, namespace }) => [kind, name, namespace])).toEqual([
      ['A', 'a', 'ns'],
      ['B', 'b', 'own'],
      ['C', '', 'ns'],
    ]);
  });

  it('knows where a member stands, and the parent of one that is absent', () => {
    const [, second] = read('kind: A\n---\nkind: B\nspec:\n  x: 1\n  list: [{ k: v }]\n');
    expect(second?.at(['spec', 'x'])).toEqual({ line: 5, column: 3 });
    expect(second?.at(['spec', 'list', 0, 'k'])).toEqual({ line: 6, column: 12 });
    expect(second?.at(['spec', 'none'])).toEqual({ line: 5, column: 3 });
  });

  it.each([
    ['text that is no YAML', 'a: ['],
    ['text between quotes that are open', 'a: "b'],
  ])('says nothing of %s', (_name, text) => {
    expect(readObjects(text, origin)).toBeUndefined();
  });

  it('takes what is no mapping for an object without a kind, and nothing for nothing', () => {
    expect(read('- just\n- a list\n')).toMatchObject([{ kind: '', value: {} }]);
    expect(read('# only\n---\nnull\n---\ntext\n')).toMatchObject([{ kind: '' }]);
  });
});

describe('members of a value', () => {
  it('are reached by keys, and absent where one is', () => {
    expect(inside({ a: { b: 1 } }, 'a', 'b')).toBe(1);
    expect(inside({ a: [1] }, 'a', '0')).toBeUndefined();
    expect(inside({ a: [{ b: 1 }] }, 'a', 0, 'b')).toBe(1);
    expect(inside({ 0: 1 }, 0)).toBeUndefined();
  });

  it('are walked through, lists too', () => {
    expect([...boxesWithin([{ a: [{ b: {} }] }, 1])].length).toBe(3);
  });
});
