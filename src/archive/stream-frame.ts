import type { Duplex } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { ContainerFault } from './container-fault.ts';
import { decodeErrorCode } from './frame-codec.ts';
import type { BlockWalk } from './zstd-frames.ts';

/** Compressed bytes given to the decoder at once. */
const feedBytes = 2 ** 20;
const pieceBytes = 2 ** 20;
/** Content that may be under way at once: a few bytes can stand for all of it, and limits are judged by what came out. */
const feedContent = 64 * 2 ** 20;

/**
 * Decodes a frame that is too large to hold, through a decoder that is fed this frame and nothing else.
 * `release` is told when a span of the stream was read.
 * @throws ContainerFault ZSTD_*
 */
export async function* streamFrame(
  walk: BlockWalk,
  release: (span: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const options = {
    chunkSize: pieceBytes,
    highWaterMark: 2 * feedBytes,
    params: { [constants.ZSTD_d_windowLogMax]: 29 },
  };
  const decoder = createZstdDecompress(options);
  let fault: unknown;
  const gone = closed(decoder);
  const feeding = (async () => {
    for (let more = true; more && !decoder.destroyed; ) {
      const before = walk.bytes;
      const content = walk.mostContent;
      while (
        !walk.ended &&
        walk.bytes - before < feedBytes &&
        walk.mostContent - content < feedContent
      )
        await walk.block();
      const much = walk.mostContent - content >= feedContent;
      more = !walk.ended;
      for (const span of walk.takeSpans()) {
        let came: () => void = () => undefined;
        const written = new Promise<void>((resolve) => {
          came = resolve;
        });
        const taken = decoder.write(span, () => {
          release(span);
          came();
        });
        if (much) await Promise.race([written, gone]);
        else if (!taken) await drained(decoder);
      }
    }
    decoder.end();
  })().catch((error: unknown) => {
    fault = error;
    decoder.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    yield* decoder;
  } catch (error) {
    if (fault !== undefined) throw fault;
    throw new ContainerFault(
      decodeErrorCode(error),
      `a zstd frame cannot be decoded: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    decoder.destroy();
    await feeding;
  }
}

/** Resolves when a stream takes more, or never will. */
function drained(stream: Duplex): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}

/** Resolves when a stream will never take more. */
function closed(stream: Duplex): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', resolve);
  });
}
