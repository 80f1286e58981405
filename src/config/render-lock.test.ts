import { expect, it } from 'vitest';
import { renderLock } from './render-lock.ts';

it('writes a lock in one form whatever the order of its members', () => {
  const flavor = { payloads: [{ size: 1, sha256: 'ab', path: 'p' }], images: [] };
  const one = renderLock({ schema: 'cowa-release/lock/v1', name: 'n', architecture: 'amd64', flavors: { gpu: flavor, cpu: flavor } });
  expect(one).toBe(renderLock({ flavors: { cpu: flavor, gpu: flavor }, architecture: 'amd64', name: 'n', schema: 'cowa-release/lock/v1' }));
  expect(one.endsWith('}\n')).toBe(true);
  expect(one.indexOf('"architecture"')).toBeLessThan(one.indexOf('"cpu"'));
});
