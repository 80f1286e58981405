import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import type { ArchiveFacts, BudgetFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { size } from './size.ts';

type Limit = BudgetFacts['limits'][number];
const judged = (facts: ArchiveFacts, ...limits: readonly Limit[]) =>
  inShort(runChecks([size], { ...facts, budget: { policyOrigin: 'policy.yaml', limits } }));
const aLimit = (
  kind: Limit['kind'],
  pattern: string,
  more: Pick<Limit, 'minBytes' | 'maxBytes'>,
): Limit => ({ kind, pattern, ...more });
const withImage = aPackage().image().container({ size: 5000 }).facts();
const image = withImage.packages[0]?.images?.roots[0]?.manifests[0]?.size ?? 0;

describe('budget/size', () => {
  it.each<[string, readonly Limit[], readonly string[]]>([
    ['a package at its ceiling', [aLimit('package', 'demo', { maxBytes: 5000 })], ['pass']],
    [
      'a package over it',
      [aLimit('package', 'demo', { maxBytes: 4999 })],
      ['fail error BUDGET_OVER'],
    ],
    ['a package at its floor', [aLimit('package', 'demo', { minBytes: 5000 })], ['pass']],
    [
      'a package under it',
      [aLimit('package', 'demo', { minBytes: 5001 })],
      ['fail error BUDGET_UNDER'],
    ],
    [
      'an image at floor and ceiling',
      [aLimit('image', 'docker.io/library/demo:*', { minBytes: image, maxBytes: image })],
      ['pass'],
    ],
    [
      'an image over its ceiling',
      [aLimit('image', '*', { maxBytes: image - 1 })],
      ['fail error BUDGET_OVER'],
    ],
    [
      'two budgets for one',
      [aLimit('package', 'demo', { maxBytes: 1 }), aLimit('package', '*', { minBytes: 1 })],
      ['fail error BUDGET_OVER', 'pass'],
    ],
    ['a budget for another', [aLimit('package', 'other', { maxBytes: 1 })], ['not-applicable']],
    ['a budget of another kind', [aLimit('image', 'demo', { maxBytes: 1 })], ['not-applicable']],
    ['a budget for bundles', [aLimit('bundle', '*', { maxBytes: 1 })], []],
    ['no budget', [], ['not-applicable']],
  ])('%s', (_name, limits, expected) => expect(judged(withImage, ...limits)).toEqual(expected));

  it('weighs a bundle by its file, and packages in it by theirs', () => {
    const facts = aBundle().holding('app').container({ size: 7000 }).facts();
    const files = [...(facts.packages[0]?.files.values() ?? [])].reduce(
      (sum, file) => sum + file.size,
      0,
    );
    const name = facts.bundle?.definition?.bundle?.metadata.name ?? '';
    expect(
      judged(
        facts,
        aLimit('bundle', name, { maxBytes: 7000 }),
        aLimit('package', 'demo', { minBytes: files, maxBytes: files }),
      ),
    ).toEqual(['pass', 'pass']);
    expect(judged(facts, aLimit('bundle', '*', { maxBytes: 6999 }))).toEqual([
      'fail error BUDGET_OVER',
    ]);
  });

  it('is undecided where reading ended early', () => {
    expect(
      judged(
        aPackage().cutBefore('components/note.tar').facts(),
        aLimit('package', 'demo', { minBytes: 1 }),
      ),
    ).toEqual(['undecided']);
  });
});
