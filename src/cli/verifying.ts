import type { VerifyPorts } from '../operations/verify-archive.ts';
import type { Policy } from '../policy/policy.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';

/** Judges archives that are taken over or passed on as they are, whoever signed them. */
export function verifying(
  asked: {
    readonly policy: Policy;
    readonly programVersion: string;
    readonly wholeDigest: boolean;
  },
  ports: VerifyPorts,
): (location: string, run: Run) => Promise<VerifyReport> {
  return async (location, run) => {
    const { verifyArchive } = await import('../operations/verify-archive.ts');
    const judging = { clock: new Date() };
    return verifyArchive({ ...asked, location, allowUnsigned: true, judging }, ports, run);
  };
}
