import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { sbomFaults } from '../../test/support/official-schemas.ts';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryOutputFolder } from '../adapters/memory/output-folder.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { type ExportRequest, exportSboms } from './export-sboms.ts';

const run = { signal: new AbortController().signal };
const [carried] = aPackage().image().facts().packages[0]?.images?.roots[0]?.manifests ?? [];
const manifest = carried?.descriptor.digest ?? '';
const layer = carried?.diffIds?.[0] ?? '';
const config = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [layer] },
});
const changed = JSON.stringify({ ...JSON.parse(config), created: '2026-01-01T00:00:00Z' });

/** As Zarf writes it: an empty manifest, the config, and its digest. */
const byConfig = (bytes: string, imageID: string = digestOf(Buffer.from(bytes))): string =>
  JSON.stringify({
    artifacts: [],
    artifactRelationships: [],
    source: {
      id: hexOf(digestOf(Buffer.from(layer))),
      name: 'docker.io/library/demo',
      version: '1.0',
      type: 'image',
      metadata: {
        userInput: 'docker.io/library/demo:1.0',
        imageID,
        manifestDigest: '',
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        layers: [{ mediaType: 'x', digest: layer, size: 3 }],
        manifest: null,
        config: Buffer.from(bytes).toString('base64'),
        architecture: '',
        os: '',
      },
    },
    distro: {},
    descriptor: { name: 'zarf', version: 'v0.84.0' },
    schema: { version: '16.1.10', url: 'https://github.com/anchore/syft/schema.json' },
  });

async function exported(document: string, images: readonly string[] = []) {
  const { fileName, bytes } = aPackage()
    .image()
    .with('sboms.tar', tarOf(tarFile('demo.json', document)))
    .archive();
  const archive = await new MemoryArchiveSource({ [fileName]: bytes }).open(fileName);
  const output = new MemoryOutputFolder('out');
  const request: ExportRequest = {
    archive,
    formats: ['cyclonedx', 'spdx', 'syft'],
    levels: ['image'],
    images,
    programVersion: '1.0.0',
  };
  const written = await exportSboms(request, { compute: inProcessCompute(), output }, run);
  const read = (name: string) => JSON.parse(Buffer.from(bytesOf(name)).toString('utf8'));
  const bytesOf = (name: string) => output.files.get(`out/${name}`) ?? new Uint8Array(0);
  return { written, cyclonedx: read('demo.cdx.json'), spdx: read('demo.spdx.json'), bytesOf };
}

describe('SBOMs of Zarf, which name the config of an image and no manifest', () => {
  it('are about the image of the package that has this config', async () => {
    const { written, cyclonedx, spdx, bytesOf } = await exported(byConfig(config), [manifest]);
    expect(written).toMatchObject([{ bound: true }, { bound: true }, { bound: true }]);
    expect(cyclonedx.metadata.component).toMatchObject({
      type: 'container',
      version: manifest,
      purl: expect.stringContaining(manifest),
    });
    expect(spdx.packages[0].checksums[0].checksumValue).toBe(manifest.slice(7));
    expect(Buffer.from(bytesOf('demo.json')).toString('utf8')).toBe(byConfig(config));
  });

  it('name the config where the package does not hold the image, and no package URL', async () => {
    const { written, cyclonedx, spdx, bytesOf } = await exported(byConfig(changed));
    expect(written).toMatchObject([{ bound: false }, { bound: false }, { bound: false }]);
    expect(sbomFaults('cyclonedx', bytesOf('demo.cdx.json'))).toEqual([]);
    expect(sbomFaults('spdx', bytesOf('demo.spdx.json'))).toEqual([]);
    const { component } = cyclonedx.metadata;
    expect(component).toMatchObject({ version: digestOf(Buffer.from(changed)) });
    expect(component).not.toHaveProperty('purl');
    expect(spdx.packages[0]).not.toHaveProperty('externalRefs');
  });

  it.each([
    ['another config than they name', byConfig(config, `sha256:${'1'.repeat(64)}`)],
    ['no digest', byConfig(config, 'demo')],
    ['no config', byConfig('', manifest)],
    ['a config that is none', byConfig('x')],
  ])('are refused with %s', async (_name, document) => {
    await expect(exported(document)).rejects.toMatchObject({ code: 'SBOM_DOCUMENT_INVALID' });
  });
});
