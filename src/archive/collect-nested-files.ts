import type { ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath } from './entry-path.ts';
import type { NestedFiles } from './nested-files.ts';
import { plainBytes } from './plain-bytes.ts';
import type { ReadLimits } from './read-limits.ts';
import { readTar, type TarEntry } from './tar-reader.ts';

/** What comes of an entry: bytes to keep, `over` a limit, `passed` over, or `stop`: no more is read. */
export type Taken = Uint8Array | 'over' | 'passed' | 'stop';

/**
 * What is kept of the entries of a tar, by path in it. Reads until the tar ends, a fault or `stop`.
 * @param take reads the entry's content to its end or leaves it alone; `left` is what may be kept still
 * @param limits `maxRetainedBytes` in all
 * @param passOver moves behind the content of an entry that was left alone
 */
export async function collectNestedFiles(
  feed: ByteReader,
  limits: ReadLimits,
  take: (entry: TarEntry, path: string, left: number) => Promise<Taken>,
  passOver: (entry: TarEntry) => Promise<void> = readThrough,
): Promise<NestedFiles> {
  const files = new Map<string, Uint8Array>();
  const tooLarge: string[] = [];
  let left = limits.maxRetainedBytes;
  try {
    for await (const entry of readTar(feed, limits, { endBlocks: 0 })) {
      const path = cleanPath(entry.name);
      const start = feed.offset;
      const taken = await take(entry, path, left);
      if (taken === 'stop') break;
      if (feed.offset === start) await passOver(entry);
      if (taken === 'over') tooLarge.push(path);
      if (typeof taken === 'string') continue;
      files.set(path, taken);
      left -= taken.length;
    }
    return { files, tooLarge, fault: undefined };
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    return { files, tooLarge, fault: error.message };
  }
}

/** The content of a small file, a copy; `over`, with nothing read, where it has more than a file may, or than is left. */
export async function takeWhole(
  entry: TarEntry,
  limits: ReadLimits,
  left: number,
): Promise<Uint8Array | 'over'> {
  if (entry.size > Math.min(limits.maxRetainedEntryBytes, left)) return 'over';
  const pieces: Buffer[] = [];
  // Copied: the memory of a piece may be used again.
  for await (const piece of entry.content()) pieces.push(Buffer.from(piece));
  return plainBytes(pieces);
}

async function readThrough(entry: TarEntry): Promise<void> {
  for await (const _piece of entry.content());
}
