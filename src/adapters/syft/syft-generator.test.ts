import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLayer, anImage } from '../../../test/support/an-image.ts';
import { debian, dpkgStatus } from '../../../test/support/catalogued.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { renderSbom } from '../../sbom/render-sbom.ts';
import { EmbeddedGenerator } from '../catalogers/embedded-generator.ts';
import { MemoryRecordStore } from '../memory/record-store.ts';
import { SyftGenerator } from './syft-generator.ts';

const run = { signal: new AbortController().signal };
const embedded = new EmbeddedGenerator('1.0.0', inProcessCompute(), new MemoryRecordStore());
const image = anImage([await aLayer([debian, dpkgStatus('libc6 2.36')])]);
const other = anImage([await aLayer([debian])]);
const said = async (about: typeof image): Promise<string> => {
  const [inventory] = await embedded.catalogue(about, run);
  if (inventory === undefined) throw new Error('no inventory');
  const bytes = renderSbom(inventory, 'syft', { name: 'syft', version: '1.51.0' });
  return Buffer.from(bytes).toString('utf8');
};
const identity = '{"application":"syft","version":"1.51.0"}';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-syft-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that answers like syft; `scan` runs with `layout` (the folder) and `output` (the file) known. */
async function aSyft(version: string, scan: string): Promise<string> {
  const path = join(folder, `syft-${count++}.cjs`);
  await writeFile(
    path,
    `#!${process.execPath}
const fs = require('node:fs');
if (process.argv[2] === 'version') { console.log(${JSON.stringify(version)}); process.exit(0); }
const layout = process.argv[3].slice('oci-dir:'.length);
const output = process.argv.at(-1).slice('syft-json='.length);
${scan}
`,
  );
  await chmod(path, 0o755);
  return path;
}

describe('a syft named by its path', () => {
  it('gets the image as a layout, no environment, and is known by its digest', async () => {
    const document = await said(image);
    const path = await aSyft(
      identity,
      `const index = JSON.parse(fs.readFileSync(layout + '/index.json', 'utf8'));
      const manifest = fs.readFileSync(layout + '/blobs/' + index.manifests[0].digest.replace(':', '/'));
      if (JSON.parse(manifest).layers.length !== 1 || process.env.PATH) process.exit(9);
      fs.writeFileSync(output, ${JSON.stringify(document)});`,
    );
    const generator = await SyftGenerator.open(path, embedded, run);
    expect(generator).toMatchObject({ name: 'syft', version: '1.51.0' });
    expect(generator.sha256).toMatch(/^[0-9a-f]{64}$/);
    const [inventory] = await generator.catalogue(image, run);
    expect(inventory?.subject).toMatchObject({ digest: image.root.digest });
    expect(inventory?.packages.map(({ name }) => name)).toEqual(['libc6']);
  });

  it('names itself by its digest where it does not know its version', async () => {
    const path = await aSyft('{"application":"syft","version":"[not provided]"}', '');
    const { version, sha256 } = await SyftGenerator.open(path, embedded, run);
    expect(version).toBe(`sha256-${sha256.slice(0, 12)}`);
  });

  it('leaves files that lie in no image to our own catalogers', async () => {
    const generator = await SyftGenerator.open(await aSyft(identity, ''), embedded, run);
    const [layer] = image.blobs.filter(({ role }) => role === 'layer');
    if (layer === undefined) throw new Error('no layer');
    expect((await generator.catalogueFiles('x', layer, run)).packages).toHaveLength(1);
  });

  it.each([
    ['one that fails', 'console.error("no"); process.exit(3);', 'SYFT_FAILED'],
    ['one that never ends', 'setInterval(() => 0, 1000);', 'SYFT_TIMEOUT'],
  ])('refuses %s', async (_name, scan, code) => {
    const path = await aSyft(identity, scan);
    const generator = await SyftGenerator.open(path, embedded, run, 3000);
    await expect(generator.catalogue(image, run)).rejects.toMatchObject({ code });
  });

  it('refuses a list of another image', async () => {
    const path = await aSyft(
      identity,
      `fs.writeFileSync(output, ${JSON.stringify(await said(other))});`,
    );
    const generator = await SyftGenerator.open(path, embedded, run);
    await expect(generator.catalogue(image, run)).rejects.toMatchObject({
      code: 'SYFT_OTHER_IMAGE',
    });
  });

  it.each([
    ['a folder', () => Promise.resolve(folder)],
    ['another program', () => aSyft('{"application":"other","version":"1"}', '')],
    ['one that does not say what it is', () => aSyft('hello', '')],
    [
      'what is no program',
      async () => {
        const path = join(folder, 'text');
        await writeFile(path, 'x');
        return path;
      },
    ],
  ])('refuses %s', async (_name, path) => {
    await expect(SyftGenerator.open(await path(), embedded, run)).rejects.toMatchObject({
      code: 'SYFT_UNUSABLE',
    });
  });
});
