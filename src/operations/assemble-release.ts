import { normalizeReference } from '../oci/reference.ts';
import { renderRunRecord, toRunRecord } from '../report/run-record.ts';
import { sbomFileName } from '../sbom/sbom-names.ts';
import type { Run } from '../support/run.ts';
import type { AssembleOptions, AssemblePorts } from './assemble-ports.ts';
import { resultFileNames } from './attached-results.ts';
import { countedFrames } from './counted-frames.ts';
import type { FinishedFlavor } from './finish-flavor.ts';
import { limitSteps } from './limit-steps.ts';
import { namesBeside, ownFileNames, refuseForeignFiles } from './own-files.ts';
import { requireKustomizer } from './pack-kustomizations.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import { recordedArchives, recordedStep } from './recorded-steps.ts';
import { ReleaseUsageError } from './release-error.ts';
import { ReleaseWork } from './release-work.ts';
import { runGraph, type StepResult } from './run-graph.ts';
import { fileSubject } from './sbom-documents.ts';

export interface AssembledRelease {
  readonly flavors: readonly FinishedFlavor[];
  readonly steps: readonly StepResult[];
}

/**
 * Makes a release: fetches, packs, signs, writes and judges. A step that fails stops what depends on
 * it; everything else is finished, and what was done is reused by the next run.
 * @throws ReleaseUsageError OUTPUT_FOREIGN_FILE, RELEASE_NAME_CLASH, RELEASE_IDENTITY_BUNDLE before anything is done
 */
export async function assembleRelease(
  plan: ReleasePlan,
  options: AssembleOptions,
  ports: AssemblePorts,
  run: Run,
): Promise<AssembledRelease> {
  if (ports.signing?.signer.material.kind === 'certificate') refuseBundles(plan);
  const verifier = options.verifier?.name;
  for (const flavor of plan.flavors) {
    const planned = plannedNames(flavor, plan);
    if (verifier !== undefined) refuseSameName(verifier, planned);
    const results = (options.results ?? []).flatMap(resultFileNames);
    const names = [...planned, ...results, ...(verifier === undefined ? [] : [verifier])];
    await refuseForeignFiles(ports.outputFor(flavor.flavor), names, sbomsOf(flavor, plan));
  }
  requireKustomizer(plan.packages, ports.kustomizer);
  const frames = countedFrames(ports.frames);
  const work = new ReleaseWork(plan, options, { ...ports, frames });
  const limited = limitSteps(work.steps(), plan.release.steps, run);
  const began = ports.now();
  const steps = await runGraph(limited, { ...options, now: ports.now }, run);
  const flavors = [...work.finished.values()];
  const record = toRunRecord(options.context, steps.map(recordedStep), {
    durationMs: ports.now() - began,
    outputs: recordedArchives(flavors),
  });
  for (const finished of flavors) await finished.writeRunLog(renderRunRecord(record));
  return { flavors, steps };
}

/** A bundle of the legacy format names a key for each package; one signed by a certificate would not deploy. */
function refuseBundles({ flavors }: ReleasePlan): void {
  const bundled = flavors.filter(({ bundle }) => bundle !== undefined);
  if (bundled.length === 0) return;
  throw new ReleaseUsageError(
    'RELEASE_IDENTITY_BUNDLE',
    `the flavors ${bundled.map(({ flavor }) => flavor).join(', ')} make a UDS bundle, which deploys packages signed by a key, not by the certificate of an identity`,
    {
      suggestions: [
        'Sign with a key (--key <file>, or one in a KMS)',
        'Or take the bundle out of the flavor; a finished bundle can be signed by an identity: cowa-release sign',
      ],
    },
  );
}

/** The verifier lies beside what is written: under one name, one would replace the other. */
function refuseSameName(verifier: string, planned: readonly string[]): void {
  const taken = [...planned, ...planned.flatMap(namesBeside), ...ownFileNames];
  if (!taken.includes(verifier)) return;
  throw new ReleaseUsageError(
    'RELEASE_NAME_CLASH',
    `the verifier and the release would both write ${verifier}`,
    { suggestions: ['Give the file its own name: cowa-release-<version>-<platform>.tar.gz'] },
  );
}

/** Tells the documents of this release from others: a killed run leaves some that nothing lists yet. */
function sbomsOf({ packages }: PlannedFlavor, plan: ReleasePlan): (name: string) => boolean {
  const own = plan.packages.filter(({ id }) => packages.includes(id));
  const stems = own.flatMap(({ resolved: { images, definition } }) => [
    ...images.map((reference) => normalizeReference(reference).normalized),
    ...definition.components.map((each) => fileSubject(definition, each)),
  ]);
  const known = stems.map((stem) => sbomFileName(stem, 'syft').replace(/\.json$/, ''));
  return (name) => {
    const [, stem] = /^(.*)\.(?:cdx|spdx)\.json$/.exec(name) ?? [];
    // Behind a dash stands the platform, where an image has several.
    return known.some((each) => stem === each || stem?.startsWith(`${each}-`) === true);
  };
}

function plannedNames({ packages, bundle }: PlannedFlavor, plan: ReleasePlan): readonly string[] {
  const names = plan.packages
    .filter(({ id }) => packages.includes(id))
    .map(({ fileName }) => fileName);
  return bundle === undefined ? names : [...names, bundle.fileName];
}
