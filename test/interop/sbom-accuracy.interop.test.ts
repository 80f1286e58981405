import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedGenerator } from '../../src/adapters/catalogers/embedded-generator.ts';
import { FsWorkspace } from '../../src/adapters/fs/workspace.ts';
import { folderFiles } from '../../src/adapters/layout/layout-files.ts';
import { listImages } from '../../src/adapters/layout/list-images.ts';
import { OciLayoutSource } from '../../src/adapters/layout/oci-layout-source.ts';
import { MemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { SyftGenerator } from '../../src/adapters/syft/syft-generator.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import type { ResolvedImage } from '../../src/ports/image-source.ts';
import type { FoundPackage, Inventory } from '../../src/sbom/inventory.ts';
import { aLayer, anImage } from '../support/an-image.ts';
import { debian, dpkgStatus, nodeModule, pythonPackage } from '../support/catalogued.ts';

// Packages as the syft that COWA_SYFT names finds them; last tried with v1.51.0. COWA_SBOM_IMAGES may name a
// folder with OCI layouts of real images beside those made here.
const path = process.env['COWA_SYFT'] ?? '';
const layouts = process.env['COWA_SBOM_IMAGES'] ?? '';
const run = { signal: new AbortController().signal };
const kinds: readonly string[] = ['deb', 'apk', 'rpm', 'python', 'npm', 'go-module'];

const made: Readonly<Record<string, () => Promise<ResolvedImage>>> = {
  'packages of a distribution, Python and Node': async () =>
    anImage([
      await aLayer([debian, dpkgStatus('libc6 2.36-9+deb12u4', 'perl 5.36.0-7')]),
      await aLayer([
        pythonPackage('Jinja2', '3.1.6'),
        nodeModule('@scope/a', '1.2.3'),
        nodeModule('b', '2.0.0', {}, 'app/node_modules/@scope/a/node_modules'),
      ]),
    ]),
  'what a later layer took away or replaced': async () =>
    anImage([
      await aLayer([debian, dpkgStatus('libc6 2.36-9'), pythonPackage('six', '1.15.0')]),
      await aLayer([
        dpkgStatus('libc6 2.36-10'),
        { path: 'usr/lib/python3/site-packages/.wh.six-1.15.0.dist-info' },
        pythonPackage('six', '1.16.0'),
      ]),
    ]),
};

/** What a matcher of vulnerabilities looks at; a version nobody gave is spelt in many ways. */
function keyOf({ kind, name, version, metadata }: FoundPackage): string {
  const source = [metadata['source'], metadata['originPackage'], metadata['sourceRpm']];
  const plain = ['UNKNOWN', '(devel)'].includes(version) ? '' : version;
  return [kind, name, plain, ...source.map((each) => (typeof each === 'string' ? each : ''))].join(
    ' ',
  );
}

/** Of what this program covers; without a version nothing can be matched. */
function matched({ packages }: Inventory): ReadonlySet<string> {
  return new Set(
    packages
      .filter(({ kind, version }) => kinds.includes(kind) && !['', 'UNKNOWN'].includes(version))
      .map(keyOf),
  );
}

describe.skipIf(path === '')(
  `packages of images${path === '' ? ' (skipped: COWA_SYFT names no syft)' : ''}`,
  () => {
    const ours = new EmbeddedGenerator('1.0.0', inProcessCompute(), new MemoryRecordStore());
    let theirs: SyftGenerator;
    beforeAll(async () => {
      theirs = await SyftGenerator.open(path, ours, run);
    });

    async function compare(image: ResolvedImage): Promise<void> {
      const [own] = await ours.catalogue(image, run);
      const [other] = await theirs.catalogue(image, run);
      if (own === undefined || other === undefined) throw new Error('no container image');
      const [found, expected] = [matched(own), matched(other)];
      expect([...expected].filter((key) => !found.has(key))).toEqual([]);
      const more = [...found].filter((key) => !expected.has(key));
      expect(more.length).toBeLessThanOrEqual(Math.floor(found.size / 100));
      expect(own.distro?.id).toBe(other.distro?.id);
    }

    it.each(Object.entries(made))('are the same: %s', async (_name, image) => {
      await compare(await image());
    });

    it.skipIf(layouts === '')('are the same in every layout of a folder', async () => {
      for (const name of (await readdir(layouts)).sort()) {
        const files = await folderFiles(join(layouts, name), new FsWorkspace('/'));
        const { references } = await listImages(files, run);
        const source = new OciLayoutSource(join(layouts, name), async () => files);
        for (const reference of references) {
          const image = await source.resolve(
            reference,
            { architecture: 'amd64', os: 'linux' },
            run,
          );
          if (image !== undefined) await compare(image);
        }
      }
    });
  },
);
