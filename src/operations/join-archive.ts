import type { Compute } from '../archive/compute.ts';
import { describeDamage } from '../checks/describe-damage.ts';
import type { PartDamage } from '../checks/parts-facts.ts';
import { InputError, UsageError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { Run } from '../support/run.ts';
import { splitPartName } from '../zarf/split-part.ts';
import { findDamage, oddSizes } from './find-damage.ts';
import { hashChunks } from './hash-chunks.ts';
import { oneArchive } from './one-archive.ts';
import { readPartSet, type SplitArchive } from './read-part-set.ts';

/** The parts do not give the archive that was cut. */
class JoinError extends InputError<
  'JOIN_HEADER' | 'JOIN_PART_MISSING' | 'JOIN_PART_DOUBLED' | 'JOIN_DAMAGED' | 'JOIN_MISMATCH' // every part is whole, and together they are another archive than part 000 says
> {}
/** What was asked for does not go. */
class JoinUsageError extends UsageError<'JOIN_NOT_PARTS' | 'JOIN_TARGET_EXISTS'> {}

export interface JoinRequest {
  /** Parts, or folders they lie in, in any order. */
  readonly locations: readonly string[];
  /** Put the archive in the place of another file of its name. */
  readonly replace: boolean;
}

export interface JoinPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  /** Where the archive of this name goes. */
  outputFor(fileName: string): Promise<{ readonly folder: OutputFolder; readonly name: string }>;
}

export interface JoinedArchive {
  readonly archive: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
  readonly parts: number;
  /** `unchanged`: it lay there already. */
  readonly outcome: 'joined' | 'unchanged';
  /** A detached signature that lies beside the parts and belongs beside the archive. */
  readonly signature: string | undefined;
}

const maxSignatureBytes = 2 ** 20;

/**
 * Puts a split archive together. It gets its name only once it is what the header says; where it is
 * not, the bad pieces are named. The parts stay as they are.
 * @throws JoinError, JoinUsageError, OneArchiveError, ArchiveSourceError, OutputError
 */
export async function joinArchive(
  { locations, replace }: JoinRequest,
  { source, compute, outputFor }: JoinPorts,
  run: Run,
): Promise<JoinedArchive> {
  const { location, parts: set } = await oneArchive(locations, source, run);
  if (set === undefined) {
    // What is not there is told as that.
    await using _there = await source.open(location, run);
    throw new JoinUsageError('JOIN_NOT_PARTS', `${location} is no part of a split archive`, {
      suggestions: ['Name any part (….part000), or the folders the parts lie in'],
    });
  }
  const split = await readPartSet(set, source, run);
  const { header, readable } = complete(split);
  const { folder, name } = await outputFor(set.stem);
  const archive = folder.pathOf(name);
  const signature = `${set.location}.sigstore.json`;
  const beside = await source.readSmall(signature, maxSignatureBytes, run);
  const joined = {
    archive,
    size: header.size,
    digest: header.digest,
    parts: readable.length,
    signature: beside === undefined ? undefined : signature,
  };
  if ((await folder.list()).includes(name)) {
    if ((await digestAt(archive, header.size, source, compute, run)) === header.digest)
      return { ...joined, outcome: 'unchanged' };
    if (!replace) {
      throw new JoinUsageError(
        'JOIN_TARGET_EXISTS',
        `${archive} is there, and is another archive`,
        {
          suggestions: ['Choose another place with --out, or replace it with --replace'],
        },
      );
    }
  }
  const step = `join ${set.stem}`;
  run.onProgress?.({
    kind: 'step-started',
    step,
    title: `Join ${set.stem}`,
    totalBytes: header.size,
  });
  await using whole = await source.openParts(set.location, readable, run);
  await using file = await folder.create(name);
  const hash = compute.hash();
  const chunks = whole.chunks(run);
  let size = 0;
  try {
    for await (const chunk of chunks) {
      const hashed = hash.update(chunk);
      await file.write([chunk]);
      await hashed;
      await hash.settled();
      size += chunk.length;
      chunks.recycle?.(chunk);
      run.onProgress?.({ kind: 'step-progress', step, bytes: size });
    }
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof ArchiveSourceError) || error.code !== 'ARCHIVE_UNREADABLE') throw error;
    throw await damaged(split, error.message, source, run, error);
  }
  const digest = digestFromHex(await hash.digest());
  if (digest !== header.digest) {
    const found = `the parts together are ${digest} (${size} bytes), the header says ${header.digest} (${header.size} bytes)`;
    throw await damaged(split, found, source, run);
  }
  await file.commit();
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return { ...joined, outcome: 'joined' };
}

type ReadableSplit = SplitArchive & {
  readonly header: { readonly digest: Digest; readonly size: number; readonly count: number };
  readonly readable: readonly string[];
};

/** @throws JoinError JOIN_HEADER, JOIN_PART_MISSING, JOIN_PART_DOUBLED */
function complete(split: SplitArchive): ReadableSplit {
  const { header, readable, missing, parts, set } = split;
  if (header === 'missing' || 'fault' in header) {
    const why = header === 'missing' ? 'is missing' : `says nothing: ${header.fault}`;
    throw new JoinError('JOIN_HEADER', `${splitPartName(set.stem, 0)} ${why}`, {
      suggestions: ['Name the folder (disc) it lies in, or bring it over again'],
    });
  }
  if (readable !== undefined) return { ...split, header, readable };
  if (missing.length > 0) {
    const names = missing.map(({ number, size, digest }) => {
      const known = [size === undefined ? '' : `${size} bytes`, digest ?? ''].filter(Boolean);
      const name = splitPartName(set.stem, number);
      return known.length === 0 ? name : `${name} (${known.join(', ')})`;
    });
    throw new JoinError(
      'JOIN_PART_MISSING',
      `${missing.length} of ${header.count} parts are missing: ${firstOf(names)}`,
      { suggestions: ['Name the folders (discs) they lie in too, or bring them over again'] },
    );
  }
  const doubled = parts.filter(({ places }) => places.length > 1);
  throw new JoinError(
    'JOIN_PART_DOUBLED',
    `there more than once: ${firstOf(doubled.map(({ places }) => places.join(' and ')))}`,
    { suggestions: ['Name the one that is meant'] },
  );
}

/** The error that names every bad piece there is. */
async function damaged(
  split: SplitArchive,
  found: string,
  source: ArchiveSource,
  run: Run,
  cause?: unknown,
): Promise<JoinError> {
  const { parts, manifest, set, header } = split;
  const read = await findDamage({ parts, manifest, unread: true }, source, run);
  const damage = read.length === 0 && manifest === undefined ? oddSizes(parts, header) : read;
  const options = cause === undefined ? {} : { cause };
  if (damage.length === 0) {
    return new JoinError('JOIN_MISMATCH', found, {
      ...options,
      suggestions: [
        manifest === undefined
          ? `Which part is bad cannot be told without ${set.stem}.chunks.json: bring that along, or all parts over again`
          : 'Bring part 000 over again: every part is what was cut',
      ],
    });
  }
  return new JoinError('JOIN_DAMAGED', `${found}; ${firstOf(damage.map(lineOf))}`, {
    ...options,
    suggestions: [...new Set(damage.map((each) => nextFor(each, set.stem)))],
  });
}

function nextFor({ kind, part, holds = 0 }: PartDamage, stem: string): string {
  const name = splitPartName(stem, part);
  return kind === 'exchanged'
    ? `Give ${name} the name ${splitPartName(stem, holds)}: it is that part`
    : `Bring ${name} over again, or burn its medium again`;
}

function lineOf(damage: PartDamage): string {
  return `part ${damage.part}: ${describeDamage(damage)}`;
}

function firstOf(lines: readonly string[]): string {
  const shown = lines.slice(0, 10).join('; ');
  return lines.length > 10 ? `${shown}; and ${lines.length - 10} more` : shown;
}

async function digestAt(
  path: string,
  size: number,
  source: ArchiveSource,
  compute: Compute,
  run: Run,
): Promise<Digest | undefined> {
  await using there = await source.open(path, run);
  if (there.size !== size) return undefined;
  return (await hashChunks(there.chunks(run), compute)).digest;
}
