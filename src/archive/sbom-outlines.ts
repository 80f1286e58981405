import { JsonOutline } from '../support/json-outline.ts';
import type { ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath } from './entry-path.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { readTar } from './tar-reader.ts';

const wanted = new Set(['source']);
/** A source holds manifest and config of its image, coded as text. */
const maxSourceBytes = 4 * 2 ** 20;

/** Whether a content begins as `sboms.tar` does: with the folder it is made from. */
export function beginsAsFlatFolder(start: Uint8Array): boolean {
  if (start.length < 512) return false;
  const header = Buffer.from(start.buffer, start.byteOffset, 512);
  return (
    header.toString('latin1', 257, 262) === 'ustar' && header[0] === 0x2e && (header[1] ?? 1) === 0
  );
}

/**
 * What the documents of an `sboms.tar` say they are about, read in passing: for each `.json` file one small
 * JSON text with `source`, the number of `artifacts`, and whether the document is `whole`. The documents
 * themselves may be large and are not kept. Undefined when it turns out to be another tar.
 * @param limits `maxRetainedBytes` in all
 */
export async function readSbomOutlines(
  feed: ByteReader,
  limits: ReadLimits,
): Promise<NestedFiles | undefined> {
  const files = new Map<string, Uint8Array>();
  const tooLarge: string[] = [];
  let left = limits.maxRetainedBytes;
  try {
    for await (const entry of readTar(feed, limits, { endBlocks: 0 })) {
      const path = cleanPath(entry.name);
      if (path.includes('/')) return undefined;
      const outline =
        entry.type === 'file' && path.endsWith('.json')
          ? new JsonOutline(wanted, maxSourceBytes)
          : undefined;
      for await (const piece of entry.content()) outline?.push(piece);
      if (outline === undefined) continue;
      const { members, counts, repeated, whole } = outline.end();
      const source = Buffer.from(members.get('source') ?? 'null').toString('utf8');
      const sound = whole && repeated.length === 0;
      const text = Buffer.from(
        `{"source":${source},"artifacts":${counts.get('artifacts') ?? 'null'},"whole":${sound}}`,
      );
      if (text.length > left) {
        tooLarge.push(path);
        continue;
      }
      files.set(path, text);
      left -= text.length;
    }
    return { files, tooLarge, fault: undefined };
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    return { files, tooLarge, fault: error.message };
  }
}
