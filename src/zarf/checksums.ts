import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import { PackError } from './pack-error.ts';

/** What `checksums.txt` says of one file. */
export interface ChecksumLine {
  readonly path: string;
  readonly digest: Digest;
}

/** `checksums.txt` and what the definition says of it. */
export interface RenderedChecksums {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, 64 hex digits: `metadata.aggregateChecksum`. */
  readonly aggregate: string;
}

/**
 * Renders `checksums.txt`: one line per file, lines sorted as whole strings, a lone newline when there is none.
 * @throws PackError PACK_NAME_INVALID for a path the line format cannot carry
 * @see shared reference of the Zarf package format, 2.1
 */
export function renderChecksums(files: readonly ChecksumLine[]): RenderedChecksums {
  for (const { path } of files) {
    if (/\s/.test(path) || path === '') {
      throw new PackError(
        'PACK_NAME_INVALID',
        `the path '${path}' cannot stand in checksums.txt: it is empty or holds white space`,
        {
          suggestions: [
            'Rename what it comes from: components, images and documents without spaces',
          ],
        },
      );
    }
  }
  const lines = files.map(({ path, digest }) => `${hexOf(digest)} ${path}`).sort();
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return { bytes, aggregate: hexOf(digestOf(bytes)) };
}
