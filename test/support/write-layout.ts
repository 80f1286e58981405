import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedImage } from '../../src/ports/image-source.ts';

/** Writes an image as an OCI layout. */
export async function writeLayout(folder: string, image: ResolvedImage): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  for (const blob of image.blobs) {
    const chunks = await Array.fromAsync(blob.open({ signal: new AbortController().signal }));
    await writeFile(
      join(folder, 'blobs/sha256', blob.digest.slice('sha256:'.length)),
      Buffer.concat(chunks),
    );
  }
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        { ...image.root, annotations: { 'org.opencontainers.image.ref.name': image.normalized } },
      ],
    }),
  );
}
