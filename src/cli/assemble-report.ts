import { dirname, join, resolve, sep } from 'node:path';
import type { FinishedFlavor } from '../operations/finish-flavor.ts';
import { releaseFileNames } from '../operations/release-files.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import { type Run, runWithin } from '../support/run.ts';
import { OutputTargetError } from './output-target.ts';
import { type ReportDone, runReport } from './report-run.ts';
import { folderAt } from './wire-carriers.ts';

/** Where reports of an assembled release go. */
export interface ReportPlaces {
  /** Of all flavors: each has a folder of its own in it. */
  readonly folder: string;
  /** Folder of the release, with a folder for each flavor. */
  readonly out: string;
}

/**
 * Refuses before anything long begins what would be refused after it.
 * @throws OutputTargetError OUTPUT_IN_INPUT
 */
export function checkReportPlaces({ folder, out }: ReportPlaces, flavors: readonly string[]): void {
  for (const flavor of flavors) {
    const place = `${resolve(folder, flavor)}${sep}`;
    const release = `${resolve(out, flavor)}${sep}`;
    if (!place.startsWith(release) && !release.startsWith(place)) continue;
    throw new OutputTargetError(
      'OUTPUT_IN_INPUT',
      `the report ${place} and the release ${release} would lie in each other, and a release holds nothing but what is signed`,
      { suggestions: [`Name a folder beside it: --report ${join(out, '..', 'report')}`] },
    );
  }
}

/**
 * Judges a finished flavor as the other side will, by the key that lies beside it, and writes the report; signed by
 * whoever signed the release, dated as the release is.
 */
export async function reportFlavor(
  { flavor }: FinishedFlavor,
  context: {
    /** Folder of the release, with a folder for each flavor. */
    readonly from: string;
    /** The folder of this one report. */
    readonly to: string;
    readonly timestamp: Date;
    readonly policy: string | undefined;
    readonly signing: SignOncePorts | undefined;
    readonly programVersion: string;
  },
  run: Run,
): Promise<ReportDone> {
  const { from, to, timestamp, policy, signing, programVersion } = context;
  const step = `report ${flavor}`;
  run.onProgress?.({ kind: 'step-started', step, title: step });
  const folder = join(from, flavor);
  const byKey = signing?.signer.material.kind === 'key';
  await folderAt(dirname(to));
  const done = await runReport(
    {
      locations: [folder],
      out: to,
      said: { command: 'assemble' },
      date: timestamp,
      scans: [],
      inputs: [],
      ...(byKey ? { key: join(folder, releaseFileNames.publicKey) } : {}),
      ...(policy === undefined ? {} : { policy }),
      ...(signing === undefined ? {} : { signing }),
      allowUnsigned: signing === undefined,
      // Waivers of the policy hold to their last day, whatever the release is dated.
      judging: { clock: new Date() },
      programVersion,
    },
    runWithin(run, step),
  );
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return done;
}
