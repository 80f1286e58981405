import { expect, it } from 'vitest';
import { aDigest, aDossier } from '../../../test/support/a-dossier.ts';
import { sbomGaps } from './sbom-gaps.ts';

const images = aDossier().contents.images.slice(0, 1);
const sbom = { document: 'files.json', digest: aDigest('files'), gaps: ['1 file'], packages: [] };
const files = { archive: 'bundle.tar.zst', package: 'demo', component: 'model', sbom };

it('counts a list once that a bundle carries again, and two lists of one thing twice', () => {
  const again = { ...files, archive: 'package.tar.zst' };
  const other = { ...again, sbom: { ...sbom, digest: aDigest('other files') } };
  expect(sbomGaps({ images, files: [files, again] })).toMatchObject({
    of: 2,
    partial: [{ name: 'demo/model' }],
  });
  expect(sbomGaps({ images, files: [files, other] }).partial).toHaveLength(2);
});
