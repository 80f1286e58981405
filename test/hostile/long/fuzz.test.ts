import { describe, expect, it } from 'vitest';
import { cpuMs } from '../../support/cpu-time.ts';
import { fuzzed, repeatable } from '../../support/fuzz-inputs.ts';
import { fuzzTargets, readOrRefuse } from '../../support/fuzz-targets.ts';
import { seeded } from '../../support/seeded.ts';

/** For each reader, unless `FUZZ_SECONDS` says otherwise. */
const budgetMs = 1000 * Number(process.env['FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

describe(`whatever a reader is given, seed ${seed}`, () => {
  it.each(fuzzTargets)('$name: it reads or refuses, in a moment', async (target) => {
    const numbers = seeded(seed);
    const until = performance.now() + budgetMs;
    let count = 0;
    for (; performance.now() < until; count++) {
      const bytes = fuzzed(target.seeds, numbers);
      const started = cpuMs();
      try {
        await readOrRefuse(target, bytes);
      } catch (error) {
        throw new Error(`${target.name} fails on ${bytes.toString('base64')}`, { cause: error });
      }
      expect(cpuMs() - started, bytes.toString('base64')).toBeLessThan(10_000);
    }
    expect(count).toBeGreaterThan(100);
  });

  it.each(fuzzTargets)('$name: time grows with the input, not faster', async (target) => {
    for (const [start, piece, end] of repeatable) {
      const time = async (length: number): Promise<number> => {
        const bytes = Buffer.from(start + piece.repeat(length / piece.length) + end, 'latin1');
        const started = cpuMs();
        await readOrRefuse(target, bytes);
        return cpuMs() - started;
      };
      await time(2 ** 14);
      const small = await time(2 ** 16);
      const large = await time(2 ** 19);
      // Eight times the input: a square would take 64 times as long.
      expect(large, `${JSON.stringify(piece)} again and again: ${small} ms, then`).toBeLessThan(
        Math.max(1000, 30 * small),
      );
    }
  });
});
