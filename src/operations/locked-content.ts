import { frameKey } from '../archive/frame-plan.ts';
import type { ReleaseLock } from '../config/lock.ts';
import { hexOf, isDigest } from '../oci/digest.ts';
import type { CacheEntry, CacheKeeper } from '../ports/cache-keeper.ts';

const maxDocumentBytes = 4 * 2 ** 20;
/** A large repository has a line for each of its files. */
const maxTreeBytes = 512 * 2 ** 20;
const maxDepth = 4;

/**
 * Paths of the entries that a lock needs: what it names by digest, what the manifests among them name, frames
 * of all that, and what tells that an image of the lock was built.
 */
export async function lockedContent(
  lock: ReleaseLock,
  entries: readonly CacheEntry[],
  keeper: CacheKeeper,
): Promise<ReadonlySet<string>> {
  const blobs = new Map(
    entries.flatMap((entry) => (entry.kind === 'blobs' ? [[entry.key, entry]] : [])),
  );
  const trees = new Set(
    Object.values(lock.flavors).flatMap(({ inputs = [] }) =>
      inputs.flatMap(({ kind, sha256 }) => (kind === 'repository' ? [sha256] : [])),
    ),
  );
  const named = new Set<string>();
  const visit = async (hex: string, depth: number): Promise<void> => {
    if (named.has(hex)) return;
    named.add(hex);
    const entry = blobs.get(hex);
    if (entry === undefined || depth === maxDepth) return;
    const bytes = await keeper.read(entry, trees.has(hex) ? maxTreeBytes : maxDocumentBytes);
    for (const below of digestsIn(bytes)) await visit(below, depth + 1);
  };
  for (const hex of rootsOf(lock)) await visit(hex, 0);
  const frames = new Set([...named].map((hex) => frameKey(hex)));
  const kept = new Set<string>();
  for (const entry of entries) {
    const { kind, key, path } = entry;
    if (kind === 'blobs' && named.has(key)) kept.add(path);
    if (kind === 'frames' && frames.has(key)) kept.add(path);
    if (kind === 'builds' && tellsOf(await keeper.read(entry, maxDocumentBytes), named))
      kept.add(path);
  }
  return kept;
}

function rootsOf(lock: ReleaseLock): readonly string[] {
  return Object.values(lock.flavors).flatMap(({ images, payloads, packages = [], inputs = [] }) => [
    ...images.flatMap(({ digest, indexDigest, config, layers }) => [
      ...[digest, ...(indexDigest === undefined ? [] : [indexDigest])].map(hexOf),
      ...[...layers, ...(config === undefined ? [] : [config])].map((part) => hexOf(part.digest)),
    ]),
    ...payloads.map(({ sha256 }) => sha256),
    ...packages.map(({ digest }) => hexOf(digest)),
    ...inputs.flatMap(({ sha256, manifest }) => [
      sha256,
      ...(manifest === undefined ? [] : [hexOf(manifest)]),
    ]),
  ]);
}

/** What an index or manifest points at; nothing for what is no such document. */
function digestsIn(bytes: Uint8Array | undefined): readonly string[] {
  const document = jsonOf(bytes);
  const below = ['manifests', 'layers', 'config', 'blobs'].flatMap((name) =>
    [Reflect.get(Object(document), name)].flat(),
  );
  return below.flatMap((each: unknown) => {
    const digest: unknown = Reflect.get(Object(each), 'digest');
    return typeof digest === 'string' && isDigest(digest) ? [hexOf(digest)] : [];
  });
}

/** Whether the record of a build is about an image that is named. */
function tellsOf(bytes: Uint8Array | undefined, named: ReadonlySet<string>): boolean {
  const digest: unknown = Reflect.get(Object(Reflect.get(Object(jsonOf(bytes)), 'root')), 'digest');
  return typeof digest === 'string' && isDigest(digest) && named.has(hexOf(digest));
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  // Layers begin with anything but this; so none is parsed.
  if (bytes?.[0] !== 0x7b) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
