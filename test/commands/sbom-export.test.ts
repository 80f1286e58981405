import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { describe, expect, it } from 'vitest';
import SbomExport from '../../src/commands/sbom/export.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { demoRelease, root } from '../support/demo-release.ts';
import { sbomFaults } from '../support/official-schemas.ts';

const at = demoRelease('cpu');
const run = (...args: readonly string[]) =>
  captureOutput(() => SbomExport.run([...args], { root }));
const all = ['--format', 'cyclonedx', '--format', 'spdx', '--format', 'syft'];

describe('sbom export', () => {
  it('gives the bytes that lie beside the archives, of bundle, packages and images', async () => {
    const dist = at('dist', 'cpu');
    const names = await readdir(dist);
    const archives = names.filter((name) => name.endsWith('.tar.zst'));
    expect(archives).toHaveLength(3);
    for (const archive of archives) {
      const { error } = await run(join(dist, archive), ...all, '--out', at('all'));
      expect(error).toBeUndefined();
    }
    const bundled = archives.find((name) => name.startsWith('uds-bundle')) ?? '';
    await run(join(dist, bundled), ...all, '--out', at('bundled'));
    expect(await readdir(at('bundled'))).toEqual(await readdir(at('all')));
    const beside = names.filter((name) => /\.(?:cdx|spdx)\.json$/.test(name));
    expect(beside).toHaveLength(12);
    for (const name of beside)
      expect([name, await readFile(at('all', name), 'utf8')]).toEqual([
        name,
        await readFile(join(dist, name), 'utf8'),
      ]);
    const bundle = beside.find((name) => /^uds-bundle.*cdx/.test(name)) ?? '';
    const bytes = await readFile(join(dist, bundle));
    expect(sbomFaults('cyclonedx', bytes)).toEqual([]);
    const { components } = JSON.parse(bytes.toString('utf8'));
    const images = components.flatMap((each: { components: object[] }) =>
      each.components.filter((item) => 'type' in item && item.type === 'container'),
    );
    expect(images).toMatchObject([
      { externalReferences: [{ type: 'bom', url: expect.stringMatching(/^urn:cdx:.*\/1$/) }] },
      { externalReferences: [{ type: 'bom' }] },
    ]);
    const sums = await readFile(join(dist, 'SHA256SUMS'), 'utf8');
    for (const name of beside) expect(sums).toContain(`  ${name}\n`);
  }, 60_000);

  it('takes one image, answers as its schema says, and refuses what is not there', async () => {
    const dist = at('dist', 'cpu');
    const archive = (await readdir(dist)).find((name) => /^zarf-package-cow.*zst$/.test(name));
    const image = 'registry.example.com/cowabungaai-demo/cowabunga-api:0.1.0';
    const only = ['--image', image, '--out', at('one')];
    const { stdout } = await run(join(dist, archive ?? ''), ...only, '--output', 'json');
    const result = JSON.parse(stdout);
    expect(schemaFaults('sbom-export-result', result)).toEqual([]);
    expect(result.documents).toMatchObject([{ level: 'image', subject: image, bound: true }]);
    const missing = await run(join(dist, archive ?? ''), '--image', 'x', '--out', at('one'));
    expect(missing.error).toMatchObject({ code: 'SBOM_EXPORT_EMPTY' });
    const input = await run('-', '--out', at('one'));
    expect(input.error).toMatchObject({ code: 'SBOM_EXPORT_STDIN' });
    const cut = await run(join(dist, 'SHA256SUMS'), '--out', at('one'));
    expect(cut.error).toBeDefined();
  }, 60_000);
});
