import { expect, it } from 'vitest';
import { chooseTarget, statedTarget } from './choose-target.ts';

it('is the default profile where nobody says', () => {
  expect(chooseTarget()).toMatchObject({ name: 'uds-core', defaultStorageClass: true });
  expect(chooseTarget({ profile: 'bare-kubernetes' }).kinds).toEqual([]);
});

it('adds what a release says', () => {
  const { kinds, secrets } = chooseTarget({
    kinds: ['example.com/Widget', 'example.com/v1/Thing'],
    secrets: [{ name: 'token', keys: ['a'], reason: 'by hand' }],
  });
  expect(kinds).toContainEqual({ group: 'example.com', versions: [], kind: 'Widget' });
  expect(kinds).toContainEqual({ group: 'example.com', versions: ['v1'], kind: 'Thing' });
  expect(secrets).toContainEqual(expect.objectContaining({ name: 'token', keys: ['a'] }));
});

it('is for an archive what its release statement names', () => {
  const target = statedTarget({
    kubernetes: '1.29',
    apiVersions: ['example.com/v1', 'example.com/v1/Thing'],
  });
  expect(target.kubernetes).toBe('1.29');
  expect(target.name).toContain('as the release statement names it');
  expect(target.kinds).toContainEqual({ group: 'example.com', versions: ['v1'], kind: 'Thing' });
  expect(target.kinds.filter(({ group }) => group === 'example.com')).toHaveLength(1);
});
