import { expect, it } from 'vitest';
import { killedAssembly } from '../support/killed-assembly.ts';

it('assemble that was killed is completed by the next run, to the same bytes, with nothing left over', async () => {
  const { faults, killed } = await killedAssembly(2, 4711);
  expect(faults).toEqual([]);
  expect(killed).toBeGreaterThan(0);
});
