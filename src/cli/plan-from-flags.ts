import { findLock } from '../operations/load-lock.ts';
import { predictRelease } from '../operations/predict-release.ts';
import { foreseeReleaseImages } from '../operations/resolve-release-images.ts';
import type { Run } from '../support/run.ts';
import { loadPolicy } from './load-policy.ts';
import { openRelease, type ReleaseRequest } from './open-release.ts';
import type { PlanResult } from './render-plan.ts';

/** Plans a release, asks its sources what the images are, and predicts. */
export async function planFromFlags(
  request: ReleaseRequest & { readonly policy?: string },
  run: Run,
): Promise<PlanResult> {
  const release = await openRelease(request, run);
  const { plan } = release;
  const policy = await loadPolicy(request.policy);
  const images = await foreseeReleaseImages(plan, release.images, release.lock, run);
  const lock = await findLock(plan.root, release.workspace, plan.release);
  const { name, version, architecture } = plan.release;
  const ports = { ...release, lock, onlyLocked: request.locked };
  return {
    schema: 'cowa-release/plan/v1',
    release: { name, version, architecture, sourceDateEpoch: plan.timestamp.getTime() / 1000 },
    ...(await predictRelease(plan, images, policy.budgets, ports, run)),
  };
}
