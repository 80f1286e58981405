import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArchiveError } from './archive-error.ts';
import { ByteFeed } from './byte-feed.ts';
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
 * @throws ArchiveError ZSTD_*, GZIP content that is damaged as ARCHIVE_UNRECOGNISED, LIMIT_EXPANSION
 */
export async function* decompressed(
  content: AsyncIterable<Uint8Array>,
  limits: ReadLimits,
  compute: Compute,
): AsyncGenerator<Uint8Array> {
  const feed = new ByteFeed(content);
  try {
    const kind = compressionOf(await feed.peek(4));
    if (kind === 'zstd') yield* decodeFrames(feed, limits, compute, new FrameWalk());
    else if (kind === 'gzip') yield* gunzipped(rest(feed), limits);
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
): AsyncGenerator<Uint8Array> {
  let read = 0;
  let fault: unknown;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of content) {
        read += chunk.length;
        yield chunk;
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  const source = Readable.from(counted(), { objectMode: true, highWaterMark: 4 });
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
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
    source.destroy();
    gunzip.destroy();
  }
}
