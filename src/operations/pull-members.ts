import type { LockedFlavor } from '../config/lock.ts';
import type { Digest } from '../oci/digest.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';
import { importPublishedPackage } from './import-published-package.ts';
import { pinMember } from './pin-member.ts';
import type { ReleasePlan } from './plan-release.ts';

/** A published package that is in the store now. */
export interface PulledMember {
  /** As the bundle names it. */
  readonly reference: string;
  /** Of its manifest. */
  readonly digest: Digest;
  /** Bytes of all its files. */
  readonly size: number;
}

/**
 * Brings the published packages of all bundles of a plan into the store, so that they are had without
 * a registry. With a lock, those it names.
 * @throws ImageError LOCK_MISSING, LOCK_DRIFT; MemberError; errors of the sources and of the store
 */
export async function pullMembers(
  plan: ReleasePlan,
  lock: Pick<LockedFlavor, 'packages'> | undefined,
  ports: { readonly artifacts: readonly ArtifactSource[]; readonly blobs: BlobStore },
  run: Run,
): Promise<readonly PulledMember[]> {
  const members = plan.flavors.flatMap(({ bundle }) => bundle?.members ?? []);
  const references = members.flatMap((member) =>
    member.kind === 'published' ? [member.reference] : [],
  );
  const wanted = { architecture: plan.release.architecture };
  const pulled: PulledMember[] = [];
  for (const reference of [...new Set(references)].sort()) {
    const pinned = lock === undefined ? reference : pinMember(reference, lock);
    const { registryManifest, files } = await importPublishedPackage(pinned, ports, wanted, run);
    if (registryManifest === undefined) continue;
    const size = files.reduce((sum, { blob }) => sum + blob.size, 0);
    pulled.push({ reference, digest: registryManifest.digest, size });
  }
  return pulled;
}
