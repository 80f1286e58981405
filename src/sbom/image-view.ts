import type { Digest } from '../oci/digest.ts';
import type { FileFacts, LayerFacts, TakenFile } from './layer-facts.ts';

/** A file with facts as it stands in the finished image. */
export interface AnySeenFile {
  readonly path: string;
  readonly cataloger: string;
  readonly facts: FileFacts;
  readonly sha256?: string;
  /** The layer that holds it, as a plain tar. */
  readonly diffId: Digest;
}

/** The same, with facts of one kind. */
export interface SeenFile<Kind extends FileFacts['kind']> extends AnySeenFile {
  readonly facts: Extract<FileFacts, { kind: Kind }>;
}

/** The file system of an image, as far as catalogers care. */
export interface ImageView {
  readonly distro: Distro | undefined;
  /** Files with facts of one kind, sorted by path. */
  files<Kind extends FileFacts['kind']>(kind: Kind): readonly SeenFile<Kind>[];
  /** Facts at a path, links to it followed. */
  find<Kind extends FileFacts['kind']>(path: string, kind: Kind): SeenFile<Kind> | undefined;
  /** Whether a path other than a directory exists. */
  exists(path: string): boolean;
  /** Programs and libraries in machine code, sorted. */
  readonly binaries: readonly string[];
  /** Files that packages of earlier catalogers say are theirs. */
  readonly owned: ReadonlySet<string>;
}

/** What `os-release` says. @see os-release(5) */
export interface Distro {
  readonly id: string;
  readonly versionId: string;
  /** Every field. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Facts of one layer and the digest of its plain tar. */
export interface ImageLayer {
  readonly diffId: Digest;
  readonly facts: LayerFacts;
}

/** Lays layers over each other, lowest first: what is removed or overwritten is gone. */
export function viewOf(
  layers: readonly ImageLayer[],
  owned: ReadonlySet<string> = new Set(),
): ImageView {
  const present = new Map<string, number>();
  const taken = new Map<string, TakenFile & { readonly layer: number }>();
  const links = new Map<string, string>();
  const binaries = new Set<string>();
  const drop = (path: string): void => {
    present.delete(path);
    taken.delete(path);
    links.delete(path);
    binaries.delete(path);
  };
  for (const [index, { facts }] of layers.entries()) {
    // Only what lies below is removed; the order inside a layer does not matter.
    const gone = new Set(facts.whiteouts);
    const hidden = new Set(facts.opaque);
    if (index > 0 && (gone.size > 0 || hidden.size > 0 || facts.paths.length > 0)) {
      const replaced = new Set(facts.paths);
      for (const path of present.keys()) if (isHidden(path, gone, hidden, replaced)) drop(path);
    }
    for (const path of facts.paths) {
      drop(path);
      present.set(path, index);
    }
    for (const [path, target] of Object.entries(facts.links)) links.set(path, target);
    for (const path of facts.binaries) binaries.add(path);
    for (const file of facts.files) taken.set(file.path, { ...file, layer: index });
  }
  const seen = (file: TakenFile & { readonly layer: number }): AnySeenFile => {
    const diffId = layers[file.layer]?.diffId;
    if (diffId === undefined) throw new RangeError(`no layer ${file.layer}`);
    const { layer: _, ...rest } = file;
    return { ...rest, diffId };
  };
  const byKind = new Map<string, AnySeenFile[]>();
  for (const path of [...taken.keys()].sort()) {
    const file = taken.get(path);
    if (file === undefined) continue;
    const list = byKind.get(file.facts.kind) ?? [];
    list.push(seen(file));
    byKind.set(file.facts.kind, list);
  }
  const isKind = <Kind extends FileFacts['kind']>(
    file: AnySeenFile,
    kind: Kind,
  ): file is SeenFile<Kind> => file.facts.kind === kind;
  const files = <Kind extends FileFacts['kind']>(kind: Kind): readonly SeenFile<Kind>[] =>
    (byKind.get(kind) ?? []).flatMap((file) => (isKind(file, kind) ? [file] : []));
  const find = <Kind extends FileFacts['kind']>(
    path: string,
    kind: Kind,
  ): SeenFile<Kind> | undefined => {
    const file = taken.get(followed(path, links));
    if (file === undefined) return undefined;
    const found = seen(file);
    return isKind(found, kind) ? found : undefined;
  };
  return {
    distro: distroOf(find),
    files,
    find,
    exists: (path) => present.has(path),
    binaries: [...binaries].sort(),
    owned,
  };
}

function isHidden(
  path: string,
  gone: ReadonlySet<string>,
  hidden: ReadonlySet<string>,
  replaced: ReadonlySet<string>,
): boolean {
  if (gone.has(path) || hidden.has('')) return true;
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const above = path.slice(0, at);
    if (gone.has(above) || hidden.has(above) || replaced.has(above)) return true;
  }
  return false;
}

const maxLinks = 40;

/** Follows links of the path and of the folders above it, inside the image. */
function followed(path: string, links: ReadonlyMap<string, string>): string {
  let at = path;
  for (let step = 0; step < maxLinks; step++) {
    const segments = at.split('/');
    let next: string | undefined;
    for (let depth = 1; depth <= segments.length && next === undefined; depth++) {
      const part = segments.slice(0, depth).join('/');
      const target = links.get(part);
      if (target !== undefined)
        next = joined(segments.slice(0, depth - 1), target, segments.slice(depth));
    }
    if (next === undefined || next === at) return at;
    at = next;
  }
  return at;
}

/** A link can lead no further than to the root. */
function joined(folder: readonly string[], target: string, rest: readonly string[]): string {
  const segments = target.startsWith('/') ? [] : [...folder];
  for (const segment of [...target.split('/'), ...rest]) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function distroOf(find: ImageView['find']): Distro | undefined {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const fields = find(path, 'os-release')?.facts.fields;
    if (fields?.['ID'] !== undefined)
      return { id: fields['ID'], versionId: fields['VERSION_ID'] ?? '', fields };
  }
  return undefined;
}
