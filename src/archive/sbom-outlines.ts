import { createHash } from 'node:crypto';
import { JsonOutline } from '../support/json-outline.ts';
import type { ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath } from './entry-path.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { SbomRows } from './sbom-rows.ts';
import { readTar } from './tar-reader.ts';

const wanted = new Set(['source', 'distro', 'descriptor']);
/** A source holds manifest and config of its image, coded as text. */
const maxSourceBytes = 4 * 2 ** 20;
/** Of what is said about the distribution and the program that wrote the document. */
const maxOtherBytes = 512 * 2 ** 10;

/** Whether a content begins as `sboms.tar` does: with the folder it is made from. */
export function beginsAsFlatFolder(start: Uint8Array): boolean {
  if (start.length < 512) return false;
  const header = Buffer.from(start.buffer, start.byteOffset, 512);
  return (
    header.toString('latin1', 257, 262) === 'ustar' && header[0] === 0x2e && (header[1] ?? 1) === 0
  );
}

/**
 * What the documents of an `sboms.tar` say, read in passing: for each `.json` file two lines of JSON. The
 * first is what the document is about and who wrote it, the second one row for each of its packages; it is
 * empty where they are more than is kept. The documents themselves may be large and are not kept. Undefined
 * when it turns out to be another tar.
 * @param limits `maxRetainedBytes` in all
 * @see parsePackagedSbom, which reads these lines
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
        entry.type === 'file' && path.endsWith('.json') ? new SbomReading(left) : undefined;
      for await (const piece of entry.content()) outline?.push(piece);
      if (outline === undefined) continue;
      const text = outline.end();
      if (text === undefined) {
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

/** One document while it passes. */
class SbomReading {
  readonly #hash = createHash('sha256');
  readonly #rows: SbomRows;
  readonly #outline: JsonOutline;
  readonly #left: number;

  /** @param left bytes that may be kept of it */
  constructor(left: number) {
    this.#left = left;
    this.#rows = new SbomRows(left);
    this.#outline = new JsonOutline(wanted, maxSourceBytes, this.#rows);
  }

  push(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#outline.push(piece);
  }

  /** Undefined where even what the document is about is too much. */
  end(): Uint8Array | undefined {
    const { members, counts, repeated, escapedNames, whole } = this.#outline.end();
    // On one line: the text is JSON, where a line end means nothing.
    const member = (name: string, most: number): string => {
      const bytes = members.get(name);
      return bytes === undefined || bytes.length > most
        ? 'null'
        : Buffer.from(bytes)
            .toString('utf8')
            .replace(/[\r\n]+/g, ' ');
    };
    const { unread, tooMany } = this.#rows;
    const about = Buffer.from(
      `{"source":${member('source', maxSourceBytes)},"distro":${member('distro', maxOtherBytes)},` +
        `"descriptor":${member('descriptor', maxOtherBytes)},"artifacts":${counts.get('artifacts') ?? 'null'},` +
        `"unread":${unread},"sha256":"${this.#hash.digest('hex')}","whole":${whole && repeated.length === 0 && !escapedNames}}\n`,
    );
    if (about.length > this.#left) return undefined;
    const rows = Buffer.from(tooMany || !counts.has('artifacts') ? '' : this.#rows.text());
    return about.length + rows.length > this.#left ? about : Buffer.concat([about, rows]);
  }
}
