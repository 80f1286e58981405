import type { LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import type { AssembleOptions, AssemblePorts } from './assemble-ports.ts';
import type { FinishedArchive } from './finish-flavor.ts';
import { flavorProvenance } from './flavor-provenance.ts';
import { flavorSboms } from './flavor-sboms.ts';
import type { PackageInput } from './package-inputs.ts';
import type { PackedPackage } from './packed-package.ts';
import type { PlannedFlavor, PlannedPackage, ReleasePlan } from './plan-release.ts';
import type { ReleaseAttestation } from './release-attestations.ts';
import { memberStep, packageStepId } from './release-step-ids.ts';

/** What the steps of a run made so far. */
export interface MadeParts {
  readonly plan: ReleasePlan;
  readonly options: AssembleOptions;
  readonly ports: AssemblePorts;
  readonly blobs: BlobStore;
  readonly lock: LockedFlavor | undefined;
  readonly images: ReadonlyMap<string, ResolvedImage>;
  readonly inputs: ReadonlyMap<string, readonly PackageInput[]>;
  readonly planned: (id: string) => PlannedPackage;
  readonly packedOf: (step: string) => PackedPackage;
  readonly archiveOf: (flavor: ReleaseFlavor, fileName: string) => FinishedArchive;
}

/** SBOMs beside the archives of a flavor, by file name. */
export function flavorDocuments(
  { flavor, bundle }: PlannedFlavor,
  packages: readonly PlannedPackage[],
  made: MadeParts,
  run: Run,
): Promise<ReadonlyMap<string, BlobSource>> {
  return flavorSboms(
    {
      packages: packages.map(({ id, fileName }) => ({
        archive: made.archiveOf(flavor, fileName),
        packages: [made.packedOf(packageStepId(id))],
      })),
      ...(bundle === undefined
        ? {}
        : {
            bundle: {
              archive: made.archiveOf(flavor, bundle.fileName),
              bundle: bundle.definition.metadata,
              packages: bundle.members.map((member) => made.packedOf(memberStep(member))),
            },
          }),
      created: made.plan.timestamp,
      programVersion: made.options.programVersion,
    },
    made.blobs,
    run,
  );
}

/** What is said of how the archives of a flavor were made. */
export async function flavorAttestations(
  flavor: PlannedFlavor,
  documents: ReadonlyMap<string, BlobSource>,
  made: MadeParts,
  run: Run,
): Promise<readonly ReleaseAttestation[]> {
  const context = made.ports.provenance;
  if (context === undefined || made.ports.signing === undefined) return [];
  const archiveOf = (fileName: string): FinishedArchive => made.archiveOf(flavor.flavor, fileName);
  const { bundle } = flavor;
  return flavorProvenance(
    {
      documents,
      results: made.options.results ?? [],
      packages: flavor.packages.map((id) => {
        const planned = made.planned(id);
        return {
          planned,
          packed: made.packedOf(packageStepId(id)),
          archive: archiveOf(planned.fileName),
          inputs: made.inputs.get(id) ?? [],
          images: planned.resolved.images.flatMap((each) => made.images.get(each) ?? []),
        };
      }),
      ...(bundle === undefined
        ? {}
        : {
            bundle: {
              bundle,
              archive: archiveOf(bundle.fileName),
              members: new Map(
                bundle.members.map((each) => [each.name, made.packedOf(memberStep(each))]),
              ),
            },
          }),
    },
    { plan: made.plan, flavor: flavor.flavor, locked: made.lock !== undefined, context },
    run,
  );
}
