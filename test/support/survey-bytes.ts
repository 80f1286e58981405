import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { defaultReadLimits, type ReadLimits } from '../../src/archive/read-limits.ts';
import type { Survey } from '../../src/archive/survey.ts';
import { surveyArchive } from '../../src/archive/survey-archive.ts';

const compute = inProcessCompute();

/** The survey of an archive in memory, given whole or in pieces; where no limits are named, the default ones hold. */
export function surveyBytes(
  archive: Uint8Array | Iterable<Uint8Array>,
  limits: Partial<ReadLimits> = {},
  wholeDigest = true,
): Promise<Survey> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (archive instanceof Uint8Array) yield archive;
    else yield* archive;
  }
  return surveyArchive(
    { chunks: chunks() },
    { ...defaultReadLimits, ...limits },
    { wholeDigest },
    compute,
    { signal: new AbortController().signal },
  );
}

/** Codes of what a survey finds wrong. */
export async function problemCodes(
  archive: Uint8Array,
  limits: Partial<ReadLimits> = {},
): Promise<readonly string[]> {
  return (await surveyBytes(archive, limits)).container.problems.map(({ code }) => code);
}

/** The bytes in pieces of one length; the last one may be shorter. */
export function* cutEvery(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
