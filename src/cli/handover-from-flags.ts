import { join, resolve, sep } from 'node:path';
import type { Compute } from '../archive/compute.ts';
import type { FinishedFlavor } from '../operations/finish-flavor.ts';
import {
  HandoverError,
  type HandoverKit,
  makeHandover,
  requireHandoverPlace,
} from '../operations/make-handover.ts';
import type { ReleasePlan } from '../operations/plan-release.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import { handoverNames } from '../report/handover/handover.ts';
import { type Run, runWithin } from '../support/run.ts';
import type { ReportDone } from './report-run.ts';
import { judgingPorts, outputFolder } from './wire.ts';
import { fileLinker } from './wire-handover.ts';

/** Where kits go, and what they are made of. */
export interface HandoverPlaces {
  /** Of all flavors: each has a folder of its own in it. */
  readonly folder: string;
  /** Folder of the release, with a folder for each flavor. */
  readonly out: string;
}

/**
 * Refuses before anything long begins what would be refused after it.
 * @throws HandoverError HANDOVER_INSIDE, HANDOVER_FOREIGN_FILE
 */
export async function checkHandoverPlaces(
  { folder, out }: HandoverPlaces,
  flavors: readonly string[],
): Promise<void> {
  for (const flavor of flavors) {
    const kit = resolve(folder, flavor);
    const release = resolve(out, flavor);
    if (
      `${kit}${sep}`.startsWith(`${release}${sep}`) ||
      `${release}${sep}`.startsWith(`${kit}${sep}`)
    )
      throw new HandoverError(
        'HANDOVER_INSIDE',
        `the handover kit ${kit} and the release ${release} would lie in each other, and the release holds nothing but what is signed`,
        { suggestions: [`Name a folder beside it: --handover ${join(out, '..', 'handover')}`] },
      );
    await requireHandoverPlace(await foldersOf(folder, flavor), () => true);
  }
}

/** Makes the kit of a finished flavor. */
export async function handoverFromFlags(
  finished: FinishedFlavor,
  context: {
    readonly places: HandoverPlaces;
    readonly plan: ReleasePlan;
    readonly compute: Compute;
    readonly signing: SignOncePorts | undefined;
    readonly report: ReportDone | undefined;
    readonly verifier: string | undefined;
    readonly programVersion: string;
  },
  run: Run,
): Promise<HandoverKit> {
  const { places, plan, compute, signing, report, verifier, programVersion } = context;
  const { release, timestamp } = plan;
  const step = `handover ${finished.flavor}`;
  run.onProgress?.({ kind: 'step-started', step, title: step });
  const kit = await makeHandover(
    {
      programVersion,
      release: {
        product: release.name,
        version: release.version,
        architecture: release.architecture,
        counter: release.counter ?? 1,
        sourceDateEpoch: timestamp.getTime() / 1000,
      },
      finished,
      identity: identityOf(signing),
      ...(report === undefined ? {} : { report: report.files }),
      verifier,
    },
    {
      ...(await judgingPorts(compute)),
      openCompute: () => Promise.resolve(compute),
      from: await outputFolder(join(places.out, finished.flavor)),
      ...(report === undefined ? {} : { reportFrom: await outputFolder(report.out) }),
      ...(await foldersOf(places.folder, finished.flavor)),
      linker: fileLinker(),
      signing,
    },
    runWithin(run, step),
  );
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return kit;
}

async function foldersOf(folder: string, flavor: string) {
  return {
    kit: await outputFolder(join(folder, flavor)),
    release: await outputFolder(join(folder, flavor, handoverNames.release)),
    report: await outputFolder(join(folder, flavor, handoverNames.report)),
  };
}

/** Whom the certificate names, where no key signs. */
function identityOf(signing: SignOncePorts | undefined): string | undefined {
  const material = signing?.signer.material;
  return material?.kind === 'certificate' ? `${material.san} of ${material.issuer}` : undefined;
}
