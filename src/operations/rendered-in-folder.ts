import type { Compute } from '../archive/compute.ts';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import { CowaError } from '../errors/families.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import type { ReleaseRead } from './read-release.ts';

/** What archives render to, of which the statement says it; those that cannot be read that way are left out. */
export async function renderedInFolder(
  location: string,
  statement: ReleaseRead,
  archives: readonly VerifyReport[],
  { source, compute }: { readonly source: ArchiveSource; readonly compute: Compute },
  run: Run,
): Promise<ReadonlyMap<string, RenderedRecord>> {
  const found = new Map<string, RenderedRecord>();
  if (statement.outcome !== 'valid') return found;
  const openCompute = (): Promise<Compute> => Promise.resolve(compute);
  for (const { name, rendered } of statement.release.files) {
    // What is broken is not worth a second look, and what is not there whole cannot be had.
    const report = archives.find(({ archive }) => archive.name === name);
    if (rendered === undefined || report === undefined || report.verdict.outcome === 'fail')
      continue;
    // Only who compares renders, and a renderer takes time to load.
    const { renderedRecord } = await import('./rendered-record.ts');
    try {
      found.set(
        name,
        await renderedRecord(
          `${location}/${name}`,
          {
            source,
            compute,
            openCompute,
            // What another cluster would get is another question.
            ...(rendered.cluster === undefined ? {} : { cluster: rendered.cluster }),
          },
          run,
        ),
      );
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
    }
  }
  return found;
}
