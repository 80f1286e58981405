import { expect, it } from 'vitest';
import { killedBuildByFake } from '../support/killed-build.ts';

it.skipIf(process.platform !== 'linux')(
  'images build that was killed is completed by the next run, to the same digests, and no engine goes on',
  { timeout: 180_000 },
  async () => {
    const { faults, killed } = await killedBuildByFake(2, 4713);
    expect(faults).toEqual([]);
    expect(killed).toBeGreaterThan(0);
  },
);
