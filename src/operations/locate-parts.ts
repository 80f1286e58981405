import { partsManifestName } from '../archive/parts-manifest.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import {
  maxSplitHeaderBytes,
  parseSplitHeader,
  parseSplitName,
  splitPartName,
} from '../zarf/split-part.ts';

/** Parts that belong together, wherever they lie. */
export interface PartSet {
  /** File name of the whole archive. */
  readonly stem: string;
  /** Where the whole would lie: beside its header, or beside the first part. */
  readonly location: string;
  /** By number, then path; 0 is the header. */
  readonly parts: readonly { readonly number: number; readonly path: string }[];
  /** Files with digests of chunks. */
  readonly manifests: readonly string[];
  /** Files whose names begin like those of parts and that are none. */
  readonly strange: readonly string[];
}

/** What a location on the command line turned out to be. */
export type Located =
  | { readonly kind: 'archive'; readonly location: string }
  | {
      readonly kind: 'folder';
      readonly location: string;
      /** Split archives that are judged with this folder. */
      readonly sets: readonly PartSet[];
      /** Names in it that belong to an archive judged elsewhere. */
      readonly lent: ReadonlySet<string>;
    }
  | { readonly kind: 'parts'; readonly set: PartSet };

/** What one folder has of one split archive. */
interface Group {
  readonly stem: string;
  /** With a final slash, or empty for the working directory. */
  readonly folder: string;
  readonly names: readonly string[];
  readonly complete: boolean;
}

/**
 * Tells archives, folders and parts of split archives apart, and puts parts together: those in one
 * folder that are complete by their header stand alone, all others of one name belong together, in
 * whatever order and from whatever folders (discs) they were named.
 * What cannot be looked at stays an archive: opening it says what is wrong.
 */
export async function locateParts(
  locations: readonly string[],
  source: ArchiveSource,
  run: Run,
): Promise<readonly Located[]> {
  const groups = new Map<string, Group>();
  const asked: { location: string; kind: Located['kind']; folder: string; stem?: string }[] = [];
  for (const location of [...new Set(locations)]) {
    const listed = await namesAt(location, source, run);
    if (listed === 'unreadable') {
      // Listing it again says what is wrong.
      asked.push({ location, kind: 'folder', folder: location });
      continue;
    }
    if (listed !== undefined) {
      const folder = location.endsWith('/') ? location : `${location}/`;
      asked.push({ location, kind: 'folder', folder });
      for (const group of await groupsIn(folder, listed, source, run))
        groups.set(keyOf(group), group);
      continue;
    }
    const folder = location.slice(0, location.lastIndexOf('/') + 1);
    const name = location.slice(folder.length);
    const part = location === '-' ? undefined : parseSplitName(name);
    if (part === undefined) {
      asked.push({ location, kind: 'archive', folder });
      continue;
    }
    const { stem } = part;
    asked.push({ location, kind: 'parts', folder, stem });
    const around = await namesAt(folder === '' ? '.' : folder, source, run);
    const names = [...new Set([...(Array.isArray(around) ? around : []), name])];
    const own = (await groupsIn(folder, names, source, run)).find((group) => group.stem === stem);
    if (own !== undefined) groups.set(keyOf(own), own);
  }
  return assign(asked, [...groups.values()]);
}

/** The split archives of one folder, each by itself. */
export async function locatePartsIn(
  folder: string,
  names: readonly string[],
  source: ArchiveSource,
  run: Run,
): Promise<readonly PartSet[]> {
  const groups = await groupsIn(`${folder}/`, names, source, run);
  return groups.map((group) => setOf([group]));
}

function assign(
  asked: readonly { location: string; kind: Located['kind']; folder: string; stem?: string }[],
  groups: readonly Group[],
): readonly Located[] {
  const sets = setsOf(groups);
  const done = new Set<PartSet>();
  const located: Located[] = [];
  const homes = new Map(sets.map(({ set, groups: all }) => [set, homeOf(all)]));
  for (const { location, kind, folder, stem } of asked) {
    if (kind === 'archive') located.push({ kind, location });
    else if (kind === 'parts') {
      const found = sets.find(({ groups: all }) =>
        all.some((group) => group.folder === folder && group.stem === stem),
      );
      const home = found === undefined ? undefined : homes.get(found.set)?.folder;
      const withFolder = asked.some((other) => other.kind === 'folder' && other.folder === home);
      if (found === undefined || done.has(found.set) || withFolder) continue;
      done.add(found.set);
      located.push({ kind, set: found.set });
    } else {
      const own = sets.filter(({ set }) => homes.get(set)?.folder === folder);
      const named = sets.filter(
        ({ set, groups: all }) =>
          homes.get(set)?.folder !== folder && all.some((group) => group.folder === folder),
      );
      // Where the header lies in no folder that was named, its set stands alone.
      for (const { set } of named) {
        const home = homes.get(set)?.folder;
        const elsewhere = asked.some((other) => other.kind !== 'archive' && other.folder === home);
        if (elsewhere || done.has(set)) continue;
        done.add(set);
        located.push({ kind: 'parts', set });
      }
      const lent = new Set(
        named.flatMap(({ groups: all }) =>
          all
            .filter((group) => group.folder === folder)
            .flatMap(({ names, stem: of }) => [...names, partsManifestName(of)]),
        ),
      );
      located.push({ kind, location, sets: own.map(({ set }) => set), lent });
    }
  }
  return located;
}

function setsOf(groups: readonly Group[]): readonly { set: PartSet; groups: readonly Group[] }[] {
  const whole = groups.filter(({ complete }) => complete).map((group) => [group]);
  const byStem = new Map<string, Group[]>();
  for (const group of groups.filter(({ complete }) => !complete))
    byStem.set(group.stem, [...(byStem.get(group.stem) ?? []), group]);
  return [...whole, ...byStem.values()].map((all) => ({ set: setOf(all), groups: all }));
}

/** The folder of the header; without one, of the part with the lowest number. */
function homeOf(groups: readonly Group[]): Group | undefined {
  const lowest = ({ names }: Group): number =>
    Math.min(...names.map((name) => parseSplitName(name)?.number ?? Number.MAX_SAFE_INTEGER));
  return [...groups].sort((a, b) => lowest(a) - lowest(b))[0];
}

function setOf(groups: readonly Group[]): PartSet {
  const stem = groups[0]?.stem ?? '';
  const files = groups.flatMap(({ folder, names }) =>
    names.map((name) => ({ name, path: `${folder}${name}`, part: parseSplitName(name)?.number })),
  );
  const manifest = partsManifestName(stem);
  return {
    stem,
    location: `${homeOf(groups)?.folder ?? ''}${stem}`,
    parts: files
      .flatMap(({ path, part }) => (part === undefined ? [] : [{ number: part, path }]))
      .sort((a, b) => a.number - b.number || (a.path < b.path ? -1 : 1)),
    manifests: files.filter(({ name }) => name === manifest).map(({ path }) => path),
    strange: files
      .filter(({ name, part }) => part === undefined && name !== manifest)
      .map(({ name }) => name),
  };
}

async function groupsIn(
  folder: string,
  names: readonly string[],
  source: ArchiveSource,
  run: Run,
): Promise<readonly Group[]> {
  const stems = [
    ...new Set(
      names.map((name) => parseSplitName(name)?.stem).filter((stem) => stem !== undefined),
    ),
  ].sort();
  const groups: Group[] = [];
  for (const stem of stems) {
    const own = names.filter(
      (name) =>
        !name.endsWith('/') &&
        (name.startsWith(`${stem}.part`) || name === partsManifestName(stem)) &&
        (parseSplitName(name)?.stem ?? stem) === stem,
    );
    const complete = await isComplete(folder, stem, own, source, run);
    groups.push({ stem, folder, names: own, complete });
  }
  return groups;
}

async function isComplete(
  folder: string,
  stem: string,
  names: readonly string[],
  source: ArchiveSource,
  run: Run,
): Promise<boolean> {
  const header = splitPartName(stem, 0);
  if (!names.includes(header)) return false;
  const bytes = await source
    .readSmall(`${folder}${header}`, maxSplitHeaderBytes, run)
    .catch(() => undefined); // told when it is judged
  const read = bytes === undefined ? 'missing' : parseSplitHeader(bytes);
  return (
    typeof read === 'object' &&
    Array.from({ length: Math.min(read.count, names.length) }, (_, index) => index + 1).every(
      (number) => names.includes(splitPartName(stem, number)),
    ) &&
    read.count < names.length
  );
}

function keyOf({ folder, stem }: Group): string {
  return `${folder}\n${stem}`;
}

/** Names in a folder; undefined for what is no folder, or not there. */
async function namesAt(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly string[] | 'unreadable' | undefined> {
  try {
    return await source.list(location, run);
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof ArchiveSourceError)) throw error;
    return error.code === 'ARCHIVE_MISSING' ? undefined : 'unreadable';
  }
}
