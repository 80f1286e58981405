import type { ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath } from './entry-path.ts';
import type { NestedFiles } from './nested-files.ts';
import { plainBytes } from './plain-bytes.ts';
import type { ReadLimits } from './read-limits.ts';
import { readTar } from './tar-reader.ts';

/** What lies in the folder of a component. */
const folders = new Set([
  ...['charts', 'data', 'files', 'manifests', 'repos', 'temp', 'values', 'imageArchives'],
]);
/** What says which objects a component deploys. */
const kept = new Set(['charts', 'manifests', 'values']);

/** The type of a folder in a tar header: the digit 5. */
const folderFlag = 0x35;

/** Whether a content begins as the tar of a component does; layers of images begin otherwise. */
export function beginsAsComponent(start: Uint8Array): boolean {
  if (start.length < 512) return false;
  const header = Buffer.from(start.buffer, start.byteOffset, 512);
  if (header.toString('latin1', 257, 262) !== 'ustar') return false;
  const name = header.toString('utf8', 0, 100).split('\0', 1)[0] ?? '';
  const [top, folder] = cleanPath(name).split('/');
  // Zarf writes folders without a slash behind their names.
  const isFolder = name.endsWith('/') || start[156] === folderFlag;
  return top !== undefined && top !== '' && (folder === undefined ? isFolder : folders.has(folder));
}

/**
 * The charts, values files and manifests in the tar of a component, by path in the tar, read in passing;
 * undefined when it turns out to be another tar. Reads until that is known or the tar ends: the caller passes
 * over the rest.
 * @param limits `maxRetainedBytes` in all
 */
export async function readComponentFiles(
  feed: ByteReader,
  limits: ReadLimits,
): Promise<NestedFiles | undefined> {
  const files = new Map<string, Uint8Array>();
  const tooLarge: string[] = [];
  let left = limits.maxRetainedBytes;
  let component: string | undefined;
  try {
    for await (const entry of readTar(feed, limits, { endBlocks: 0 })) {
      const path = cleanPath(entry.name);
      const [top = '', folder, name, deeper] = path.split('/');
      component ??= top;
      if (top !== component || (folder !== undefined && !folders.has(folder))) return undefined;
      const wanted =
        entry.type === 'file' &&
        folder !== undefined &&
        kept.has(folder) &&
        name !== undefined &&
        deeper === undefined;
      const fits = wanted && entry.size <= Math.min(limits.maxRetainedEntryBytes, left);
      if (wanted && !fits) tooLarge.push(path);
      const pieces: Buffer[] = [];
      // Copied: the memory of a piece may be used again.
      for await (const piece of entry.content()) if (fits) pieces.push(Buffer.from(piece));
      if (!fits) continue;
      files.set(path, plainBytes(pieces));
      left -= entry.size;
    }
    return { files, tooLarge, fault: undefined };
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    return { files, tooLarge, fault: error.message };
  }
}
