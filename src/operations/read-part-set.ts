import {
  maxPartsManifestBytes,
  type PartsManifest,
  parsePartsManifest,
} from '../archive/parts-manifest.ts';
import type { PartFacts, PartsFacts } from '../checks/parts-facts.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { maxSplitHeaderBytes, parseSplitHeader, splitPartName } from '../zarf/split-part.ts';
import type { PartSet } from './locate-parts.ts';

/** A split archive as it was found: which parts are there, and whether they can be read as one. */
export interface SplitArchive {
  readonly set: PartSet;
  readonly header: PartsFacts['header'];
  /** The digests of chunks, where they fit the header. */
  readonly manifest: PartsManifest | undefined;
  readonly manifestFact: PartsFacts['manifest'];
  readonly parts: readonly PartFacts[];
  readonly missing: PartsFacts['missing'];
  /** Bytes of all data parts that are there. */
  readonly size: number;
  /** Paths of the data parts in order; undefined where they cannot be read as one. */
  readonly readable: readonly string[] | undefined;
}

/**
 * Looks at the parts of an archive: header, sizes, digests of chunks beside them. Reads no content.
 * @throws ArchiveSourceError for a part that cannot be opened
 */
export async function readPartSet(
  set: PartSet,
  source: ArchiveSource,
  run: Run,
): Promise<SplitArchive> {
  const headers = await readCopies(
    set.parts.filter(({ number }) => number === 0).map(({ path }) => path),
    maxSplitHeaderBytes,
    source,
    run,
  );
  const header = headerOf(headers);
  const { manifest, fact } = manifestOf(
    await readCopies(set.manifests, maxPartsManifestBytes, source, run),
    header,
    set,
  );
  const parts = [
    // Copies of the header that say the same are one: each disc may carry it.
    ...(headers.length > 1
      ? [{ number: 0, places: headers.map(({ path }) => path), size: 0 }]
      : headers.map(({ path, bytes }) => ({ number: 0, places: [path], size: bytes.length }))),
    ...(await dataParts(set, source, run)),
  ];
  const data = parts.filter(({ number }) => number > 0);
  const count = countOf(header) ?? manifest?.parts.length;
  const size = data
    .filter(({ number }) => number <= (count ?? number))
    .reduce((sum, part) => sum + part.size, 0);
  const missing = missingOf(count, data, header, manifest);
  const readable =
    countOf(header) === undefined ||
    missing.length > 0 ||
    data.some(({ places }) => places.length > 1)
      ? undefined
      : data.filter(({ number }) => number <= (count ?? 0)).flatMap(({ places }) => places);
  return { set, header, manifest, manifestFact: fact, parts, missing, size, readable };
}

/** How many parts the header says there are. */
export function countOf(header: PartsFacts['header']): number | undefined {
  return typeof header === 'object' && 'count' in header ? header.count : undefined;
}

interface Copy {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Copies that say the same are one: each disc may carry them. */
async function readCopies(
  paths: readonly string[],
  maxBytes: number,
  source: ArchiveSource,
  run: Run,
): Promise<readonly Copy[]> {
  const copies: Copy[] = [];
  for (const path of paths) {
    const bytes = await source.readSmall(path, maxBytes, run);
    if (bytes === undefined) continue;
    if (!copies.some((copy) => Buffer.compare(copy.bytes, bytes) === 0))
      copies.push({ path, bytes });
  }
  return copies;
}

function headerOf(copies: readonly Copy[]): PartsFacts['header'] {
  const [first, second] = copies;
  if (first === undefined) return 'missing';
  if (second !== undefined) return { fault: `it lies in ${copies.length} places that differ` };
  const read = parseSplitHeader(first.bytes);
  return typeof read === 'string' ? { fault: read } : read;
}

function manifestOf(
  copies: readonly Copy[],
  header: PartsFacts['header'],
  { stem }: PartSet,
): { readonly manifest: PartsManifest | undefined; readonly fact: PartsFacts['manifest'] } {
  const wrong = (fault: string) => ({ manifest: undefined, fact: { fault } });
  const [first, second] = copies;
  if (first === undefined) return { manifest: undefined, fact: 'absent' };
  if (second !== undefined) return wrong(`it lies in ${copies.length} places that differ`);
  const read = parsePartsManifest(first.bytes);
  if (typeof read === 'string') return wrong(`does not say what the chunks are: ${read}`);
  const { archive, parts } = read;
  const other = parts.find(({ name }, index) => name !== splitPartName(stem, index + 1));
  if (archive.name !== stem || other !== undefined)
    return wrong(`is about ${other?.name ?? archive.name}, not about the parts of ${stem}`);
  if (
    typeof header === 'object' &&
    'digest' in header &&
    (header.digest !== archive.digest ||
      header.size !== archive.size ||
      header.count !== parts.length)
  )
    return wrong(
      `is about an archive of ${archive.size} bytes, ${archive.digest}, the header about one of ${header.size} bytes, ${header.digest}`,
    );
  return { manifest: read, fact: 'agrees' };
}

async function dataParts(
  { parts }: PartSet,
  source: ArchiveSource,
  run: Run,
): Promise<readonly PartFacts[]> {
  const places = new Map<number, string[]>();
  for (const { number, path } of parts)
    if (number > 0) places.set(number, [...(places.get(number) ?? []), path]);
  const found: PartFacts[] = [];
  for (const [number, paths] of places) {
    const [first] = paths;
    if (first === undefined) continue;
    await using file = await source.open(first, run);
    found.push({ number, places: paths, size: file.size ?? 0 });
  }
  return found;
}

function missingOf(
  count: number | undefined,
  data: readonly PartFacts[],
  header: PartsFacts['header'],
  manifest: PartsManifest | undefined,
): PartsFacts['missing'] {
  const there = new Set(data.map(({ number }) => number));
  const last = count ?? Math.max(0, ...there);
  const numbers = Array.from({ length: Math.min(last, 9999) }, (_, index) => index + 1).filter(
    (number) => !there.has(number),
  );
  const rest =
    typeof header === 'object' && 'size' in header
      ? header.size - data.reduce((sum, { size }) => sum + size, 0)
      : undefined;
  return numbers.map((number) => {
    const known = manifest?.parts[number - 1];
    const size = known?.size ?? (numbers.length === 1 ? rest : undefined);
    return {
      number,
      size: size === undefined || size < 0 ? undefined : size,
      digest: known?.digest,
    };
  });
}
