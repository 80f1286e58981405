import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compute } from '../archive/compute.ts';
import type { FinishedFlavor } from '../operations/finish-flavor.ts';
import type { HandoverKit } from '../operations/make-handover.ts';
import type { ReleasePlan } from '../operations/plan-release.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import { handoverNames } from '../report/handover/handover.ts';
import type { Run } from '../support/run.ts';
import { checkReportPlaces, reportFlavor } from './assemble-report.ts';
import { checkHandoverPlaces, handoverFromFlags } from './handover-from-flags.ts';
import type { ReportDone } from './report-run.ts';
import type { SigningChoice } from './signing-choice.ts';
import { settleDossier } from './write-dossier.ts';

/** Where what people read of a release goes. */
export interface PaperPlaces {
  /** Folder of the release, with a folder for each flavor. */
  readonly out: string;
  /** Of the kits of all flavors; undefined: none are made. */
  readonly handover: string | undefined;
  /** Of the reports of all flavors; undefined: one is made only where a kit holds it. */
  readonly report: string | undefined;
}

/** What was made of each flavor that is complete, by flavor. */
export interface Papers {
  readonly handovers: ReadonlyMap<string, HandoverKit>;
  readonly reports: ReadonlyMap<string, ReportDone>;
}

/**
 * Refuses before anything long begins what would be refused after it.
 * @throws HandoverError HANDOVER_INSIDE, HANDOVER_FOREIGN_FILE
 * @throws OutputTargetError OUTPUT_IN_INPUT, OUTPUT_SIGNED_REPORT
 */
export async function checkPaperPlaces(
  places: PaperPlaces,
  { flavors }: ReleasePlan,
  signer: SigningChoice | undefined,
): Promise<void> {
  const { out, handover, report } = places;
  const names = flavors.map(({ flavor }) => flavor);
  if (handover !== undefined) await checkHandoverPlaces({ folder: handover, out }, names);
  if (report !== undefined) checkReportPlaces({ folder: report, out }, names);
  const flag = report === undefined ? '--handover' : '--report';
  for (const flavor of names) {
    const path = reportPlace(flavor, places, signer);
    if (path !== undefined && (await stat(path).catch(() => undefined)) !== undefined)
      await settleDossier({ flag, path }, [], [], signer !== undefined);
  }
}

/** Reports on each flavor, and then makes the kit that the report is part of. */
export async function writePapers(
  finished: readonly FinishedFlavor[],
  context: {
    readonly places: PaperPlaces;
    readonly plan: ReleasePlan;
    readonly compute: Compute;
    /** As it was chosen, and as it was opened. */
    readonly signer: SigningChoice | undefined;
    readonly signing: SignOncePorts | undefined;
    readonly policy: string | undefined;
    readonly verifier: string | undefined;
    readonly programVersion: string;
  },
  run: Run,
): Promise<Papers> {
  const { places, plan, policy, signing, programVersion } = context;
  const { out, handover } = places;
  const handovers = new Map<string, HandoverKit>();
  const reports = new Map<string, ReportDone>();
  for (const each of finished) {
    const to = reportPlace(each.flavor, places, context.signer);
    const report =
      to === undefined
        ? undefined
        : await reportFlavor(
            each,
            { from: out, to, timestamp: plan.timestamp, policy, signing, programVersion },
            run,
          );
    if (report !== undefined) reports.set(each.flavor, report);
    if (handover === undefined) continue;
    const kit = { ...context, places: { folder: handover, out }, report };
    handovers.set(each.flavor, await handoverFromFlags(each, kit, run));
  }
  return { handovers, reports };
}

/** A kit holds a report also where none was asked for besides, unless nobody here could judge who signed. */
function reportPlace(
  flavor: string,
  { handover, report }: PaperPlaces,
  signer: SigningChoice | undefined,
): string | undefined {
  if (report !== undefined) return join(report, flavor);
  if (handover === undefined || signer?.kind === 'identity') return undefined;
  return join(handover, flavor, handoverNames.report);
}
