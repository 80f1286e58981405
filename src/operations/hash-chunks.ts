import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';

/** Reads bytes to their end for their SHA-256 and their number. Memory is given back chunk by chunk. */
export async function hashChunks(
  chunks: ChunkSource,
  compute: Compute,
): Promise<{ readonly size: number; readonly digest: Digest }> {
  const hash = compute.hash();
  let size = 0;
  try {
    for await (const chunk of chunks) {
      await hash.update(chunk);
      await hash.settled();
      size += chunk.length;
      chunks.recycle?.(chunk);
    }
  } catch (error) {
    await hash.digest().catch(() => undefined); // the session is not left behind
    throw error;
  }
  return { size, digest: digestFromHex(await hash.digest()) };
}
