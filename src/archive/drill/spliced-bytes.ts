import type { ChunkSource } from '../chunk-source.ts';

/** A change of a stream of bytes at one place. */
export interface Splice {
  /** Offset in the stream as it was; infinite: behind its end. */
  readonly at: number;
  /** Bytes that are left out from there on. */
  readonly remove: number;
  /** What stands there instead; a function is given what was left out, which it holds in memory. */
  readonly put: Uint8Array | ((removed: Uint8Array) => Uint8Array);
}

/**
 * A stream with changes, in memory that does not grow with it. What was removed behind the end of the stream is not
 * missed. Chunks may be parts of those that came in.
 * @param splices must not overlap; in any order
 */
export async function* splicedBytes(
  chunks: AsyncIterable<Uint8Array>,
  splices: readonly Splice[],
): AsyncGenerator<Uint8Array> {
  const queue = splices.toSorted((a, b) => a.at - b.at || a.remove - b.remove);
  let offset = 0;
  let next = queue.shift();
  let removed: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let rest: Uint8Array = chunk;
    while (rest.length > 0) {
      if (next === undefined || next.at >= offset + rest.length) {
        yield rest;
        offset += rest.length;
        break;
      }
      const before = Math.max(0, next.at - offset);
      if (before > 0) {
        yield rest.subarray(0, before);
        offset += before;
        rest = rest.subarray(before);
      }
      const take = Math.min(rest.length, next.at + next.remove - offset);
      // Copied: whoever gave the chunk may use its memory again.
      if (typeof next.put === 'function' && take > 0)
        removed.push(Uint8Array.from(rest.subarray(0, take)));
      offset += take;
      rest = rest.subarray(take);
      if (offset < next.at + next.remove) continue;
      yield putOf(next, removed);
      removed = [];
      next = queue.shift();
    }
  }
  for (; next !== undefined; next = queue.shift()) {
    yield putOf(next, removed);
    removed = [];
  }
}

function putOf({ put }: Splice, removed: readonly Uint8Array[]): Uint8Array {
  return typeof put === 'function' ? put(Buffer.concat(removed)) : put;
}

/** One bit of one byte turned over. */
export function flipAt(at: number): Splice {
  return { at, remove: 1, put: (byte) => byte.map((value) => value ^ 1) };
}

/**
 * The same for bytes that are others and no more or fewer: chunks that are left alone are passed on as they are, and
 * their memory is given back.
 */
export function patchedBytes(
  chunks: ChunkSource,
  patches: readonly { readonly at: number; readonly mask: number }[],
): ChunkSource {
  return {
    async *[Symbol.asyncIterator]() {
      let offset = 0;
      for await (const chunk of chunks) {
        const start = offset;
        offset += chunk.length;
        const here = patches.filter(({ at }) => at >= start && at < offset);
        if (here.length === 0) {
          yield chunk;
          continue;
        }
        const copy = Uint8Array.from(chunk);
        for (const { at, mask } of here) copy[at - start] = (copy[at - start] ?? 0) ^ mask;
        chunks.recycle?.(chunk);
        yield copy;
      }
    },
    ...(chunks.recycle === undefined ? {} : { recycle: (chunk) => chunks.recycle?.(chunk) }),
  };
}
