import { createHash } from 'node:crypto';
import { partsManifestName, renderPartsManifest } from '../../src/archive/parts-manifest.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { renderSplitHeader, splitPartName } from '../../src/zarf/split-part.ts';

/** An archive cut into parts of so many bytes, as files by name. */
export function splitBytes(
  stem: string,
  whole: Uint8Array,
  partBytes: number,
): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let count = 0;
  for (let at = 0; at < whole.length; at += partBytes) {
    count++;
    files[splitPartName(stem, count)] = whole.subarray(at, at + partBytes);
  }
  const header = { digest: digestOf(whole), size: whole.length, count };
  files[splitPartName(stem, 0)] = Buffer.from(renderSplitHeader(header));
  return files;
}

/** The file with the digests of chunks that goes with `splitBytes`; the smallest chunks there may be. */
export function chunksOf(
  stem: string,
  whole: Uint8Array,
  partBytes: number,
  chunkSize = 65_536,
): Record<string, Uint8Array> {
  const parts: {
    name: string;
    size: number;
    digest: ReturnType<typeof digestOf>;
    chunks: string[];
  }[] = [];
  for (let at = 0; at < whole.length; at += partBytes) {
    const bytes = whole.subarray(at, at + partBytes);
    const chunks: string[] = [];
    for (let from = 0; from < bytes.length; from += chunkSize)
      chunks.push(
        createHash('sha256')
          .update(bytes.subarray(from, from + chunkSize))
          .digest('hex'),
      );
    parts.push({
      name: splitPartName(stem, parts.length + 1),
      size: bytes.length,
      digest: digestOf(bytes),
      chunks,
    });
  }
  const text = renderPartsManifest({
    schema: 'cowa-release/parts/v1',
    archive: { name: stem, size: whole.length, digest: digestOf(whole) },
    chunkSize,
    parts,
  });
  return { [partsManifestName(stem)]: Buffer.from(text) };
}
