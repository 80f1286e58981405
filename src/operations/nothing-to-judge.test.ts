import { describe, expect, it } from 'vitest';
import type { Run } from '../support/run.ts';
import { nothingToJudge } from './nothing-to-judge.ts';

const run: Run = { signal: new AbortController().signal };

const suggested = async (folders: Readonly<Record<string, readonly string[]>>) => {
  const { message, suggestions } = await nothingToJudge(
    'kit',
    Object.keys(folders),
    {
      async list(location) {
        const found = folders[`${location.slice('kit/'.length)}/`];
        if (found === undefined) throw new Error(`no folder ${location}`);
        return found;
      },
    },
    run,
  );
  expect(message).toContain('the folder kit holds neither');
  return suggestions;
};

describe('nothingToJudge', () => {
  it.each([
    ['an archive', ['a.tar.zst']],
    ['a plain archive', ['a.tar']],
    ['a statement', ['release.intoto.jsonl']],
  ])('names the folder below that holds %s', async (_what, inside) => {
    expect(await suggested({ 'notes.md': [], 'other/': ['x.txt'], 'release/': inside })).toEqual([
      'Name the folder that does: kit/release',
    ]);
  });

  it('names all of several', async () => {
    expect(await suggested({ 'cpu/': ['a.tar.zst'], 'gpu/': ['b.tar.zst'] })).toEqual([
      'Name the folder that does: kit/cpu, kit/gpu',
    ]);
  });

  it('names none where there is none', async () => {
    expect(await suggested({ 'notes.md': [], 'other/': ['tar.zst.txt'] })).toEqual([
      'Name the folder the archives lie in (*.tar.zst)',
    ]);
  });
});
