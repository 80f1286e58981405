import type { LockedFile, LockedFlavor, ReleaseLock } from '../config/lock.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { checkPayload } from './check-payloads.ts';
import { findArtifact } from './find-artifact.ts';
import { lockImages } from './lock-images.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import type { FlavorImages } from './release-images.ts';
import { memberReferences } from './update-lock.ts';

export interface LockPorts {
  readonly workspace: Workspace;
  /** Where published members of bundles come from. */
  readonly artifacts: readonly ArtifactSource[];
}

/**
 * Everything a release takes in, by digest: images as found, payloads as they lie there, published
 * packages of its bundles. Flavors that the plan leaves out stay as the earlier lock has them.
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
    flavors[flavor.flavor] = {
      images: await lockImages(found, run),
      payloads: await lockPayloads(plan, flavor, ports.workspace, run),
      ...(packages.length === 0 ? {} : { packages }),
    };
  }
  const { name, architecture } = plan.release;
  return { schema: 'cowa-release/lock/v1', name, architecture, flavors };
}

async function lockPayloads(
  plan: ReleasePlan,
  flavor: PlannedFlavor,
  workspace: Workspace,
  run: Run,
): Promise<readonly LockedFile[]> {
  const files = new Map<string, LockedFile>();
  for (const { id, payloads } of plan.packages) {
    if (!flavor.packages.includes(id)) continue;
    for (const payload of payloads)
      for (const file of await checkPayload(payload, plan.root, workspace, run))
        files.set(file.path, file);
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
