import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Descriptor, mediaTypes, type Platform } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf, hexOf } from '../../src/oci/digest.ts';

const execute = promisify(execFile);

/** An OCI layout on disk being filled. */
export class LayoutBuilder {
  readonly path: string;
  private readonly roots: Descriptor[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** Stores content; gives back its descriptor. */
  async blob(mediaType: string, content: Uint8Array | string): Promise<Descriptor> {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    const folder = join(this.path, 'blobs', 'sha256');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, hexOf(digest)), bytes);
    return { mediaType, digest, size: bytes.byteLength };
  }

  /** An image with these uncompressed tar layers. */
  async image(platform: Platform, layers: readonly Uint8Array[]): Promise<Descriptor> {
    const config = await this.blob(
      mediaTypes.ociConfig,
      JSON.stringify({
        ...platform,
        config: {},
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
      }),
    );
    const descriptors: Descriptor[] = [];
    for (const layer of layers) descriptors.push(await this.blob(mediaTypes.ociLayerTar, layer));
    return { ...(await this.manifest(config, descriptors)), platform };
  }

  /** Any manifest. */
  manifest(config: Descriptor, layers: readonly Descriptor[]): Promise<Descriptor> {
    return this.blob(
      mediaTypes.ociManifest,
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }),
    );
  }

  /** An index over manifests. */
  index(manifests: readonly Descriptor[]): Promise<Descriptor> {
    return this.blob(
      mediaTypes.ociIndex,
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
    );
  }

  /** Names a manifest or an index. */
  tag(root: Descriptor, name: string): void {
    this.roots.push({ ...root, annotations: { 'org.opencontainers.image.ref.name': name } });
  }

  /** Writes `index.json`. */
  async finish(): Promise<void> {
    await writeFile(join(this.path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(
      join(this.path, 'index.json'),
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: this.roots }),
    );
  }
}

/** A tar of one folder holding one file, the same bytes for the same text. */
export async function smallLayer(
  folder: string,
  name: string,
  text: string | Uint8Array,
): Promise<Uint8Array> {
  const source = join(folder, `layer-${digestOf(name).slice(-12)}`);
  await mkdir(source, { recursive: true });
  await writeFile(join(source, name), text);
  const target = `${source}.tar`;
  await execute('tar', [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '-cf',
    target,
    '-C',
    source,
    name,
  ]);
  return await readFile(target);
}

/** A real Debian root file system as one tar, or undefined with the reason when it cannot be made here. */
export async function debianRootFileSystem(
  target: string,
): Promise<{ readonly tar?: Uint8Array; readonly digest?: Digest; readonly reason?: string }> {
  try {
    await execute('nice', ['mmdebstrap', '--variant=minbase', '--quiet', 'bookworm', target], {
      timeout: 240_000,
      maxBuffer: 16 << 20,
      env: { ...process.env, SOURCE_DATE_EPOCH: '0' },
    });
    const tar = await readFile(target);
    return { tar, digest: digestOf(tar) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message.slice(-600) : String(error) };
  }
}
