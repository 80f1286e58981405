import { dirname } from 'node:path';
import { ApproveUsageError } from '../operations/approve-error.ts';
import { approveRelease } from '../operations/approve-release.ts';
import { releaseIn } from '../operations/kit-release.ts';
import { folderOf } from '../operations/read-beside.ts';
import type { Run } from '../support/run.ts';
import { type ApproveResult, toApproveResult } from './render-approve.ts';
import type { SigningChoice } from './signing-choice.ts';
import { administratorFolder, trustSettings } from './trust-settings.ts';
import { verifyLocations } from './verify-locations.ts';
import { judgingPorts, openCompute, outputFolder } from './wire.ts';
import { archiveSource } from './wire-carriers.ts';
import { openSigning } from './wire-signer.ts';

export interface ApproveFlags {
  readonly location: string;
  readonly role: string;
  readonly comment?: string;
  readonly signer: SigningChoice;
  readonly trustPolicy?: string;
  /** Public key the release must be signed with. */
  readonly verifyKey?: string;
  readonly policy?: string;
  readonly allowNotPassed: boolean;
  readonly programVersion: string;
}

/**
 * Judges, and adds the approval. The key is opened first: a wrong password is told before the archive is read.
 * @param startRun gives the run; `true` asks for one without progress
 */
export async function approveFromFlags(
  flags: ApproveFlags,
  startRun: (silent: boolean) => Run,
): Promise<ApproveResult> {
  const { role, comment, trustPolicy, verifyKey, policy, programVersion } = flags;
  if (flags.location === '-') throw noFile('standard input has no place');
  const signing = await openSigning(flags.signer, undefined, startRun(true));
  try {
    const run = startRun(false);
    const now = new Date();
    const location = await releaseIn(flags.location, await archiveSource(), run);
    const given = {
      ...(trustPolicy === undefined ? {} : { trustPolicy }),
      ...(verifyKey === undefined ? {} : { key: verifyKey }),
      ...(policy === undefined ? {} : { policy }),
    };
    const { result } = await verifyLocations(
      {
        locations: [location],
        ...(verifyKey === undefined ? {} : { key: verifyKey }),
        ...(policy === undefined ? {} : { policy }),
        trust: { warnDays: 30, ...(trustPolicy === undefined ? {} : { trustPolicy }) },
        allowUnsigned: false,
        wholeDigest: true,
        withoutApprovals: true,
        judging: { clock: now },
        programVersion,
      },
      run,
    );
    if ('reports' in result) throw noFile('more than one thing was judged');
    const folder = 'archives' in result ? `${location.replace(/\/+$/, '')}/` : folderOf(location);
    const believed = await trustSettings({ administratorFolder, ...given });
    await using compute = await openCompute();
    const { source } = await judgingPorts(compute);
    const output = await outputFolder('archives' in result ? location : dirname(location));
    const done = await approveRelease(
      {
        report: result,
        folder,
        role,
        allowNotPassed: flags.allowNotPassed,
        now,
        ...(comment === undefined ? {} : { comment }),
        ...(believed.trustPolicy === undefined ? {} : { policy: believed.trustPolicy.policy }),
      },
      { source, output, signing },
      run,
    );
    return toApproveResult(location, output.pathOf(done.fileName), done);
  } finally {
    await signing.signer[Symbol.asyncDispose]();
  }
}

function noFile(why: string): ApproveUsageError {
  return new ApproveUsageError('APPROVE_NO_FILE', `${why} that an approval could be put beside`, {
    suggestions: ['Name one archive, or one release folder'],
  });
}
