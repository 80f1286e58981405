import { expect, it } from 'vitest';
import { placeName } from './place-name.ts';

it.each([
  ['packages/api/zarf.yaml', 'packages/api/zarf.yaml'],
  ['../shared/values.yaml', '../shared/values.yaml'],
  ['/home/someone/release/images', 'images'],
  ['/home/someone/release/', 'release'],
  ['~/images', 'images'],
  ['C:\\Users\\someone\\model.bin', 'model.bin'],
  ['file:///srv/a.tar', 'a.tar'],
  ['/', '/'],
])('%s is told as %s', (path, expected) => {
  expect(placeName(path)).toBe(expected);
});
