import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { defaultReadLimits } from '../../src/archive/read-limits.ts';
import type { SurveyedEntry } from '../../src/archive/survey.ts';
import { surveyArchive } from '../../src/archive/survey-archive.ts';
import { hexOf } from '../../src/oci/digest.ts';
import type { ForeignReader, SeenEntry, SeenTar } from './foreign-tar-readers.ts';
import type { TarVariant } from './tar-variants.ts';

const run = { signal: new AbortController().signal };

/** What our reader accepts of a tar; undefined where it refuses anything about it. */
async function acceptedByUs(bytes: Uint8Array): Promise<readonly SeenEntry[] | undefined> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const survey = await surveyArchive(
    { chunks: chunks() },
    defaultReadLimits,
    { wholeDigest: false },
    inProcessCompute(),
    run,
  ).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ARCHIVE_'))
      return undefined;
    throw error;
  });
  if (survey === undefined) return undefined;
  const { entries } = survey;
  // Hard links with a target before them are judged by what kind of bundle it is.
  const links = new Set(
    entries
      .filter(
        ({ type, linkTarget }, index) =>
          type === 'hardlink' &&
          entries
            .slice(0, index)
            .some((entry) => entry.type === 'file' && entry.path === linkTarget),
      )
      .map(({ name }) => name),
  );
  const refused = survey.container.problems.some(
    ({ code, entry }) => !(code === 'TAR_ENTRY_TYPE' && entry !== undefined && links.has(entry)),
  );
  return refused ? undefined : survey.entries.map(asSeen);
}

function asSeen({ name, type, size, digest, linkTarget }: SurveyedEntry): SeenEntry {
  const file = type === 'file';
  return {
    name: Buffer.from(name).toString('latin1'),
    type: type === 'file' || type === 'directory' || type === 'hardlink' ? type : 'other',
    size: file ? size : 0,
    sha: file && digest !== undefined ? hexOf(digest) : '',
    link: type === 'hardlink' ? linkTarget : undefined,
  };
}

/** Where a reader and we do not agree, in words; undefined where we do. */
function difference(
  mine: readonly SeenEntry[],
  theirs: SeenTar,
  reader: string,
): string | undefined {
  if (theirs.fault !== undefined) return `${reader} stops: ${theirs.fault}`;
  const ours = plain(mine);
  const others = plain(theirs.entries);
  const agree =
    ours.length === others.length &&
    ours.every((entry, index) => {
      const other = others[index];
      return (
        entry.name === other?.name &&
        entry.type === other.type &&
        entry.size === other.size &&
        entry.sha === other.sha &&
        // Not every reader tells where a link leads.
        (entry.link === other.link || other.link === undefined)
      );
    });
  return agree ? undefined : `${reader} sees ${JSON.stringify(others)}, we ${JSON.stringify(ours)}`;
}

/** Names as they end up on a disk; the folder itself is no entry. */
function plain(entries: readonly SeenEntry[]): readonly SeenEntry[] {
  return entries
    .map((entry) => ({ ...entry, name: cleaned(entry.name) }))
    .filter(({ name }) => name !== '');
}

function cleaned(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** What came out of a comparison. */
export interface Compared {
  readonly accepted: number;
  /** Variants that the reader sees otherwise than the first reader does: what there was to find. */
  readonly disputed: number;
  readonly differences: readonly string[];
}

/** Compares what we accept with what each reader makes of it; readers are given all, or only what we accept. */
export async function compareReaders(
  variants: readonly TarVariant[],
  readers: readonly ForeignReader[],
  given: 'all' | 'accepted',
): Promise<Compared> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-tars-'));
  try {
    await mkdir(join(folder, 'tars'));
    const accepted = await Promise.all(variants.map(({ bytes }) => acceptedByUs(bytes)));
    const chosen = variants
      .map((variant, index) => ({ ...variant, mine: accepted[index] }))
      .filter(({ mine }) => given === 'all' || mine !== undefined);
    const paths = chosen.map((_variant, index) => join(folder, 'tars', `${index}.tar`));
    for (const [index, { bytes }] of chosen.entries()) await writeFile(paths[index] ?? '', bytes);
    const differences: string[] = [];
    const views = chosen.map(() => new Set<string>());
    for (const reader of readers) {
      const seen = await reader.read(paths, folder);
      for (const [index, { name, mine }] of chosen.entries()) {
        const theirs = seen[index] ?? { entries: [], fault: 'it says nothing' };
        views[index]?.add(JSON.stringify([theirs.fault !== undefined, plain(theirs.entries)]));
        const found = mine === undefined ? undefined : difference(mine, theirs, reader.name);
        if (found !== undefined) differences.push(`${name}: ${found}`);
      }
    }
    return {
      accepted: accepted.filter((each) => each !== undefined).length,
      disputed: views.filter(({ size }) => size > 1).length,
      differences,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
