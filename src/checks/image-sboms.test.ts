import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { keptDocument, withSboms } from '../../test/support/sbom-documents.ts';
import { listedPackages } from '../sbom/packaged-sbom.ts';
import type { ArchiveFacts } from './facts.ts';
import { type ImageSbom, imageSboms } from './image-sboms.ts';

const draft = () => aPackage().image().with('sboms.tar', 'x');
const manifest = draft().facts().packages[0]?.images?.roots[0]?.manifests[0]?.descriptor.digest;
const about = manifest === undefined ? {} : { manifest };

function found(facts: ArchiveFacts): readonly ImageSbom[] {
  return facts.packages.flatMap(imageSboms);
}

describe('the SBOM of an image', () => {
  it('is the document about its manifest, with the packages in it', () => {
    const facts = withSboms(draft().facts(), [
      keptDocument({ manifest: `sha256:${'f'.repeat(64)}` }, [['other', '1', 'deb', '', []]]),
      keptDocument(about, [['libc6', '2.36', 'deb', 'pkg:deb/libc6@2.36', ['MIT']]]),
    ]);
    const [image, ...others] = found(facts);
    expect(others).toEqual([]);
    expect(image).toMatchObject({
      name: 'docker.io/library/demo:1.0',
      image: { descriptor: { digest: manifest } },
      sbom: { path: '1.json', count: 1 },
    });
    expect(image?.sbom === undefined ? [] : listedPackages(image.sbom)).toEqual([
      {
        name: 'libc6',
        version: '2.36',
        type: 'deb',
        purl: 'pkg:deb/libc6@2.36',
        licences: ['MIT'],
      },
    ]);
  });

  it.each([
    ['nothing is known where there are none', aPackage().image().facts(), undefined],
    ['it is missing where all were seen', withSboms(draft().facts(), []), undefined],
    [
      'nobody knows where one cannot be read',
      withSboms(draft().facts(), [Buffer.from('{\n')]),
      '1 documents cannot be read',
    ],
    [
      'nobody knows where one says too much',
      withSboms(draft().facts(), { tooLarge: ['a.json'] }),
      '1 documents say more about their image than is kept',
    ],
    [
      'nobody knows where the tar ends early',
      withSboms(draft().facts(), { fault: 'it ends early' }),
      'it ends early',
    ],
    [
      'nobody knows where it is another tar',
      withSboms(draft().facts(), undefined),
      'sboms.tar is no flat tar that this program reads',
    ],
  ])('%s', (_name, facts, because) => {
    const [image] = found(facts);
    expect(image?.sbom).toBeUndefined();
    expect(image?.because).toBe(because);
  });
});
