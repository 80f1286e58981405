import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '../support/cpu-time.ts';
import { fuzzed, repeatable } from '../support/fuzz-inputs.ts';
import { fuzzTargets, readOrRefuse } from '../support/fuzz-targets.ts';
import { seeded } from '../support/seeded.ts';

/** Base64 by reader: small inputs that `long/guided-fuzz.test.ts` found, each reaching what those before did not. */
const found: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'found-inputs.json'), 'utf8'),
);

/** With minutes instead of a moment for each: `npm run test:long`. */
describe('whatever a reader is given', () => {
  it.each(fuzzTargets)('$name: it reads or refuses', async (target) => {
    expect(target.seeds.length).toBeGreaterThan(0);
    const numbers = seeded(1);
    const until = performance.now() + 200;
    for (let count = 0; count < 120 && performance.now() < until; count++)
      await readOrRefuse(target, fuzzed(target.seeds, numbers));
  });

  it.each(fuzzTargets)(
    '$name: what reached new places before is read or refused',
    async (target) => {
      for (const text of found[target.name] ?? [])
        await readOrRefuse(target, Buffer.from(text, 'base64'));
    },
  );

  it('knows each reader that something was found for', () => {
    const names = fuzzTargets.map(({ name }) => name);
    expect(Object.keys(found).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.values(found).flat().length).toBeGreaterThan(100);
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
