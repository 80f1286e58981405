import { expect, it } from 'vitest';
import { killedBuildByFake } from '../../support/killed-build.ts';

it.skipIf(process.platform !== 'linux')(
  'images build that was killed at 20 moments is completed each time, to the same digests, and no engine goes on',
  async () => {
    const { faults, killed } = await killedBuildByFake(20, 4714);
    expect(faults).toEqual([]);
    expect(killed).toBeGreaterThan(10);
  },
);
