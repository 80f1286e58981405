import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  nodeModule,
  pythonPackage,
} from '../../test/support/catalogued.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { renderSbom } from './render-sbom.ts';
import { sbomFormats } from './sbom-names.ts';

const inventory = await catalogued(
  [
    debian,
    dpkgStatus('libc6 2.36-9+deb12u4', 'base-files 12.4'),
    {
      path: 'usr/share/doc/libc6/copyright',
      content:
        'Format: https://x\n\nFiles: *\nLicense: LGPL-2.1+ and BSD-3-Clause\n\nLicense: Odd one\n',
    },
  ],
  [
    pythonPackage('Jinja2', '3.1.6', 'License: BSD License\nRequires-Dist: MarkupSafe>=2.0'),
    pythonPackage(
      'MarkupSafe',
      '3.0.4',
      'License-Expression: BSD-3-Clause\nHome-page: not a URL <',
    ),
    nodeModule('@scope/a', '1.2.3', {
      license: '(MIT OR Apache-2.0)',
      homepage: 'https://a.example',
    }),
    { path: 'opt/app.jar', content: 'PK' },
  ],
);
const tool = { name: 'cowa-release', version: '1.0.0' };
const created = new Date('2026-08-25T12:00:00Z');
const textOf = (format: (typeof sbomFormats)[number]): string =>
  Buffer.from(renderSbom(inventory, format, tool, created)).toString('utf8');

describe('documents about an image', () => {
  it.each(sbomFormats)('%s is the same every time and ends in one newline', (format) => {
    expect(textOf(format)).toBe(textOf(format));
    expect(textOf(format)).toMatch(/[^\n]\n$/);
  });

  it.each(sbomFormats)('%s keeps to its official schema', (format) => {
    expect(sbomFaults(format, renderSbom(inventory, format, tool, created))).toEqual([]);
  });

  it('CycloneDX names image, packages, licences, places and what is missing', () => {
    const document = JSON.parse(textOf('cyclonedx'));
    expect(document.metadata).toMatchObject({
      timestamp: '2026-08-25T12:00:00Z',
      lifecycles: [{ phase: 'post-build' }],
      component: { type: 'container', version: inventory.subject.digest },
    });
    expect(document.compositions[0].aggregate).toBe('incomplete');
    expect(document.metadata.properties).toContainEqual({
      name: 'cowa-release:not-catalogued',
      value: 'Java archives: 1',
    });
    const byName = new Map(document.components.map((each: { name: string }) => [each.name, each]));
    expect(byName.get('libc6')).toMatchObject({
      version: '2.36-9+deb12u4',
      purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12',
      licenses: [
        {
          expression: '(LGPL-2.1-or-later AND BSD-3-Clause) AND LicenseRef-Odd-one',
          acknowledgement: 'declared',
        },
      ],
      supplier: { name: 'A Team <a@example.mil>' },
    });
    expect(byName.get('markupsafe')).not.toHaveProperty('externalReferences');
    const jinja = byName.get('jinja2') as { 'bom-ref': string };
    const markup = byName.get('markupsafe') as { 'bom-ref': string };
    expect(document.dependencies).toContainEqual({
      ref: jinja['bom-ref'],
      dependsOn: [markup['bom-ref']],
    });
  });

  it('the serial number follows from the content', () => {
    const { serialNumber } = JSON.parse(textOf('cyclonedx'));
    expect(serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const later = renderSbom(inventory, 'cyclonedx', tool, new Date('2026-08-26T00:00:00Z'));
    expect(JSON.parse(Buffer.from(later).toString('utf8')).serialNumber).not.toBe(serialNumber);
  });

  it('SPDX explains every licence outside the list, and every id is there', () => {
    const document = JSON.parse(textOf('spdx'));
    const defined = (document.hasExtractedLicensingInfos ?? []).map(
      (each: { licenseId: string }) => each.licenseId,
    );
    const used = [...textOf('spdx').matchAll(/"licenseDeclared": "([^"]*)"/g)].flatMap(
      ([, text = '']) => [...text.matchAll(/LicenseRef-[A-Za-z0-9.-]+/g)].map(([id]) => id),
    );
    expect(new Set(defined)).toEqual(new Set(used));
    const ids = new Set(document.packages.map((each: { SPDXID: string }) => each.SPDXID));
    for (const each of document.relationships) expect(ids).toContain(each.relatedSpdxElement);
    expect(document.documentNamespace).toMatch(/^urn:uuid:/);
    expect(document.creationInfo.comment).toContain('1 Java archive.');
  });

  it('Syft JSON has the members its readers need', () => {
    const document = JSON.parse(textOf('syft'));
    expect(document.source).toMatchObject({
      type: 'image',
      metadata: {
        manifestDigest: inventory.subject.digest,
        layers: inventory.subject.layers.map(({ diffId }) =>
          expect.objectContaining({ digest: diffId }),
        ),
        tags: ['registry.example.mil/app:1.0'],
      },
    });
    expect(document.distro).toMatchObject({ id: 'debian', versionID: '12' });
    expect(document.schema.url).toContain('anchore/syft');
    for (const artifact of document.artifacts)
      for (const member of ['id', 'locations', 'licenses', 'cpes', 'language', 'purl', 'foundBy'])
        expect(artifact).toHaveProperty(member);
    const ids = new Set(document.artifacts.map((each: { id: string }) => each.id));
    expect(ids.size).toBe(document.artifacts.length);
    for (const { parent, child, type } of document.artifactRelationships) {
      expect(ids).toContain(child);
      if (type !== 'contains') expect(ids).toContain(parent);
    }
  });
});
