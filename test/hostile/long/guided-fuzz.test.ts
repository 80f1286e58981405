import { describe, expect, it } from 'vitest';
import { fuzzTargets } from '../../support/fuzz-targets.ts';
import { guidedSearch } from '../../support/guided-fuzzing.ts';
import { seeded } from '../../support/seeded.ts';

/** For each reader, unless `FUZZ_SECONDS` says otherwise. */
const budgetMs = 1000 * Number(process.env['FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

/** What is found is kept in `test/hostile/found-inputs.json`, and given to every reader on every run. */
describe(`inputs that reach new places of a reader, seed ${seed}`, () => {
  it.each(fuzzTargets)('$name: it reads or refuses them, in a moment', async (target) => {
    const { tried, kept, covered, slowestMs } = await guidedSearch(target, seeded(seed), budgetMs);
    expect(tried).toBeGreaterThan(target.seeds.length);
    // The seeds themselves cover something, and changing them more.
    expect(kept.length).toBeGreaterThan(1);
    expect(covered).toBeGreaterThan(5);
    expect(slowestMs).toBeLessThan(10_000);
  });
});
