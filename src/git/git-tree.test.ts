import { describe, expect, it } from 'vitest';
import { parseTree } from './git-tree.ts';

const oid = 'ab'.repeat(20);
const entry = (mode: string, name: string | Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`${mode} `),
    Buffer.from(name),
    Buffer.from([0]),
    Buffer.from(oid, 'hex'),
  ]);

describe('parseTree', () => {
  it('tells names, kinds and objects', () => {
    const kinds = ['100644', '100755', '120000', '40000', '160000'];
    const tree = Buffer.concat(kinds.map((mode, at) => entry(mode, `n${at}`)));
    expect(parseTree(oid, tree)).toEqual(
      ['file', 'program', 'link', 'folder', 'submodule'].map((kind, at) => ({
        name: `n${at}`,
        kind,
        oid,
      })),
    );
  });

  it.each([
    ...['.git', '.GIT', '.Git. ', 'git~1', 'GIT~2', '.git::$INDEX_ALLOCATION', '.gi\u200ct'],
    ...['.', '..', '', 'a/b', 'a\\b'],
  ])('refuses the name %j', (name) => {
    expect(() => parseTree(oid, entry('100644', name))).toThrow(
      expect.objectContaining({ code: 'GIT_NAME' }),
    );
  });

  it.each(['.gitignore', '.github', 'git', '...a', 'ä b'])('takes the name %j', (name) => {
    expect(parseTree(oid, entry('100644', name))).toHaveLength(1);
  });

  it.each([
    ['no UTF-8', entry('100644', Uint8Array.of(0xff)), 'GIT_NAME'],
    ['a name twice', Buffer.concat([entry('120000', 'a'), entry('40000', 'a')]), 'GIT_NAME'],
    ['an unknown mode', entry('100600', 'a'), 'GIT_OBJECT'],
    ['a cut entry', entry('100644', 'a').subarray(0, -1), 'GIT_OBJECT'],
    ['no entry', Buffer.from('x'), 'GIT_OBJECT'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => parseTree(oid, bytes)).toThrow(expect.objectContaining({ code }));
  });
});
