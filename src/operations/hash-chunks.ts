import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';

/** Smaller chunks are gathered up to this many bytes: telling a thread costs more than hashing them. */
const gatheredBytes = 2 ** 18;

/** Reads bytes to their end for their SHA-256 and their number. Memory is given back chunk by chunk. */
export async function hashChunks(
  chunks: ChunkSource,
  compute: Compute,
): Promise<{ readonly size: number; readonly digest: Digest }> {
  const hash = compute.hash();
  const gathered = new Uint8Array(gatheredBytes);
  let filled = 0;
  let size = 0;
  const add = async (bytes: Uint8Array): Promise<void> => {
    await hash.update(bytes);
    await hash.settled();
  };
  try {
    for await (const chunk of chunks) {
      if (filled + chunk.length > gatheredBytes) {
        await add(gathered.subarray(0, filled));
        filled = 0;
      }
      if (chunk.length > gatheredBytes) await add(chunk);
      else {
        gathered.set(chunk, filled);
        filled += chunk.length;
      }
      size += chunk.length;
      chunks.recycle?.(chunk);
    }
    await hash.update(gathered.subarray(0, filled));
  } catch (error) {
    await hash.digest().catch(() => undefined); // the session is not left behind
    throw error;
  }
  return { size, digest: digestFromHex(await hash.digest()) };
}
