import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mediaTypes, plain } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { parseIndex } from '../../oci/image-index.ts';
import { blobPath, layoutMarker } from '../../oci/layout.ts';
import { isManifestType, parseManifest } from '../../oci/manifest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { verified } from '../../oci/verified.ts';
import { BuildFailure } from '../../ports/image-builder.ts';
import type { ImageBlob, ResolvedImage } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';

const maxDocumentBytes = 8 * 2 ** 20;

/** Writes an image as the only one of a layout, for an engine to begin with. Contents are compared while they are written. */
export async function writeLayout(folder: string, image: ResolvedImage, run: Run): Promise<void> {
  for (const blob of image.blobs)
    await writeContent(join(folder, blobPath(blob.digest)), blob, run);
  const { digest, size, mediaType } = image.root;
  const entry = {
    mediaType,
    digest,
    size,
    annotations: { 'org.opencontainers.image.ref.name': 'base' },
  };
  await writeFile(join(folder, 'oci-layout'), layoutMarker);
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [entry] }),
  );
}

/** Writes content under a name, comparing it with its digest in passing. */
export async function writeContent(
  path: string,
  content: Pick<ImageBlob, 'digest' | 'size' | 'open'>,
  run: Run,
  mode = 0o644,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await using handle = await open(path, 'wx', mode);
  for await (const chunk of verified(content.open(run), content)) await handle.write(chunk);
}

/**
 * The one image an engine wrote, with every blob compared by size now and by digest when it is read.
 * @throws BuildFailure BUILD_OUTPUT_INVALID
 */
export async function readLayout(
  folder: string,
  name: string,
): Promise<{ readonly root: ResolvedImage['root']; readonly blobs: readonly ImageBlob[] }> {
  try {
    const index = parseIndex(
      await document(join(folder, 'index.json')),
      undefined,
      `the index of ${name}`,
    );
    const [entry, ...more] = index.manifests;
    if (entry === undefined || more.length > 0 || !isManifestType(entry.mediaType))
      throw invalid(name, `the engine gave ${index.manifests.length} entries, expected one image`);
    const bytes = await document(join(folder, blobPath(entry.digest)));
    if (digestOf(bytes) !== entry.digest)
      throw invalid(name, `its manifest hashes to ${digestOf(bytes)}, expected ${entry.digest}`);
    const manifest = parseManifest(bytes, entry.mediaType, `the manifest of ${name}`);
    const blobs = new Map<Digest, ImageBlob>();
    const add = async (
      { digest, size, mediaType }: { digest: Digest; size: number; mediaType: string },
      role: ImageBlob['role'],
    ): Promise<void> => {
      const path = join(folder, blobPath(digest));
      const actual = (await stat(path)).size;
      if (actual !== size) throw invalid(name, `${digest} has ${actual} bytes, expected ${size}`);
      const open = (_run: Run): AsyncIterable<Uint8Array> =>
        verified(createReadStream(path), { digest, size });
      blobs.set(digest, { digest, size, mediaType, role, open });
    };
    await add(entry, 'manifest');
    await add(manifest.config, 'config');
    for (const layer of manifest.layers) await add(layer, 'layer');
    return { root: plain(entry), blobs: [...blobs.values()] };
  } catch (error) {
    if (error instanceof BuildFailure) throw error;
    const reason = error instanceof OciError ? error.message : 'a file of it cannot be read';
    throw invalid(name, reason, error);
  }
}

async function document(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxDocumentBytes) throw new RangeError(`${path} has ${size} bytes`);
  return readFile(path);
}

function invalid(name: string, reason: string, cause?: unknown): BuildFailure {
  return new BuildFailure(
    'BUILD_OUTPUT_INVALID',
    `what was built as ${name} is no image: ${reason}`,
    {
      ...(cause === undefined ? {} : { cause }),
      suggestions: ['Build it again; if it stays so, with another engine'],
    },
  );
}
