import { describe, expect, it } from 'vitest';
import { baseImages, isContainerfile } from './containerfile.ts';

const referencesOf = (text: string): readonly string[] =>
  baseImages(text).map(({ reference }) => reference);

describe('images a Containerfile takes from elsewhere', () => {
  it.each([
    ['FROM a:1', ['a:1']],
    ['FROM --platform=$BUILDPLATFORM a:1 AS build\nFROM build\nFROM scratch', ['a:1']],
    ['FROM a:1 AS Build\nFROM b:1\nCOPY --from=build /a /a\nCOPY --from=0 /a /a', ['a:1', 'b:1']],
    ['FROM a:1\nCOPY --from=c:2 /a /a', ['a:1', 'c:2']],
    ['ARG V=1.2\nARG HOST="h.example"\nFROM ${HOST}/a:$V', ['h.example/a:1.2']],
    ['ARG V\nFROM a:${V:-3}', ['a:3']],
    ['ARG V\nFROM a:${V}', ['a:${V}']],
    ['ARG V=1\nFROM a:1\nARG V=2\nFROM b:${V}', ['a:1', 'b:1']],
    ['# FROM no\nFROM \\\n  # why\n  a:1', ['a:1']],
    ['FROM a:1\nRUN <<EOF\nFROM b:1\nEOF\nCOPY --from=c:1 a b', ['a:1', 'c:1']],
    ['FROM a:1\nRUN sh <<A <<B\nFROM b\nA\nFROM c\nB\nFROM d', ['a:1', 'd']],
    ['# escape=`\nFROM `\n a:1', ['a:1']],
    ['from a:1 as b\nfrom B', ['a:1']],
    ['FROM a:1\nRUN <<EOF\nFROM b:1', ['a:1', 'b:1']],
    ['', []],
  ])('%j', (text, references) => {
    expect(referencesOf(text)).toEqual(references);
  });

  it('says where they stand', () => {
    expect(baseImages('ARG A\n\n  FROM a:1')).toEqual([
      { reference: 'a:1', line: 3, column: 3, by: 'FROM' },
    ]);
  });

  it.each([
    ['Dockerfile', true],
    ['a/Containerfile', true],
    ['a/Dockerfile.gpu', true],
    ['a/api.Dockerfile', true],
    ['a/Dockerfile.dockerignore', false],
    ['a/Dockerfiles.md', false],
  ])('knows %s', (path, is) => {
    expect(isContainerfile(path)).toBe(is);
  });
});
