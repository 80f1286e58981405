import type { Run } from '../support/run.ts';
import type { AssembleOptions, AssemblePorts } from './assemble-ports.ts';
import { type FinishedFlavor, refuseForeignFiles } from './finish-flavor.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import { ReleaseWork } from './release-work.ts';
import { runGraph, type StepResult } from './run-graph.ts';
export interface AssembledRelease {
  readonly flavors: readonly FinishedFlavor[];
  readonly steps: readonly StepResult[];
}

/**
 * Makes a release: fetches, packs, signs, writes and judges. A step that fails stops what depends on
 * it; everything else is finished, and what was done is reused by the next run.
 * @throws ReleaseUsageError OUTPUT_FOREIGN_FILE before anything is done
 */
export async function assembleRelease(
  plan: ReleasePlan,
  options: AssembleOptions,
  ports: AssemblePorts,
  run: Run,
): Promise<AssembledRelease> {
  for (const flavor of plan.flavors)
    await refuseForeignFiles(ports.outputFor(flavor.flavor), plannedNames(flavor, plan));
  const work = new ReleaseWork(plan, options, ports);
  const steps = await runGraph(work.steps(), { jobs: options.jobs, now: ports.now }, run);
  const flavors = [...work.finished.values()];
  for (const finished of flavors) await finished.writeRunLog(steps);
  return { flavors, steps };
}

function plannedNames({ packages, bundle }: PlannedFlavor, plan: ReleasePlan): readonly string[] {
  const names = plan.packages
    .filter(({ id }) => packages.includes(id))
    .map(({ fileName }) => fileName);
  return bundle === undefined ? names : [...names, bundle.fileName];
}
