import { expect, it } from 'vitest';
import { aBudget, aLock } from '../../../test/support/a-budget.ts';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import type { PreviousRelease } from '../previous-release.ts';
import { growth } from './growth.ts';

const image = 'ghcr.io/x/api:2';
const first = `sha256:${'1'.repeat(64)}`;

async function facts(layers: readonly number[], previous: Partial<PreviousRelease>) {
  const zarf = aPackage('api', `    images: [${image}]\n`);
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf } });
  const before = { origin: 'old.json', images: [], payloads: [], archives: [], ...previous };
  return deployedRelease(files, {
    budget: aBudget({ lock: aLock(image, layers), previous: before }),
  });
}

const old = { reference: 'ghcr.io/x/api:1', size: 100, layers: [{ digest: first, size: 100 }] };

it.each([
  ['not at all', [100], old, []],
  ['by a tenth', [100, 10], old, []],
  [
    'by more',
    [100, 11],
    old,
    [
      `warning ${image} it grew by 11 %, from 100 to 111 bytes; new layers sha256:222222222222 of 11; it is of api`,
    ],
  ],
  [
    'by more than a quarter',
    [100, 26],
    old,
    [
      `fail ${image} it grew by 26 %, from 100 to 126 bytes; new layers sha256:222222222222 of 26; it is of api`,
    ],
  ],
  [
    'against a report without layers',
    [100, 26],
    { ...old, layers: undefined },
    [`fail ${image} it grew by 26 %, from 100 to 126 bytes; it is of api`],
  ],
  ['as a new image', [100, 26], { ...old, reference: 'ghcr.io/x/other:1' }, []],
])('an image that grew %s', async (_name, layers, before, expected) => {
  expect(faults(growth, await facts(layers, { images: [before] }))).toEqual(expected);
});

it('compares archives and payloads too', async () => {
  const archives = [{ kind: 'package' as const, name: 'api', size: 80 }];
  expect(faults(growth, await facts([100], { archives }))).toEqual([
    'warning api it grew by 25 %, from 80 to 100 bytes, counted before it is packed',
  ]);
});

it('speaks of nothing without a release before', async () => {
  expect(told(growth, await deployedRelease(aRelease()))).toEqual(['not-applicable']);
  expect(told(growth, await facts([1], {}))).toEqual(['not-applicable']);
});
