import { describe, expect, it } from 'vitest';
import { goldenArchives } from '../support/golden-archives.ts';
import { judgeMutations } from '../support/mutation-verdicts.ts';
import { ownArchives } from '../support/own-archives.ts';

const archives = [...(await ownArchives()), ...goldenArchives()];

/** More of them, and memory: `npm run test:long`. */
describe('an archive with one thing changed, a sample', () => {
  it.each(archives)('$name: no verdict is better, and no other content passes', async (archive) => {
    const mutated = await judgeMutations(archive, archive.name.startsWith('own') ? 20 : 30, 1);
    expect(mutated.missed).toEqual([]);
    if (archive.name.startsWith('own')) expect(mutated.before).toBe('pass');
    expect(mutated.slowestMs).toBeLessThan(20_000);
  });
});
