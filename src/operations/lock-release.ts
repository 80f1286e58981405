import type { LockedFile, LockedFlavor, LockedInput, ReleaseLock } from '../config/lock.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { checkPayload } from './check-payloads.ts';
import { fetchInput } from './fetch-input.ts';
import { type Fetching, takePayload } from './fetch-step.ts';
import { findArtifact } from './find-artifact.ts';
import { lockImages } from './lock-images.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import type { FlavorImages } from './release-images.ts';
import { flavorInputs, memberReferences } from './update-lock.ts';

export interface LockPorts {
  readonly workspace: Workspace;
  /** Where published members of bundles come from. */
  readonly artifacts: readonly ArtifactSource[];
  /** Where what definitions name by an address comes from. */
  readonly fetching: Fetching;
}

/**
 * Everything a release takes in, by digest: images as found, payloads as they lie there, published
 * packages of its bundles, and what definitions name by an address, which is fetched for that. Flavors that the plan leaves out stay as the earlier lock has them.
 * @throws ReleaseInputError PAYLOAD_MISSING, PAYLOAD_MISMATCH; MemberError MEMBER_NOT_FOUND
 */
export async function lockRelease(
  plan: ReleasePlan,
  images: readonly FlavorImages[],
  earlier: ReleaseLock | undefined,
  ports: LockPorts,
  run: Run,
): Promise<ReleaseLock> {
  const flavors: Record<string, LockedFlavor> = { ...earlier?.flavors };
  for (const flavor of plan.flavors) {
    const found = images.find((each) => each.flavor === flavor.flavor)?.images ?? [];
    const packages = await lockMembers(plan, flavor, ports.artifacts, run);
    const inputs = await lockInputs(plan, flavor, ports.fetching, run);
    flavors[flavor.flavor] = {
      images: await lockImages(found, run),
      payloads: await lockPayloads(plan, flavor, ports, run),
      ...(packages.length === 0 ? {} : { packages }),
      ...(inputs.length === 0 ? {} : { inputs }),
    };
  }
  const { name, architecture } = plan.release;
  return { schema: 'cowa-release/lock/v1', name, architecture, flavors };
}

/** What a flavor names by an address, as its sources hold it now, sorted by address. */
async function lockInputs(
  plan: ReleasePlan,
  flavor: PlannedFlavor,
  fetching: Fetching,
  run: Run,
): Promise<readonly LockedInput[]> {
  const locked: LockedInput[] = [];
  for (const input of flavorInputs(plan, flavor))
    locked.push((await fetchInput(input, undefined, fetching, run)).locked);
  return locked;
}

async function lockPayloads(
  plan: ReleasePlan,
  flavor: PlannedFlavor,
  { workspace, fetching }: LockPorts,
  run: Run,
): Promise<readonly LockedFile[]> {
  const files = new Map<string, LockedFile>();
  for (const { id, payloads } of plan.packages) {
    if (!flavor.packages.includes(id)) continue;
    for (const payload of payloads) {
      await takePayload(payload, fetching, run);
      for (const file of await checkPayload(payload, plan.root, workspace, run))
        files.set(file.path, file);
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function lockMembers(
  plan: ReleasePlan,
  flavor: PlannedFlavor,
  artifacts: readonly ArtifactSource[],
  run: Run,
): Promise<NonNullable<LockedFlavor['packages']>> {
  const locked: {
    reference: string;
    digest: NonNullable<LockedFlavor['packages']>[number]['digest'];
  }[] = [];
  for (const reference of memberReferences(flavor)) {
    const { manifest } = await findArtifact(reference, artifacts, plan.release.architecture, run);
    locked.push({ reference, digest: manifest.digest });
  }
  return locked;
}
