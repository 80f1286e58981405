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
      damage.push(
        ...(await damageOf(number, place, file.ranges, expected, manifest?.chunkSize, run)),
      );
    }
  }
  return damage;
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
  try {
    const bytes = await ranges.read(from, to - from);
    if (expected === undefined) return undefined;
    return createHash('sha256').update(bytes).digest('hex') === expected ? undefined : 'altered';
  } catch (error) {
    if (error instanceof ArchiveSourceError && error.code === 'ARCHIVE_UNREADABLE')
      return 'unreadable';
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
  if (data.reduce((sum, { size }) => sum + size, 0) === header.size) return [];
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
