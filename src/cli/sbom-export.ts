import { resolve } from 'node:path';
import { type ExportedSbom, type ExportLevel, exportSboms } from '../operations/export-sboms.ts';
import { oneArchive } from '../operations/one-archive.ts';
import type { SbomFormat } from '../sbom/sbom-names.ts';
import { type Run, runWithin } from '../support/run.ts';
import { SbomUsageError } from './sbom-from-flags.ts';
import { openCompute } from './wire.ts';
import { archiveSource, outputFolderAt } from './wire-carriers.ts';

/** What `sbom export` was asked for. */
export interface ExportFromFlags {
  /** One archive, or parts of one. */
  readonly locations: readonly string[];
  readonly formats: readonly SbomFormat[];
  readonly levels: readonly ExportLevel[];
  readonly images: readonly string[];
  readonly out: string;
  readonly programVersion: string;
}

/**
 * Writes the SBOMs of one archive into a folder.
 * @throws SbomUsageError SBOM_EXPORT_STDIN, SBOM_EXPORT_EMPTY
 */
export async function exportFromFlags(
  { locations, out, ...request }: ExportFromFlags,
  run: Run,
): Promise<readonly ExportedSbom[]> {
  if (locations.includes('-'))
    throw new SbomUsageError(
      'SBOM_EXPORT_STDIN',
      'an archive on standard input cannot be read twice',
      { suggestions: ['Save it to a file first'] },
    );
  const source = await archiveSource();
  const { location, parts } = await oneArchive(locations, source, run);
  await using archive =
    parts === undefined
      ? await source.open(location, run)
      : await source.openParts(
          location,
          parts.parts.filter(({ number }) => number > 0).map(({ path }) => path),
          run,
        );
  await using compute = await openCompute();
  const output = await outputFolderAt(resolve(out));
  const step = `export ${location}`;
  const written = await exportSboms(
    { ...request, archive },
    { compute, output },
    runWithin(run, step),
  );
  if (written.length === 0)
    throw new SbomUsageError('SBOM_EXPORT_EMPTY', `${location} has no SBOM of what was asked for`, {
      suggestions: [
        'Make some from its images: cowa-release sbom generate <archive>',
        'Or ask for all: leave --level and --image out',
      ],
    });
  return written;
}
