import { OciError } from '../oci/oci-error.ts';
import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';

/** Chunks whose memory waits for the hash before it is given back. */
const mostHeld = 3;

/**
 * The content of a file, checked in passing: size and digest are right once this ended without an
 * error. Act on nothing before. A chunk is good until the next one is asked for.
 * @param trusts told of the first chunk; true where somebody else compares the digest: then only the size is
 * @throws OciError OCI_SIZE_MISMATCH, OCI_DIGEST_MISMATCH
 */
export async function* verifiedContent(
  file: ArchiveFile,
  compute: Compute,
  run: Run,
  trusts?: (first: Uint8Array) => boolean,
): AsyncGenerator<Uint8Array> {
  const hash = compute.hash();
  const source: ChunkSource = file.open(run);
  const held: Uint8Array[] = [];
  let hex: string | undefined;
  let trusted = false;
  try {
    let seen = 0;
    for await (const chunk of source) {
      run.signal.throwIfAborted();
      seen += chunk.length;
      if (seen > file.size) throw wrongSize(file, 'more');
      if (chunk.length === 0) continue;
      if (seen === chunk.length) trusted = trusts?.(chunk) ?? false;
      if (trusted) {
        yield chunk;
        source.recycle?.(chunk);
        continue;
      }
      await hash.update(chunk);
      yield chunk;
      // Whoever took it is done with it; the hash may not be.
      held.push(chunk);
      if (source.recycle === undefined || held.length < mostHeld) continue;
      await hash.settled();
      for (const done of held.splice(0)) source.recycle(done);
    }
    if (seen !== file.size) throw wrongSize(file, String(seen));
    hex = await hash.digest();
  } finally {
    if (hex === undefined) await hash.digest().catch(() => undefined); // frees the session
  }
  if (!trusted && file.digest !== `sha256:${hex}`) {
    throw new OciError(
      'OCI_DIGEST_MISMATCH',
      `'${file.name}' has SHA-256 ${hex}, expected ${file.digest.slice('sha256:'.length)}`,
      {
        suggestions: ['The input changed since it was looked at, or a copy is damaged: run again'],
      },
    );
  }
}

function wrongSize(file: ArchiveFile, actual: string): OciError {
  return new OciError(
    'OCI_SIZE_MISMATCH',
    `'${file.name}' has ${actual} bytes, expected ${file.size}`,
    {
      suggestions: ['The input changed since it was looked at, or a copy is damaged: run again'],
    },
  );
}
