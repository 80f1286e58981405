import { afterAll, describe, expect, it } from 'vitest';
import { goldenArchives } from '../../support/golden-archives.ts';
import { judgeMutations, type Mutated } from '../../support/mutation-verdicts.ts';
import { ownArchives } from '../../support/own-archives.ts';

const archives = [...(await ownArchives()), ...goldenArchives()];
const each = 1000;
const judged: Mutated[] = [];

describe('an archive with one thing changed, more than 20,000 of them', () => {
  it.each(archives)('$name: no verdict is better, and no other content passes', async (archive) => {
    const before = process.memoryUsage.rss();
    const mutated = await judgeMutations(archive, each, 7);
    judged.push(mutated);
    expect(mutated.missed).toEqual([]);
    if (archive.name.startsWith('own')) expect(mutated.before).toBe('pass');
    // Everything that passes is the same content; without a key also what is told, or what nothing vouches for.
    expect(mutated.answers.pass).toBe(
      mutated.repacked.length +
        mutated.warned.length +
        mutated.unvouched.length +
        mutated.respelt.length,
    );
    expect(mutated.slowestMs).toBeLessThan(30_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 2 ** 20);
  });

  afterAll(() => {
    expect(archives.length * each).toBeGreaterThan(20_000);
    expect(judged).toHaveLength(archives.length);
  });
});
