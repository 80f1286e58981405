import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mediaTypes, plain } from '../../oci/descriptor.ts';
import type { BlobSource } from '../../ports/blob-store.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import { imageBlob, inventoriedImages } from '../../ports/inventoried-images.ts';
import type { SbomGenerator } from '../../ports/sbom-generator.ts';
import type { InventoriedImage, Inventory } from '../../sbom/inventory.ts';
import { parseSyft } from '../../sbom/parse-syft.ts';
import type { Run } from '../../support/run.ts';
import { type NamedSyft, openSyft, runSyft } from './run-syft.ts';
import { SyftError } from './syft-error.ts';

/**
 * A syft named by its path: it gets each image as an OCI layout in a folder of its own, which goes away.
 * Files that lie in no image are listed by the catalogers of this program.
 */
export class SyftGenerator implements SbomGenerator {
  readonly name = 'syft';
  readonly version: string;
  readonly revision: string;
  /** Of the program, hex. */
  readonly sha256: string;
  readonly files: SbomGenerator;
  readonly #syft: NamedSyft;

  constructor(syft: NamedSyft, files: SbomGenerator) {
    this.version = syft.version;
    this.sha256 = syft.sha256;
    this.revision = `syft ${syft.sha256} ${files.revision}`;
    this.#syft = syft;
    this.files = files;
  }

  /**
   * @param files lists what lies in no image
   * @throws SyftError SYFT_UNUSABLE, SYFT_TIMEOUT, SYFT_FAILED
   */
  static async open(
    path: string,
    files: SbomGenerator,
    run: Run,
    timeoutMs?: number,
  ): Promise<SyftGenerator> {
    return new SyftGenerator(await openSyft(path, run, timeoutMs), files);
  }

  /** @throws SyftError all codes; SbomError SBOM_DOCUMENT_INVALID */
  async catalogue(image: ResolvedImage, run: Run): Promise<readonly Inventory[]> {
    const found: Inventory[] = [];
    for (const subject of await inventoriedImages(image, run)) {
      const folder = await mkdtemp(join(tmpdir(), 'cowa-syft-'));
      try {
        await writeLayout(folder, subject, image, run);
        const output = join(folder, 'syft.json');
        const args = [
          'scan',
          `oci-dir:${join(folder, 'layout')}`,
          '-q',
          '-o',
          `syft-json=${output}`,
        ];
        await runSyft(this.#syft, args, folder, run);
        const { inventory } = parseSyft(await readFile(output), `the output of ${this.#syft.path}`);
        if (inventory.subject.digest !== subject.digest)
          throw new SyftError(
            'SYFT_OTHER_IMAGE',
            `${this.#syft.path} was given ${subject.digest} and wrote about ${inventory.subject.digest}`,
          );
        found.push({ ...inventory, subject });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
    return found;
  }

  catalogueFiles(name: string, tar: BlobSource, run: Run): Promise<Inventory> {
    return this.files.catalogueFiles(name, tar, run);
  }
}

/** One image, as the layout that every OCI tool reads. */
async function writeLayout(
  folder: string,
  { manifest, config, layers }: InventoriedImage,
  image: ResolvedImage,
  run: Run,
): Promise<void> {
  const layout = join(folder, 'layout');
  const written = new Set<string>();
  for (const each of [manifest, config, ...layers.map(({ descriptor }) => descriptor)]) {
    if (written.has(each.digest)) continue;
    written.add(each.digest);
    const path = join(layout, 'blobs', ...each.digest.split(':'));
    await mkdir(dirname(path), { recursive: true });
    await pipeline(imageBlob(image, each).open(run), createWriteStream(path), {
      signal: run.signal,
    });
  }
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [plain(manifest)],
  };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}
