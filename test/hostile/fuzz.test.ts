import { describe, expect, it } from 'vitest';
import { cpuMs } from '../support/cpu-time.ts';
import { fuzzed, repeatable } from '../support/fuzz-inputs.ts';
import { fuzzTargets, readOrRefuse } from '../support/fuzz-targets.ts';
import { seeded } from '../support/seeded.ts';

/** With minutes instead of a moment for each: `npm run test:long`. */
describe('whatever a reader is given', () => {
  it.each(fuzzTargets)('$name: it reads or refuses', async (target) => {
    expect(target.seeds.length).toBeGreaterThan(0);
    const numbers = seeded(1);
    const until = performance.now() + 200;
    for (let count = 0; count < 120 && performance.now() < until; count++)
      await readOrRefuse(target, fuzzed(target.seeds, numbers));
  });

  it.each(fuzzTargets)('$name: much of the same takes no long time', async (target) => {
    for (const [start, piece, end] of repeatable) {
      const bytes = Buffer.from(start + piece.repeat(8192 / piece.length) + end, 'latin1');
      const started = cpuMs();
      await readOrRefuse(target, bytes);
      expect(cpuMs() - started, `${JSON.stringify(piece)} again and again`).toBeLessThan(5000);
    }
  });
});
