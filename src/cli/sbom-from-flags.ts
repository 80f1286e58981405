import { resolve } from 'node:path';
import { UsageError } from '../errors/families.ts';
import { type GeneratedSbom, generateSboms } from '../operations/generate-sboms.ts';
import type { SbomFormat } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import { blobStoreIn, cacheFolder, openCompute, workspaceIn } from './wire.ts';
import { outputFolderAt } from './wire-carriers.ts';
import { imagesIn, namedGenerator } from './wire-sbom.ts';

/** What SBOM commands cannot be asked for. */
export class SbomUsageError extends UsageError<
  | 'SBOM_IMAGE_MISSING' // the place holds no such image
  | 'SBOM_TIME_INVALID' // SOURCE_DATE_EPOCH is no number of seconds
  | 'SBOM_EXPORT_STDIN' // an archive on standard input cannot be read twice
  | 'SBOM_EXPORT_EMPTY' // the archive has nothing of what was asked for
  | 'SBOM_IMAGE_AMBIGUOUS' // several images, and the document is about one
> {}

/** What `sbom generate` was asked for. */
export interface GenerateRequest {
  readonly location: string;
  readonly images: readonly string[];
  readonly formats: readonly SbomFormat[];
  readonly architecture: string;
  readonly out: string;
  readonly cacheDir: string | undefined;
  /** Path of a syft that finds the packages instead of our own catalogers. */
  readonly syft: string | undefined;
  readonly sourceDateEpoch: string | undefined;
  readonly programVersion: string;
}

/**
 * Documents about the images of one place.
 * @throws SbomUsageError all codes
 */
export async function sbomsFromFlags(
  request: GenerateRequest,
  run: Run,
): Promise<readonly GeneratedSbom[]> {
  const { location, images, formats, sourceDateEpoch } = request;
  const created = sourceDateEpoch === undefined ? undefined : timeOf(sourceDateEpoch);
  const cacheDir = await cacheFolder(request.cacheDir);
  await using compute = await openCompute();
  const { found, missing, there } = await imagesIn(
    location,
    images,
    { architecture: request.architecture, os: 'linux' },
    { workspace: await workspaceIn('/'), blobs: await blobStoreIn(cacheDir, compute) },
    run,
  );
  if (missing.length > 0)
    throw new SbomUsageError(
      'SBOM_IMAGE_MISSING',
      `${location} does not hold ${missing.join(', ')}`,
      { suggestions: [holds(location, there), 'Leave --image out to take every image'] },
    );
  return await generateSboms(
    found,
    { formats, ...(created === undefined ? {} : { created }) },
    {
      generator: await namedGenerator(request.syft, request.programVersion, cacheDir, compute, run),
      output: await outputFolderAt(resolve(request.out)),
    },
    run,
  );
}

const maxNamed = 20;

/** What somebody could have asked for. */
export function holds(location: string, there: readonly string[]): string {
  const more = there.length - maxNamed;
  return there.length === 0
    ? `${location} holds no image`
    : `${location} holds ${there.slice(0, maxNamed).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function timeOf(seconds: string): Date {
  const time = new Date(Number(seconds) * 1000);
  if (!/^\d+$/.test(seconds) || Number.isNaN(time.getTime()))
    throw new SbomUsageError(
      'SBOM_TIME_INVALID',
      `SOURCE_DATE_EPOCH is '${seconds}', which is no number of seconds since 1970`,
      { suggestions: ['Unset it: documents then have the time of their image'] },
    );
  return time;
}
