import type { OutputFolder } from '../ports/output.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { releaseFileNames } from './release-files.ts';
import { releaseStatementName } from './release-statement.ts';
import { SignInputError } from './sign-error.ts';

/** Shows a piece of work as a step with its bytes. */
export async function withStep<Result>(
  step: string,
  title: string,
  totalBytes: number | undefined,
  run: Run,
  work: (onBytes: (bytes: number) => void) => Promise<Result>,
): Promise<Result> {
  run.onProgress?.({
    kind: 'step-started',
    step,
    title,
    ...(totalBytes === undefined ? {} : { totalBytes }),
  });
  try {
    const result = await work((bytes) => run.onProgress?.({ kind: 'step-progress', step, bytes }));
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
    return result;
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
}

/** @throws SignInputError SIGN_REFUSED for anything but a pass: nobody vouches for what could not be looked at */
export function requirePass({ verdict, findings }: VerifyReport, name: string): void {
  if (verdict.outcome === 'pass') return;
  const open = findings.filter(
    ({ outcome, severity }) =>
      severity === 'error' && (outcome === 'fail' || outcome === 'undecided'),
  );
  const failed = open.filter(({ outcome }) => outcome === 'fail');
  const reasons = (failed.length > 0 ? failed : open).slice(0, 3);
  throw new SignInputError(
    'SIGN_REFUSED',
    `${name} is not signed, since it does not pass verification: ${reasons.map(({ id, subject, message }) => `${id} ${subject.name}: ${message}`).join('; ')}`,
    { suggestions: [...new Set(reasons.map(({ help }) => help.fix))] },
  );
}

/** Files beside a new archive or signature that speak of what was there before. */
export async function staleNotes(folder: OutputFolder, name: string): Promise<readonly string[]> {
  const names = await folder.list();
  const notes = [`${name}.sigstore.json`, releaseFileNames.checksums, releaseStatementName]
    .filter((other) => names.includes(other))
    .map(
      (other) =>
        `${folder.pathOf(other)} speaks of the files as they were before: make it anew, or take it away`,
    );
  return notes;
}
