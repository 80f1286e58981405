import { describe, expect, it } from 'vitest';
import { containerfileNeeds } from './containerfile-needs.ts';

const textsOf = (list: readonly { readonly text: string }[]): readonly string[] =>
  list.map(({ text }) => text);

describe('what a Containerfile asks of its surroundings', () => {
  it.each([
    ['FROM a:1', ['a:1']],
    ['FROM --platform=$BUILDPLATFORM a:1 AS build\nFROM build\nFROM scratch', ['a:1']],
    ['FROM a:1 AS Build\nFROM b:1\nCOPY --from=build /a /a\nCOPY --from=0 /a /a', ['a:1', 'b:1']],
    ['FROM a:1\nCOPY --from=c:2 /a /a', ['a:1', 'c:2']],
    ['ARG V=1.2\nARG HOST="h.example"\nFROM ${HOST}/a:$V', ['h.example/a:1.2']],
    ['ARG V\nFROM a:${V:-3}', ['a:3']],
    ['ARG V\nFROM a:${V}', []],
    ['ARG V=1\nFROM a:1\nARG V=2\nFROM b:${V}', ['a:1', 'b:1']],
    ['FROM a:1\nARG V=2\nFROM b:${V}', ['a:1']],
    ['ARG V=3\nFROM a:1\nARG V\nCOPY --from=c:$V /a /', ['a:1', 'c:3']],
    ['ARG V=3\nFROM a:1\nCOPY --from=c:$V /a /', ['a:1']],
    ['# FROM no\nFROM \\\n  # why\n  a:1', ['a:1']],
    ['FROM a:1\nRUN <<EOF\nFROM b:1\nEOF\nCOPY --from=c:1 a b', ['a:1', 'c:1']],
    ['FROM a:1\nRUN sh <<A <<B\nFROM b\nA\nFROM c\nB\nFROM d', ['a:1', 'd']],
    ['# escape=`\nFROM `\n a:1', ['a:1']],
    ['from a:1 as b\nfrom B', ['a:1']],
    ['FROM a:1\nRUN <<EOF\nFROM b:1', ['a:1', 'b:1']],
    ['', []],
  ])('images: %j', (text, references) => {
    expect(textsOf(containerfileNeeds(text).images)).toEqual(references);
  });

  it('says where an image stands', () => {
    expect(containerfileNeeds('ARG A\n\n  FROM a:1').images).toEqual([
      { text: 'a:1', line: 3, column: 3, by: 'FROM' },
    ]);
  });

  it.each([
    { name: 'bases, not stages', text: 'FROM a:1 AS b\nFROM b\nFROM scratch', images: ['a:1'] },
    { name: 'a value given for an argument wins', text: 'ARG V=1\nFROM a:$V', images: ['a:2'] },
    {
      name: 'images copied from',
      text: 'FROM scratch\nCOPY --from=c/d:1 /a /a',
      images: ['c/d:1'],
    },
    {
      name: 'images mounted',
      text: 'FROM scratch\nRUN --mount=type=bind,from=c/d:1,target=/m true',
      images: ['c/d:1'],
    },
    {
      name: 'arguments of a stage in copies',
      text: 'FROM scratch\nARG V=9\nCOPY --from=c/d:$V /a /',
      images: ['c/d:2'],
    },
  ])('images: $name', ({ text, images }) => {
    expect(textsOf(containerfileNeeds(text, { V: '2' }).images)).toEqual(images);
  });

  it.each([
    ['COPY a b c/', ['a', 'b']],
    ['COPY ["a b", "/c"]', ['a b']],
    ['COPY --chown=1:1 --chmod=755 a /', ['a']],
    ['ADD a.tar /', ['a.tar']],
    ['COPY --from=x/y:1 a /', []],
    ['COPY <<EOF /a\ntext\nEOF', []],
  ])('sources: %j', (line, sources) => {
    expect(textsOf(containerfileNeeds(`FROM scratch\n${line}`).sources)).toEqual(sources);
  });

  it('names what is open, remote, unknown and secret, with its line', () => {
    const needs = containerfileNeeds(
      [
        '# syntax=docker/dockerfile:1',
        'ARG V',
        'FROM a:$V AS First',
        'ADD https://example.com/x /x',
        'COPY --from=1 /a /a',
        'RUN --mount=type=secret,id=token --mount=type=secret,target=/run/key true --mount=type=secret,id=no',
        'FROM First',
        'COPY --from=0 /a /a',
      ].join('\n'),
    );
    expect(needs).toMatchObject({
      syntax: 'docker/dockerfile:1',
      args: ['V'],
      open: [{ text: 'a:${V}', line: 3, column: 1, by: 'FROM' }],
      remote: [{ text: 'https://example.com/x', line: 4 }],
      unknownStages: [{ text: '1', line: 5 }],
      secrets: [
        { text: 'token', line: 6 },
        { text: 'key', line: 6 },
      ],
      stages: ['first', '0', '1'],
      images: [],
    });
  });
});
