import { createHash } from 'node:crypto';
import type { RandomAccess } from '../archive/byte-sink.ts';
import type { PartDigests, PartsManifest } from '../archive/parts-manifest.ts';
import type { PartDamage, PartFacts, PartsFacts } from '../checks/parts-facts.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';

const usualChunkBytes = 8 * 2 ** 20;

/**
 * Reads parts piece by piece and names the pieces that are not what they should be, or that the medium
 * does not give. A piece that cannot be read does not keep the others from being looked at.
 * @param unread also read parts of which nobody knows digests, for what cannot be read at all
 */
export async function findDamage(
  {
    parts,
    manifest,
    unread,
  }: {
    readonly parts: readonly PartFacts[];
    readonly manifest: PartsManifest | undefined;
    readonly unread: boolean;
  },
  source: ArchiveSource,
  run: Run,
): Promise<readonly PartDamage[]> {
  const damage: PartDamage[] = [];
  if (manifest === undefined && !unread) return damage;
  for (const { number, places } of parts) {
    if (number === 0) continue;
    const expected = manifest?.parts[number - 1];
    for (const place of places) {
      await using file = await source.open(place, run);
      if (file.ranges === undefined) continue;
      const found = await damageOf(number, place, file.ranges, expected, manifest?.chunkSize, run);
      const other =
        found.length === 0 || manifest === undefined
          ? undefined
          : await contentOf(file.ranges, manifest, run);
      if (other === undefined) damage.push(...found);
      else
        damage.push({
          part: number,
          place,
          kind: 'exchanged',
          holds: other,
          chunks: undefined,
          from: 0,
          to: file.ranges.size,
        });
    }
  }
  return damage.map((each) => (isCopy(each, damage, parts) ? { ...each, kind: 'copy' } : each));
}

/** Where the part whose content it is lies in its own place, too, giving this one another name helps nobody. */
function isCopy(
  { kind, holds }: PartDamage,
  damage: readonly PartDamage[],
  parts: readonly PartFacts[],
): boolean {
  const isThere = parts.some(({ number }) => number === holds);
  return kind === 'exchanged' && isThere && !damage.some(({ part }) => part === holds);
}

/** Number of the part that these are the bytes of, all of them; undefined where they are of none. */
async function contentOf(
  ranges: RandomAccess,
  { parts, chunkSize }: PartsManifest,
  run: Run,
): Promise<number | undefined> {
  let candidates = parts.flatMap(({ size, chunks }, index) =>
    size === ranges.size ? [{ number: index + 1, chunks }] : [],
  );
  for (let from = 0; from < ranges.size && candidates.length > 0; from += chunkSize) {
    run.signal.throwIfAborted();
    const digest = await digestAt(ranges, from, Math.min(from + chunkSize, ranges.size));
    candidates = candidates.filter(({ chunks }) => chunks[from / chunkSize] === digest);
  }
  return candidates[0]?.number;
}

async function damageOf(
  part: number,
  place: string,
  ranges: RandomAccess,
  expected: PartDigests | undefined,
  chunkSize: number | undefined,
  run: Run,
): Promise<readonly PartDamage[]> {
  const size = chunkSize ?? usualChunkBytes;
  const damage: PartDamage[] = [];
  const end = expected?.size ?? ranges.size;
  for (let chunk = 0; chunk * size < end; chunk++) {
    run.signal.throwIfAborted();
    const from = chunk * size;
    const to = Math.min(from + size, end);
    const kind = await kindOf(ranges, from, to, expected?.chunks[chunk]);
    if (kind === undefined) continue;
    const last = damage.at(-1);
    if (last?.kind === kind && last.to === from) {
      damage.pop();
      damage.push({ ...last, to, chunks: [last.chunks?.[0] ?? chunk, chunk] });
    } else damage.push({ part, place, kind, chunks: [chunk, chunk], from, to });
  }
  if (expected !== undefined && expected.size !== ranges.size)
    damage.unshift({
      part,
      place,
      kind: 'size',
      chunks: undefined,
      from: ranges.size,
      to: expected.size,
    });
  return damage;
}

async function kindOf(
  ranges: RandomAccess,
  from: number,
  to: number,
  expected: string | undefined,
): Promise<PartDamage['kind'] | undefined> {
  const digest = await digestAt(ranges, from, to);
  if (digest === undefined) return 'unreadable';
  return expected === undefined || digest === expected ? undefined : 'altered';
}

/** SHA-256 in hex; undefined for what the medium does not give. */
async function digestAt(
  ranges: RandomAccess,
  from: number,
  to: number,
): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await ranges.read(from, to - from))
      .digest('hex');
  } catch (error) {
    if (error instanceof ArchiveSourceError && error.code === 'ARCHIVE_UNREADABLE')
      return undefined;
    throw error;
  }
}

/**
 * Parts whose size is not that of the others, where nobody knows digests: whoever cuts makes all alike
 * but the last.
 */
export function oddSizes(
  parts: readonly PartFacts[],
  header: PartsFacts['header'],
): readonly PartDamage[] {
  if (typeof header !== 'object' || 'fault' in header) return [];
  const data = parts.filter(({ number }) => number > 0);
  const counts = new Map<number, number>();
  for (const { number, size } of data)
    if (number < header.count) counts.set(size, (counts.get(size) ?? 0) + 1);
  const [usual, votes = 0] = [...counts].sort(([a, x], [b, y]) => y - x || b - a)[0] ?? [];
  if (usual === undefined || votes < 2 || counts.size > 2) return [];
  return data.flatMap(({ number, places, size }): PartDamage[] => {
    const to = number < header.count ? usual : header.size - (header.count - 1) * usual;
    return size === to || to <= 0
      ? []
      : [{ part: number, place: places[0] ?? '', kind: 'size', chunks: undefined, from: size, to }];
  });
}
