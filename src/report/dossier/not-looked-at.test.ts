import { describe, expect, it } from 'vitest';
import { aDigest, aDossier, someContents } from '../../../test/support/a-dossier.ts';
import { aFinding, aVerifyReport } from '../../../test/support/a-verify-report.ts';
import type { Finding } from '../../checks/check.ts';

const judged = (findings: readonly Finding[]) => aVerifyReport(findings, { name: 'demo.tar.zst' });
const told = (change: Parameters<typeof aDossier>[0], id: string) =>
  aDossier(change).notLookedAt.filter((each) => each.id === id);

describe('what was not looked at', () => {
  it('holds each check that could not decide, once, and no other', () => {
    const [a, b] = ['a', 'b'].map((name) =>
      aFinding('oci/layout', { outcome: 'undecided', message: name }),
    );
    const other = aFinding('signature/package', { outcome: 'pass' });
    const failed = aFinding('checksums/complete', { outcome: 'fail' });
    const result = judged([a, b, other, failed].flatMap((each) => each ?? []));
    expect(told({ result }, 'undecided')).toEqual([
      expect.objectContaining({ why: 'images/index.json: a (and 1 more)' }),
    ]);
  });

  it('ends after twenty of a kind, and says how many more there are', () => {
    const unread = (count: number) =>
      told(
        {
          seen: [
            {
              ...someContents(),
              unread: Array.from({ length: count }, (_, each) => ({
                what: `chart ${each}`,
                reason: 'template',
              })),
            },
          ],
        },
        'deployment',
      );
    expect(unread(20)).toHaveLength(20);
    expect(unread(22)).toHaveLength(21);
    expect(unread(22).at(-1)?.what).toBe('2 more files that could not be rendered');
  });

  it.each([
    ['images', [], '1 of 1 images'],
    ['images and sets of files', [{ gaps: [] }], '1 of 2 images and sets of files'],
  ] as const)('counts lists that are not whole among %s', (_what, files, words) => {
    const seen = someContents();
    const [image] = seen.images;
    if (image?.sbom === undefined) throw new Error('no list');
    const { gaps: _none, ...silent } = image.sbom;
    const of = (sbom: typeof image.sbom) =>
      told(
        {
          seen: [
            {
              ...seen,
              images: [{ ...image, sbom }],
              files: files.map((each) => ({
                ...{ archive: 'a', package: 'demo', component: 'model' },
                sbom: { document: 'm.json', digest: aDigest('m'), packages: [], ...each },
              })),
            },
          ],
        },
        'inventory',
      ).map(({ what }) => what);
    expect(of({ ...image.sbom, gaps: ['1 jar'] })).toEqual([`Some contents of ${words}`]);
    expect(of(silent)).toEqual([`Whether the lists of contents of ${words} are complete`]);
    expect(of({ ...image.sbom, gaps: [] })).toEqual([]);
  });

  it('names archives that were not rendered, and no others', () => {
    const seen = [someContents('a'), { ...someContents('b'), rendered: false }];
    expect(told({ seen }, 'deployment').map(({ what }) => what)).toEqual([
      'What b.tar.zst would deploy, and what it may do there',
    ]);
  });
});
