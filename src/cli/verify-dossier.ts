import { type ArchiveContents, archiveContents } from '../operations/gather-dossier-contents.ts';
import type { Run } from '../support/run.ts';
import type { VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { settleDossier, writeDossier } from './write-dossier.ts';

/** What `verify` does besides when it is to leave a report, too. */
export interface VerifyDossier<Request> {
  /** The same request, which also remembers what a report tells. */
  readonly request: Request;
  write(judged: Awaited<ReturnType<typeof verifyLocations>>, run: Run): Promise<void>;
}

/**
 * Prepares reports of `--report dossier=<folder>`. They are not signed: `report` does that.
 * @throws OutputTargetError
 */
export async function prepareDossiers<
  Request extends VerifyLocationsRequest & { readonly inputs: readonly string[] },
>(folders: readonly string[], request: Request): Promise<VerifyDossier<Request>> {
  const { locations, inputs, judging, programVersion } = request;
  const settled: string[] = [];
  for (const path of folders)
    settled.push(await settleDossier({ flag: '--report', path }, locations, inputs, false));
  const seen: ArchiveContents[] = [];
  return {
    request: {
      ...request,
      wholeDigest: request.quick !== true,
      judging: {
        ...judging,
        onFacts: (facts, deployment) => seen.push(archiveContents(facts, deployment)),
      },
    },
    async write({ result, policy, inputs: read }, run) {
      for (const folder of settled)
        await writeDossier(
          folder,
          {
            run: { command: 'verify', date: judging?.clock ?? new Date() },
            result,
            seen,
            policy,
            inputs: read,
            scans: [],
            history: [],
            programVersion,
          },
          undefined,
          run,
        );
    },
  };
}
