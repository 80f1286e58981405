import type { Run } from '../support/run.ts';
import { bundleProvenance, type ProvenanceRelease, packageProvenance } from './build-provenance.ts';
import { provenanceFileName, type ReleaseAttestation } from './release-attestations.ts';

/** The archives of a flavor with what is known of how they were made. */
export interface MadeArchives {
  readonly packages: readonly Parameters<typeof packageProvenance>[0][];
  readonly bundle?: Parameters<typeof bundleProvenance>[0];
}

/** The provenance of every archive of a flavor, unsigned. */
export async function flavorProvenance(
  { packages, bundle }: MadeArchives,
  release: ProvenanceRelease,
  run: Run,
): Promise<readonly ReleaseAttestation[]> {
  const statements: ReleaseAttestation[] = [];
  for (const made of packages)
    statements.push(
      attestation(made.archive.fileName, await packageProvenance(made, release, run)),
    );
  if (bundle !== undefined)
    statements.push(attestation(bundle.archive.fileName, bundleProvenance(bundle, release)));
  return statements;
}

function attestation(archive: string, statement: string): ReleaseAttestation {
  return {
    fileName: provenanceFileName(archive),
    payload: Buffer.from(statement),
    about: `the provenance of ${archive}`,
  };
}
