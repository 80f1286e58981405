import { createHash } from 'node:crypto';
import { JsonOutline } from '../support/json-outline.ts';
import type { ByteReader } from './byte-feed.ts';
import { collectNestedFiles } from './collect-nested-files.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { SbomRows } from './sbom-rows.ts';
import { firstTarEntry } from './tar-header.ts';

const wanted = new Set(['source', 'distro', 'descriptor']);
/** A source holds manifest and config of its image, coded as text. */
const maxSourceBytes = 4 * 2 ** 20;
/** Of what is said about the distribution and the program that wrote the document. */
const maxOtherBytes = 512 * 2 ** 10;

/** Whether a content begins as `sboms.tar` does: with the folder it is made from. */
export function beginsAsFlatFolder(start: Uint8Array): boolean {
  return firstTarEntry(start)?.name === '.';
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
  let foreign = false;
  const found = await collectNestedFiles(feed, limits, async (entry, path, left) => {
    foreign = path.includes('/');
    if (foreign) return 'stop';
    if (entry.type !== 'file' || !path.endsWith('.json')) return 'passed';
    const reading = new SbomReading(left);
    for await (const piece of entry.content()) reading.push(piece);
    return reading.end() ?? 'over';
  });
  return foreign ? undefined : found;
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
