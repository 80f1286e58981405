import { FsArchiveSource } from '../../src/adapters/fs/archive-source.ts';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { annotationKeys, type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { takeArchiveFiles } from '../../src/operations/take-archive-files.ts';
import type { LayoutBuilder } from './real-images.ts';

/** Puts a package archive into a layout as Zarf publishes it: one layer per file, an index over architectures. */
export async function packageIntoLayout(
  path: string,
  layout: LayoutBuilder,
  tag: string,
): Promise<Descriptor> {
  const run = { signal: new AbortController().signal };
  await using archive = await new FsArchiveSource().open(path);
  await using compute = inProcessCompute();
  const blobs = new MemoryBlobStore();
  const { files } = await takeArchiveFiles(archive, path, { blobs, compute }, run);
  const layers: Descriptor[] = [];
  for (const { path: title, blob } of files) {
    const bytes = Buffer.concat(await Array.fromAsync(blob.open(run)));
    const descriptor = await layout.blob(mediaTypes.zarfLayer, bytes);
    layers.push({ ...descriptor, annotations: { [annotationKeys.title]: title } });
  }
  const manifest = await layout.manifest(await layout.blob(mediaTypes.zarfConfig, '{}'), layers);
  const index = await layout.index([
    { ...manifest, platform: { architecture: 'amd64', os: 'multi' } },
  ]);
  layout.tag(index, tag);
  return manifest;
}
