import type { Answer } from './http-request.ts';

/** A whole body in memory; undefined, and nothing more read, when it is longer than allowed. */
export async function readLimited(
  answer: Answer,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.discard();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
