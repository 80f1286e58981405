import { expect, it } from 'vitest';
import { killedAssembly } from '../../support/killed-assembly.ts';

it('assemble that was killed at 20 moments is completed each time, to the same bytes, with nothing left over', async () => {
  const { faults, killed } = await killedAssembly(20, 4712);
  expect(faults).toEqual([]);
  expect(killed).toBeGreaterThan(10);
});
