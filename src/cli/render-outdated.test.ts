import { expect, it } from 'vitest';
import type { LockedState } from '../operations/find-outdated.ts';
import { renderOutdated } from './render-images.ts';

const entry = (state: LockedState['state']): LockedState => ({
  flavor: 'cpu',
  kind: 'chart',
  reference: 'https://charts.example.org#api@1.0.0',
  state,
});

it.each([
  [['current', 'pinned'], 'CURRENT  all 2 references as locked'],
  [['current', 'unknown'], 'UNKNOWN  1 of 2 references could not be asked; 1 as locked'],
  [['outdated', 'gone', 'current'], 'OUTDATED  2 of 3 references; 1 as locked'],
  [
    ['unlocked', 'unknown', 'current'],
    'OUTDATED  1 of 3 references; 1 could not be asked; 1 as locked',
  ],
] as const)('%j', (states, headline) => {
  const lines = renderOutdated({ entries: states.map(entry) }).split('\n');
  expect(lines[0]).toBe(headline);
  const unasked = lines.filter((line) => line.startsWith('  could not be asked: chart of cpu'));
  expect(unasked).toHaveLength(states.filter((state) => state === 'unknown').length);
});
