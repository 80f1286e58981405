import { expect, it } from 'vitest';
import { aBudget, aLock } from '../../../test/support/a-budget.ts';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import type { SizeBudget } from '../../policy/policy.ts';
import { predicted } from './predicted.ts';

const image = 'ghcr.io/x/api:1';

async function facts(limits: readonly SizeBudget[], lock = aLock(image, [100, 50]), rest = '') {
  const zarf = aPackage('api', `    images: [${image}]\n${rest}`);
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf } });
  return deployedRelease(files, { budget: aBudget({ limits, lock }) });
}

const limit = (
  kind: SizeBudget['kind'],
  pattern: string,
  minBytes: number,
  maxBytes: number,
): SizeBudget => ({
  kind,
  pattern,
  minBytes,
  maxBytes,
});

it.each([
  ['an image that keeps it', limit('image', image, 100, 200), []],
  [
    'an image that is too large',
    limit('image', 'ghcr.io/*', 0, 149),
    [`fail ${image} 150 bytes go in, more than the 149 of its budget`],
  ],
  [
    'a package that is too small',
    limit('package', 'api', 151, 999),
    ['fail api 150 bytes go in, less than the 151 that are due'],
  ],
  [
    'a bundle that is too large',
    limit('bundle', 'platform-cpu', 0, 10),
    ['fail platform-cpu 150 bytes go in, more than the 10 of its budget'],
  ],
  ['something else', limit('package', 'other', 999, 9999), []],
])('a budget for %s', async (_name, each, expected) => {
  expect(faults(predicted, await facts([each]))).toEqual(expected);
});

it('does not call small what nobody counted', async () => {
  const rest =
    '    dataInjections: [{ source: m, target: { namespace: ai, selector: a=b, container: c, path: /d } }]\n';
  const release = await facts([limit('package', 'api', 151, 999)], undefined, rest);
  expect(faults(predicted, release)).toEqual([]);
  const packages = release.packages.map((each) => ({
    ...each,
    payloads: [{ source: 'm', bytes: 1000 }],
  }));
  expect(faults(predicted, { ...release, packages })).toEqual([
    'fail api 1150 bytes go in, more than the 999 of its budget',
  ]);
});

it('speaks of nothing without budgets or a lock', async () => {
  expect(told(predicted, await facts([]))).toEqual(['not-applicable']);
  const bare = await deployedRelease(aRelease(), {
    budget: aBudget({ limits: [limit('image', '*', 1, 2)] }),
  });
  expect(told(predicted, bare)).toEqual(['not-applicable']);
});

it.each([
  ['no budgets', [], aLock(image, [100, 50])],
  ['no lock', [limit('package', 'api', 1, 2)], undefined],
])('says that there are %s', async (_name, limits, lock) => {
  const all = await deployedRelease(aRelease(), {
    budget: { limits, lock, previous: undefined },
  });
  expect([...predicted.evaluate(all)].map(({ message }) => message)).toEqual([
    'there are no budgets, or no lock file that tells sizes',
  ]);
});
