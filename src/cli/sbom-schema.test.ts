import { describe, expect, it } from 'vitest';
import { catalogued, debian, dpkgStatus } from '../../test/support/catalogued.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import { judgeBySchema } from './sbom-schema.ts';

const tool = { name: 'maker', version: '1.2.3' };
const inventory = await catalogued([debian, dpkgStatus('libc6 2.36-9')]);
const document = JSON.parse(
  Buffer.from(renderSbom(inventory, 'spdx', tool, new Date(0))).toString('utf8'),
);
const withPackage = (more: object) => ({
  ...document,
  packages: document.packages.map((each: object) => ({ ...each, ...more })),
});
const faults = async (of: object) => (await judgeBySchema(of, 'spdx', '2.3'))?.faults.length ?? 0;

describe('our shape of SPDX', () => {
  it('takes what the official schema takes', async () => {
    expect(sbomFaults('spdx', Buffer.from(JSON.stringify(document)))).toEqual([]);
    expect(await faults(document)).toBe(0);
    expect(await faults(withPackage({ primaryPackagePurpose: 'OPERATING-SYSTEM' }))).toBe(0);
  });

  it.each([
    ['nobody who made it', { ...document, creationInfo: undefined }],
    ['another licence of the list itself', { ...document, dataLicense: 3 }],
    ['a package without a name', withPackage({ name: undefined })],
    ['a package from nowhere', withPackage({ downloadLocation: undefined })],
    ['a purpose nobody knows', withPackage({ primaryPackagePurpose: 'TOY' })],
    [
      'a digest nobody knows',
      withPackage({ checksums: [{ algorithm: 'CRC', checksumValue: '0' }] }),
    ],
    [
      'a reference of no category',
      withPackage({
        externalRefs: [
          { referenceCategory: 'X', referenceType: 'purl', referenceLocator: 'pkg:a/b' },
        ],
      }),
    ],
    ['files that are perhaps looked into', withPackage({ filesAnalyzed: 'maybe' })],
    [
      'a relation nobody knows',
      {
        ...document,
        relationships: [
          { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'LIKES', relatedSpdxElement: 'a' },
        ],
      },
    ],
  ])('refuses, as the official one does, %s', async (_what, bad) => {
    expect(sbomFaults('spdx', Buffer.from(JSON.stringify(bad)))).not.toEqual([]);
    expect(await faults(bad)).toBeGreaterThan(0);
  });
});
