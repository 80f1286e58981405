import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeMutations, type Mutated } from './mutation-verdicts.ts';
import type { KnownArchive } from './own-archives.ts';

/** Changes of each archive in the long run; `MUTATIONS` says otherwise for a look in between. */
const usual = 20_000;

/** Declares the long run over some archives. Memory is flat: what a verdict took is free after it. */
export function describeAllMutations(
  title: string,
  archives: readonly KnownArchive[],
  count = Number(process.env['MUTATIONS'] ?? usual),
): void {
  const judged: Mutated[] = [];
  describe(title, () => {
    it.each(archives)(
      '$name: no verdict is better, and no other content passes',
      async (archive) => {
        const before = process.memoryUsage.rss();
        const mutated = await judgeMutations(archive, count, 7);
        judged.push(mutated);
        expect(mutated.missed).toEqual([]);
        // One bundle of the real programs lacks what it lists: there, each change must add a finding.
        if (archive.name !== 'uds legacy-two') expect(mutated.before).toBe('pass');
        // Everything that passes is the same content; without a key also what is told, or what nothing vouches for.
        const { pass } = mutated.answers;
        const { repacked, warned, unvouched, respelt } = mutated;
        if (mutated.before === 'pass')
          expect(pass).toBe(repacked.length + warned.length + unvouched.length + respelt.length);
        else expect(pass).toBe(0);
        expect(mutated.slowestMs).toBeLessThan(30_000 * Math.max(1, 2 / availableParallelism()));
        expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 2 ** 20);
      },
    );

    afterAll(() => {
      expect(judged).toHaveLength(archives.length);
      const { MUTATIONS: asked } = process.env;
      if (asked === undefined && count !== usual) return;
      // A few changes come out as nothing was changed.
      for (const { answers } of judged)
        expect(Object.values(answers).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(
          0.95 * count,
        );
    });
  });
}
