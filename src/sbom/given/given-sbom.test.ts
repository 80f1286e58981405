import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  nodeModule,
  pythonPackage,
} from '../../../test/support/catalogued.ts';
import { sbomFaults } from '../../../test/support/official-schemas.ts';
import type { FoundPackage, InventoriedImage } from '../inventory.ts';
import { renderSbom } from '../render-sbom.ts';
import { type SbomFormat, sbomFormats } from '../sbom-names.ts';
import { openGivenSbom } from './given-sbom.ts';

const tool = { name: 'maker', version: '1.2.3' };
const created = new Date('2026-08-25T12:00:00Z');
const inventory = await catalogued(
  [debian, dpkgStatus('libc6 2.36-9+deb12u4', 'base-files 12.4')],
  [
    pythonPackage('Jinja2', '3.1.6', 'License: BSD License\nRequires-Dist: MarkupSafe>=2.0'),
    pythonPackage('MarkupSafe', '3.0.4', 'License-Expression: BSD-3-Clause\nAuthor: A <a@b.c>'),
    nodeModule('@scope/a', '1.2.3', { license: 'MIT', homepage: 'https://a.example' }),
  ],
);
const image = imageOf(inventory.subject);
const given = (format: SbomFormat) =>
  openGivenSbom(renderSbom(inventory, format, tool, created), `a.${format}`);
const other = await catalogued([pythonPackage('six', '1')]);

function imageOf(subject: (typeof inventory)['subject']): InventoriedImage {
  if (subject.kind !== 'image') throw new Error('it is no image');
  return subject;
}

const short = ({ kind, name, version, purl, licences, dependsOn = [] }: FoundPackage) => ({
  ...{ kind, name, version, purl },
  // What is outside the list of SPDX, SPDX names in its own way.
  licences: licences.map(({ expression }) => expression).filter((each) => each !== ''),
  needs: dependsOn.filter((needed) => inventory.packages.some(({ purl: one }) => one === needed)),
});

describe('a given SBOM', () => {
  it.each(sbomFormats)('in %s tells the packages, the distribution and who made it', (format) => {
    const sbom = given(format);
    expect(sbom).toMatchObject({ format, tool, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(sbom.isAbout(image)).toBe(true);
    expect(sbom.isAbout(imageOf(other.subject))).toBe(false);
    const read = sbom.inventory(image);
    expect(read.packages.map(short)).toEqual(inventory.packages.map(short));
    expect(read).toMatchObject({ subject: image, distro: { id: 'debian', versionId: '12' } });
    for (const each of sbomFormats)
      expect(sbomFaults(each, renderSbom(read, each, tool, created))).toEqual([]);
  });

  it('knows what an SPDX document is about where its subject says so itself', () => {
    const document = JSON.parse(
      Buffer.from(renderSbom(inventory, 'spdx', tool, created)).toString(),
    );
    const { documentDescribes: _none, ...rest } = document;
    const relationships = document.relationships.map((each: Record<string, string>) =>
      each['relationshipType'] === 'DESCRIBES'
        ? {
            relationshipType: 'DESCRIBED_BY',
            spdxElementId: each['relatedSpdxElement'],
            relatedSpdxElement: each['spdxElementId'],
          }
        : each,
    );
    const turned = openGivenSbom(Buffer.from(JSON.stringify({ ...rest, relationships })), 'a');
    expect(turned.isAbout(image)).toBe(true);
    expect(turned.inventory(image).packages).toHaveLength(inventory.packages.length);
  });

  it.each(['cyclonedx', 'spdx'] as const)('in %s says nothing of what was left out', (format) => {
    expect(given(format).inventory(image).coverage).toMatchObject({ untold: true });
  });

  it.each([
    ['Tool: syft-1.51.0', { name: 'syft', version: '1.51.0' }],
    ['Tool: syft-', { name: 'syft', version: 'unknown' }],
    [
      'Tool: protobom-v0.0.0-2025 (devel)',
      { name: 'protobom-v0.0.0-2025 (devel)', version: 'unknown' },
    ],
    ['Person: A', { name: 'unknown', version: 'unknown' }],
  ])('made by %s', (creator, expected) => {
    const document = {
      spdxVersion: 'SPDX-2.3',
      creationInfo: { creators: ['Organization: B', creator] },
    };
    expect(openGivenSbom(Buffer.from(JSON.stringify(document)), 'a').tool).toEqual(expected);
  });

  it('keeps places in layers where the document tells them', () => {
    const [first] = given('cyclonedx').inventory(image).packages;
    expect(first?.locations).toMatchObject([{ path: '/var/lib/dpkg/status', primary: true }]);
    expect(inventory.packages[0]?.locations).toMatchObject(first?.locations ?? []);
    expect(given('spdx').inventory(image).packages[0]?.locations).toEqual([]);
  });

  it('of Zarf is about the image that has the config it names', () => {
    const document = JSON.parse(Buffer.from(renderSbom(inventory, 'syft', tool)).toString('utf8'));
    Object.assign(document.source.metadata, { manifestDigest: '', manifest: null });
    const sbom = openGivenSbom(Buffer.from(JSON.stringify(document)), 'zarf.json');
    expect(sbom.isAbout(image)).toBe(true);
    expect(sbom.isAbout(imageOf(other.subject))).toBe(false);
    expect(sbom.inventory(image).subject).toEqual(image);
  });

  it('gives a matcher what it needs of system packages, from their package URLs', () => {
    const component = (purl: string, version: string) => ({
      ...{ type: 'library', name: 'x', version, purl, 'bom-ref': purl },
    });
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { tools: [{ vendor: 'a', name: 'trivy', version: '0.60.0' }] },
      components: [
        component('pkg:deb/debian/x@1-1?arch=amd64&distro=debian-12&upstream=src%402-1', '1-1'),
        component('pkg:apk/alpine/x@1-r0?arch=x86_64&upstream=origin', '1-r0'),
        component(
          'pkg:rpm/rocky/x@1-2.el9?arch=x86_64&epoch=1&upstream=s-1-2.el9.src.rpm',
          '1-2.el9',
        ),
        component('pkg:maven/org.a/x@1', '1'),
        component('pkg:who/x@1', '1'),
      ],
    };
    const sbom = openGivenSbom(Buffer.from(JSON.stringify(document)), 'a.json');
    expect(sbom.tool).toEqual({ name: 'trivy', version: '0.60.0' });
    const read = sbom.inventory(image);
    expect(sbomFaults('syft', renderSbom(read, 'syft', tool))).toEqual([]);
    const { packages, distro } = read;
    expect(distro).toMatchObject({ id: 'debian', versionId: '12' });
    expect(packages).toMatchObject([
      { kind: 'deb', metadata: { source: 'src', sourceVersion: '2-1', architecture: 'amd64' } },
      { kind: 'apk', metadata: { originPackage: 'origin' } },
      {
        kind: 'rpm',
        metadata: { epoch: 1, version: '1', release: '2.el9', sourceRpm: 's-1-2.el9.src.rpm' },
      },
      { kind: 'other', foreignKind: 'java-archive' },
      { kind: 'other', foreignKind: 'UnknownPackage' },
    ]);
  });
});
