import { createGunzip, type Gunzip } from 'node:zlib';
import { ArchiveError } from './archive-error.ts';
import { ByteFeed } from './byte-feed.ts';
import { ChunkLease, leasedChunks } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { ReadLimits } from './read-limits.ts';

/** How content is packed, by its first bytes. */
export type Compression = 'none' | 'gzip' | 'zstd';

const expansionFloor = 64 * 2 ** 20;

/** Judges the first four bytes of content. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const isFrame = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  const isSkippable =
    ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  return isFrame || isSkippable ? 'zstd' : 'none';
}

/**
 * Content without its compression, found out by its first bytes; plain content passes as it is.
 * @param passing whoever reads is done with a piece when he asks for the next: memory is then used again or freed at once
 * @throws ArchiveError ZSTD_*, GZIP content that is damaged as ARCHIVE_UNRECOGNISED, LIMIT_EXPANSION
 */
export async function* decompressed(
  content: ChunkSource,
  limits: ReadLimits,
  compute: Compute,
  { passing = false }: { readonly passing?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  const lease = new ChunkLease();
  const feed = new ByteFeed(passing ? leasedChunks(content, lease) : content, (chunk) =>
    lease.release(chunk),
  );
  try {
    const kind = compressionOf(await feed.peek(4));
    if (kind === 'zstd') yield* decodeFrames(feed, limits, compute, new FrameWalk(), lease);
    else if (kind === 'gzip')
      yield* gunzipped(rest(feed), limits, passing ? compute.recycle?.bind(compute) : undefined);
    else yield* rest(feed);
  } catch (error) {
    throw error instanceof ContainerFault
      ? new ArchiveError(error.code, error.message, { cause: error })
      : error;
  } finally {
    await feed.close();
  }
}

async function* rest(feed: ByteFeed): AsyncGenerator<Uint8Array> {
  for (let piece = await feed.some(2 ** 22); piece !== undefined; piece = await feed.some(2 ** 22))
    yield piece;
}

async function* gunzipped(
  content: AsyncIterable<Uint8Array>,
  limits: ReadLimits,
  recycle: ((piece: Uint8Array) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const feeding = (async () => {
    for await (const chunk of content) {
      read += chunk.length;
      if (!(await takenIn(gunzip, chunk))) return;
    }
    gunzip.end();
  })();
  let fault: unknown;
  feeding.catch((error: unknown) => {
    fault = error;
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  let written = 0;
  try {
    for await (const chunk of gunzip) {
      written += chunk.length;
      if (written > expansionFloor && written > read * limits.maxExpansion) {
        throw new ArchiveError(
          'LIMIT_EXPANSION',
          `more than ${limits.maxExpansion} bytes come out of each byte that goes in`,
        );
      }
      yield chunk;
      // A piece that reaches the end of the decoder's memory is the last one there.
      if (chunk.byteOffset + chunk.length === chunk.buffer.byteLength) recycle?.(chunk);
    }
  } catch (error) {
    if (fault !== undefined) throw fault;
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(
      'ARCHIVE_UNRECOGNISED',
      `the gzip content is damaged: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    gunzip.destroy();
    await feeding.catch(() => undefined);
  }
}

/** What comes out at once, and what a decoder's memory is: large enough that a thread frees it at once. */
const pieceBytes = 2 ** 20;

/** Resolves when the whole chunk was decoded: its memory is free again. False when nothing is decoded any more. */
function takenIn(gunzip: Gunzip, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (gunzip.destroyed) return resolve(false);
    const ended = (): void => resolve(false);
    gunzip.once('close', ended);
    gunzip.write(chunk, (error) => {
      gunzip.off('close', ended);
      resolve(error === undefined || error === null);
    });
  });
}
