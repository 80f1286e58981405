import type { ArchiveSource } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { releaseFileNames } from './release-files.ts';

const maxDocumentBytes = 16 * 2 ** 20;

/** Lines of a checksum file, and what could not be read as one. */
export interface Sums {
  readonly lines: readonly { readonly name: string; readonly expected: string }[];
  readonly faults: readonly string[];
}

/** `SHA256SUMS` of a folder; undefined where there is none. */
export async function readSums(
  location: string,
  names: readonly string[],
  { source }: { readonly source: ArchiveSource },
  run: Run,
): Promise<Sums | undefined> {
  if (!names.includes(releaseFileNames.checksums)) return undefined;
  const bytes = await source.readSmall(
    `${location}/${releaseFileNames.checksums}`,
    maxDocumentBytes,
    run,
  );
  if (bytes === undefined) return undefined;
  const lines: { name: string; expected: string }[] = [];
  const faults: string[] = [];
  for (const [index, line] of Buffer.from(bytes).toString('utf8').split('\n').entries()) {
    if (line === '') continue;
    const [, expected, name] = /^([0-9a-f]{64}) [ *]([^/]+)$/.exec(line) ?? [];
    if (expected === undefined || name === undefined)
      faults.push(`line ${index + 1} is not "<sha256>  <file name>"`);
    else lines.push({ name, expected });
  }
  return { lines, faults };
}
