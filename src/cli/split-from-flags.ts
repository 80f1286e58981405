import { UsageError } from '../errors/families.ts';
import { type JoinedArchive, joinArchive } from '../operations/join-archive.ts';
import { type SplitParts, splitArchive, usualChunkBytes } from '../operations/split-archive.ts';
import { parseByteSize } from '../policy/byte-size.ts';
import type { Run } from '../support/run.ts';
import { openCompute } from './wire.ts';
import { archiveSource, outputFolderAt, outputFor } from './wire-carriers.ts';

/** A size that is none. */
class SplitSizeError extends UsageError<'SPLIT_SIZE'> {}

/** Cuts an archive as the flags say. */
export async function splitFromFlags(
  {
    location,
    size,
    out,
  }: { readonly location: string; readonly size: string; readonly out: string },
  run: Run,
): Promise<SplitParts> {
  const partBytes = parseByteSize(size);
  if (partBytes === undefined || partBytes < 1) {
    throw new SplitSizeError('SPLIT_SIZE', `'${size}' is no size of a part`, {
      suggestions: ['Write it like 4GB, 4480MB, 650MiB or 25GB'],
    });
  }
  await using compute = await openCompute();
  return await splitArchive(
    { location, partBytes, chunkBytes: usualChunkBytes },
    { source: await archiveSource(), compute, output: await outputFolderAt(out) },
    run,
  );
}

/** Joins parts as the flags say. */
export async function joinFromFlags(
  {
    locations,
    out,
    replace,
  }: { readonly locations: readonly string[]; readonly out: string; readonly replace: boolean },
  run: Run,
): Promise<JoinedArchive> {
  await using compute = await openCompute();
  return await joinArchive(
    { locations, replace },
    { source: await archiveSource(), compute, outputFor: (name) => outputFor(out, name) },
    run,
  );
}
