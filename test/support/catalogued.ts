import { EmbeddedGenerator } from '../../src/adapters/catalogers/embedded-generator.ts';
import { MemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import type { Inventory } from '../../src/sbom/inventory.ts';
import { aLayer, anImage, type LayerFile } from './an-image.ts';

/** The inventory of an image whose layers hold these files, lowest first. */
export async function catalogued(...layers: readonly (readonly LayerFile[])[]): Promise<Inventory> {
  const image = anImage(await Promise.all(layers.map(aLayer)));
  const generator = new EmbeddedGenerator('1.0.0', inProcessCompute(), new MemoryRecordStore());
  const [inventory] = await generator.catalogue(image, { signal: new AbortController().signal });
  if (inventory === undefined) throw new Error('it is no image');
  return inventory;
}

/** `name version` of every package, in order. */
export function namesIn({ packages }: Inventory): readonly string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

export const debian: LayerFile = {
  path: 'etc/os-release',
  content: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
};

/** A `status` file with these packages installed. */
export function dpkgStatus(...packages: readonly string[]): LayerFile {
  return {
    path: 'var/lib/dpkg/status',
    content: packages
      .map((each) => {
        const [name = '', version = ''] = each.split(' ');
        return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: A Team <a@example.mil>\nVersion: ${version}\nDescription: ${name} of a test\n`;
      })
      .join('\n'),
  };
}

/** The metadata of an installed distribution. */
export function pythonPackage(
  name: string,
  version: string,
  more = '',
  folder = 'usr/lib/python3/site-packages',
): LayerFile {
  return {
    path: `${folder}/${name}-${version}.dist-info/METADATA`,
    content: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${more}\n\ntext: no header\n`,
  };
}

/** The `package.json` of an installed module. */
export function nodeModule(
  name: string,
  version: string,
  more: Readonly<Record<string, unknown>> = {},
  folder = 'app/node_modules',
): LayerFile {
  return {
    path: `${folder}/${name}/package.json`,
    content: JSON.stringify({ name, version, ...more }),
  };
}
