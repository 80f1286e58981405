import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  nodeModule,
  pythonPackage,
} from '../../test/support/catalogued.ts';
import { parseSyft } from './parse-syft.ts';
import { renderSbom } from './render-sbom.ts';
import { sbomFormats } from './sbom-names.ts';

const tool = { name: 'cowa-release', version: '1.0.0' };
const created = new Date('2026-08-25T12:00:00Z');
const inventory = await catalogued(
  [debian, dpkgStatus('libc6 2.36-9+deb12u4', 'base-files 12.4')],
  [
    pythonPackage('Jinja2', '3.1.6', 'License: BSD License\nRequires-Dist: MarkupSafe>=2.0'),
    pythonPackage('MarkupSafe', '3.0.4', 'License-Expression: BSD-3-Clause\nAuthor: A <a@b.c>'),
    nodeModule('@scope/a', '1.2.3', { license: 'MIT', homepage: 'https://a.example' }),
    { path: 'usr/lib/libcudart.so.12', content: '\u007fELF' },
    { path: 'opt/app.jar', content: 'PK' },
  ],
);
const syft = renderSbom(inventory, 'syft', tool, created);
const changed = (change: (document: Record<string, unknown>) => object): Buffer =>
  Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(syft).toString('utf8')))));

describe('a Syft document read back', () => {
  it.each(sbomFormats)('gives the same bytes as %s', (format) => {
    const read = parseSyft(syft, 'a.json');
    expect(read.tool).toEqual(tool);
    expect(
      Buffer.from(renderSbom(read.inventory, format, read.tool, created)).toString('utf8'),
    ).toBe(Buffer.from(renderSbom(inventory, format, tool, created)).toString('utf8'));
  });

  it('understands one of another program, and says that nobody tells what it left out', () => {
    const foreign = changed((document) => ({
      ...document,
      descriptor: { name: 'syft', version: '1.51.0' },
      artifacts: [
        {
          id: '1',
          name: 'log4j-core',
          version: '2.17.1',
          type: 'java-archive',
          foundBy: 'java-archive-cataloger',
          locations: [{ path: '/app.jar', accessPath: '/app.jar' }],
          licenses: [{ value: 'Apache License 2.0', spdxExpression: '' }],
          language: 'java',
          cpes: [],
          purl: 'pkg:maven/log4j-core@2.17.1',
        },
      ],
      artifactRelationships: [],
    }));
    const { inventory: read, tool: maker } = parseSyft(foreign, 'a.json');
    expect(maker).toEqual({ name: 'syft', version: '1.51.0' });
    expect(read.coverage).toMatchObject({ untold: true });
    expect(read.packages).toMatchObject([
      { kind: 'other', foreignKind: 'java-archive', cataloger: 'java-archive-cataloger' },
    ]);
    const converted = renderSbom(read, 'cyclonedx', { ...maker, converter: tool }, created);
    const document = JSON.parse(Buffer.from(converted).toString('utf8'));
    expect(document.compositions[0].aggregate).toBe('unknown');
    expect(document.metadata.tools.components).toMatchObject([{ name: 'syft' }, tool]);
    const spdx = renderSbom(read, 'spdx', { ...maker, converter: tool }, created);
    expect(JSON.parse(Buffer.from(spdx).toString('utf8')).creationInfo).toMatchObject({
      creators: ['Tool: syft-1.51.0', 'Tool: cowa-release-1.0.0'],
      comment:
        'SBOM Type: Analyzed. What was not looked into, the program that made the list does not say. Its author is unknown.',
    });
  });

  it('reads one about files, of which nobody names a digest', () => {
    const files = changed((document) => ({
      ...document,
      source: { id: '1', name: '/tmp/x', version: '', type: 'directory', metadata: {} },
    }));
    expect(parseSyft(files, 'a.json').inventory.subject).toMatchObject({
      kind: 'files',
      reference: '/tmp/x',
    });
  });

  it.each([
    ['another format', renderSbom(inventory, 'cyclonedx', tool, created), 'it is cyclonedx'],
    ['no JSON', Buffer.from('{'), 'line 1'],
    [
      'a manifest that is not the one it names',
      changed((document) => ({
        ...document,
        source: { type: 'image', metadata: { manifest: '', manifestDigest: 'sha256:1' } },
      })),
      'the manifest in it is not the one it names',
    ],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => parseSyft(bytes, 'a.json')).toThrow(
      expect.objectContaining({
        code: 'SBOM_DOCUMENT_INVALID',
        message: expect.stringContaining(message),
      }),
    );
  });
});
