import { describe, expect, it } from 'vitest';
import { aMachine, assemble, run } from '../../test/support/assemble-in-memory.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { EmbeddedGenerator } from '../adapters/catalogers/embedded-generator.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryOutputFolder } from '../adapters/memory/output-folder.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import { object, objects } from '../support/lenient-json.ts';
import { exportSboms } from './export-sboms.ts';

const sha256 = 'ab'.repeat(32);

/** Finds what the embedded catalogers find in images, under another name. */
function named(files: SbomGenerator): SbomGenerator {
  return {
    name: 'syft',
    version: '1.51.0',
    sha256,
    files,
    revision: 'syft',
    catalogue: (image, within) => files.catalogue(image, within),
    catalogueFiles: () => Promise.reject(new Error('files are for the other one')),
  };
}

const formatOf = (name: string) =>
  name.endsWith('.cdx.json') ? 'cyclonedx' : name.endsWith('.spdx.json') ? 'spdx' : 'syft';

describe('a release whose packages another program found', () => {
  it('names both programs in documents, and sbom export gives their bytes', async () => {
    const machine = aMachine();
    const files = new EmbeddedGenerator('0.0.0', inProcessCompute(), machine.caches.records);
    const { steps } = await assemble({ machine, ports: { sbomGenerator: named(files) } });
    expect(steps.flatMap(({ error }) => error ?? [])).toEqual([]);
    const beside = machine.outputs.get('gpu')?.files ?? new Map<string, Uint8Array>();
    const toolsOf = (part: string): unknown => {
      const [, bytes = new Uint8Array()] =
        [...beside].find(([path]) => path.includes(part) && path.endsWith('.cdx.json')) ?? [];
      const { metadata } = object(JSON.parse(Buffer.from(bytes).toString('utf8')));
      return objects(object(object(metadata)['tools'])['components']);
    };
    expect(toolsOf('/example.com_api_1')).toMatchObject([
      { name: 'syft', version: '1.51.0', hashes: [{ content: sha256 }] },
      { name: 'cowa-release', version: '0.0.0' },
    ]);
    expect(toolsOf('/zarf-component-')).toMatchObject([{ name: 'cowa-release' }]);
    const output = new MemoryOutputFolder('out');
    const everything = Object.fromEntries(beside);
    for (const path of Object.keys(everything).filter((name) => name.endsWith('.tar.zst')))
      await exportSboms(
        {
          archive: await new MemoryArchiveSource(everything).open(path),
          formats: ['cyclonedx', 'spdx', 'syft'],
          levels: ['image', 'package', 'bundle'],
          images: [],
          programVersion: '0.0.0',
        },
        { compute: inProcessCompute(), output },
        run,
      );
    const written = new Map(
      [...output.files].map(([path, bytes]) => [
        path.replace(/^.*\//, ''),
        Buffer.from(bytes).toString('utf8'),
      ]),
    );
    // Every kind of document there is: of images, of files, of packages, of the bundle.
    for (const [name, text] of written)
      expect([name, sbomFaults(formatOf(name), Buffer.from(text))]).toEqual([name, []]);
    const documents = [...beside].filter(([path]) => /\.(?:cdx|spdx)\.json$/.test(path));
    expect(documents).toHaveLength(12);
    for (const [path, bytes] of documents) {
      const name = path.replace(/^.*\//, '');
      expect([name, written.get(name)]).toEqual([name, Buffer.from(bytes).toString('utf8')]);
    }
  });
});
