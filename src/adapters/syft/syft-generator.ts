import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import { isIndexType, parseIndex } from '../../oci/image-index.ts';
import { isRunnable } from '../../oci/is-runnable.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { BlobSource } from '../../ports/blob-store.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import type { SbomGenerator } from '../../ports/sbom-generator.ts';
import { inventoriedImage } from '../../sbom/catalogue-image.ts';
import type { Inventory } from '../../sbom/inventory.ts';
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
    const blobs = new Map<string, BlobSource>(image.blobs.map((blob) => [blob.digest, blob]));
    const found: Inventory[] = [];
    for (const manifest of await manifestsOf(image, blobs, run)) {
      const bytes = await whole(blobs, manifest, run);
      const { config, layers } = parseManifest(bytes, manifest.mediaType, image.normalized);
      if (!isRunnable({ config, layers })) continue;
      const subject = inventoriedImage(
        image.normalized,
        manifest,
        bytes,
        await whole(blobs, config, run),
      );
      const folder = await mkdtemp(join(tmpdir(), 'cowa-syft-'));
      try {
        await writeLayout(folder, manifest, [config, ...layers], blobs, run);
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

async function manifestsOf(
  { root, normalized }: ResolvedImage,
  blobs: ReadonlyMap<string, BlobSource>,
  run: Run,
): Promise<readonly Descriptor[]> {
  if (!isIndexType(root.mediaType)) return [root];
  const { manifests } = parseIndex(await whole(blobs, root, run), root.mediaType, normalized);
  // Attestations lie in an index as manifests for no platform.
  return manifests.filter(
    ({ digest, platform }) => blobs.has(digest) && platform?.os !== 'unknown',
  );
}

/** One image, as the layout that every OCI tool reads. */
async function writeLayout(
  folder: string,
  manifest: Descriptor,
  content: readonly Descriptor[],
  blobs: ReadonlyMap<string, BlobSource>,
  run: Run,
): Promise<void> {
  const layout = join(folder, 'layout');
  const written = new Set<string>();
  for (const { digest } of [manifest, ...content]) {
    const blob = blobs.get(digest);
    if (blob === undefined || written.has(digest)) continue;
    written.add(digest);
    const path = join(layout, 'blobs', ...digest.split(':'));
    await mkdir(dirname(path), { recursive: true });
    await pipeline(blob.open(run), createWriteStream(path), { signal: run.signal });
  }
  const { mediaType, digest, size } = manifest;
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [{ mediaType, digest, size }],
  };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

async function whole(
  blobs: ReadonlyMap<string, BlobSource>,
  { digest }: Descriptor,
  run: Run,
): Promise<Buffer> {
  const blob = blobs.get(digest);
  if (blob === undefined)
    throw new SyftError('SYFT_OTHER_IMAGE', `the image has no blob ${digest}`);
  return Buffer.concat(await Array.fromAsync(blob.open(run)));
}
