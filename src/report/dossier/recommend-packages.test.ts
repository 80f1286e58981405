import { describe, expect, it } from 'vitest';
import { aDossier, someContents } from '../../../test/support/a-dossier.ts';
import { checks as catalogue } from '../../../test/support/a-verify-report.ts';
import type { DossierCheck, DossierCriterion } from './dossier-judgement.ts';
import { recommendPackages, sameRecommendations } from './recommend-packages.ts';

const [one] = someContents('one').packages;
if (one === undefined) throw new Error('no package');
const packages = [
  { ...one, archive: 'all.tar.zst', name: 'api' },
  { ...one, archive: 'all.tar.zst', name: 'web' },
];
const [example] = aDossier().checks;
if (example === undefined) throw new Error('no check');
const check = (change: Partial<DossierCheck> & { readonly about?: string }): DossierCheck => ({
  ...{ ...example, role: 'blocking', within: 'all.tar.zst', message: 'is wrong', ...change },
  subject: { kind: 'entry', name: change.about ?? 'images/index.json' },
});
const criterion = (change: Partial<DossierCriterion>): DossierCriterion => ({
  ...{ id: 'x', short: 'x', title: 'X', status: 'met', evidence: 'seen', checks: [], caveat: '' },
  ...change,
});
const recommended = (
  checks: readonly DossierCheck[],
  criteria: readonly DossierCriterion[] = [],
  status: DossierCriterion['status'] = 'not-met',
) =>
  recommendPackages({ packages, checks, criteria, status }).map(
    ({ package: name, recommendation, reasons }) => [name, recommendation, ...reasons],
  );

describe('a recommendation', () => {
  it('is ready where nothing speaks against it', () => {
    expect(recommended([check({ role: 'pass' })], [criterion({})], 'met')).toEqual([
      ['api', 'ready'],
      ['web', 'ready'],
    ]);
  });

  it.each(['web', 'web: image', 'web 1.0.0', 'web/chart'])(
    'leaves a failure of %s to that package; the other waits for it',
    (about) => {
      expect(recommended([check({ about })])).toEqual([
        ['api', 'conditional', 'another part of this release is not ready'],
        ['web', 'not-ready', `fails: ${about}: is wrong`],
      ]);
    },
  );

  it.each([
    ['of something that only begins as a package does', { about: 'website' }],
    ['of the whole folder', { within: 'dist' }],
  ])('counts a failure %s for every package', (_what, change) => {
    expect(recommended([check(change)]).map(([, each]) => each)).toEqual([
      'not-ready',
      'not-ready',
    ]);
  });

  it('does not count what failed in another archive', () => {
    const other = { ...one, archive: 'other.tar.zst', name: 'third' };
    const of = recommendPackages({
      ...{ packages: [...packages, other], criteria: [], status: 'not-met' },
      checks: [check({ within: 'other.tar.zst' })],
    });
    expect(of.map(({ recommendation }) => recommendation)).toEqual([
      'conditional',
      'conditional',
      'not-ready',
    ]);
  });

  it('is not ready where a criterion is not met and no single result says so', () => {
    const different = criterion({ status: 'not-met', checks: [example.id], caveat: 'differs' });
    for (const role of ['warning', 'pass'] as const)
      expect(recommended([check({ role })], [different])[0]).toEqual(
        expect.arrayContaining(['api', 'not-ready', 'x: differs']),
      );
    // Where one does, it is told by that, to whom it is about.
    expect(recommended([check({ about: 'web' })], [different])[0]?.[1]).toBe('conditional');
  });

  it('is not ready where what is demanded is not proven', () => {
    const open = criterion({ status: 'open', caveat: 'nobody looked' });
    expect(recommended([], [open], 'open')[0]).toEqual([
      'api',
      'not-ready',
      'not proven: x: nobody looked',
    ]);
  });

  it.each([
    ['a warning', [check({ role: 'warning' })], [], 'warning: images/index.json: is wrong'],
    ['a waiver', [check({ role: 'waived' })], [], 'waived: images/index.json: is wrong'],
    [
      'what nobody looked at',
      [],
      [criterion({ status: 'caveat', evidence: 'none' })],
      'not looked at: x',
    ],
    [
      'a condition of another part',
      [],
      [criterion({ status: 'caveat' })],
      'another part of this release has conditions',
    ],
  ] as const)('is conditional by %s', (_what, checks, criteria, reason) => {
    expect(recommended(checks, criteria, 'caveat')[0]).toEqual(['api', 'conditional', reason]);
  });

  it('tells one reason for each check, and eight of them', () => {
    const twice = [1, 2].map((each) => check({ message: `is wrong ${each}` }));
    expect(recommended(twice)[0]?.slice(2)).toEqual([
      'fails: images/index.json: is wrong 1, and 1 more of this kind',
    ]);
    const kinds = (count: number) =>
      recommended(catalogue.slice(0, count).map(({ id }) => check({ id })))[0]?.slice(2);
    expect(kinds(8)?.at(-1)).toBe('fails: images/index.json: is wrong');
    expect(kinds(9)).toHaveLength(9);
    expect(kinds(9)?.at(-1)).toMatch(/^1 more kind/);
  });
});

it('says the same of a package in two archives once', () => {
  const said = { package: 'api', recommendation: 'ready', reasons: [] } as const;
  expect(
    sameRecommendations([
      { ...said, archive: 'a' },
      { ...said, archive: 'b' },
      { ...said, archive: 'c', recommendation: 'conditional', reasons: ['x'] },
    ]).map(({ recommendation, archives }) => [recommendation, archives]),
  ).toEqual([
    ['ready', ['a', 'b']],
    ['conditional', ['c']],
  ]);
});
