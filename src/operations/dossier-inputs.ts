import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Digest } from '../oci/digest.ts';
import type { Policy } from '../policy/policy.ts';
import type { Dossier, DossierRun } from '../report/dossier/dossier.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { ArchiveContents } from './gather-dossier-contents.ts';
import type { RecordedInput } from './record-inputs.ts';

/** What a report is made of: what `verify` said, what was read meanwhile, and what was given beside. */
export interface DossierInputs extends Pick<Dossier, 'scans' | 'history'> {
  readonly run: Pick<DossierRun, 'command' | 'audience' | 'preparedBy' | 'marking'> & {
    readonly date: Date;
  };
  readonly result: VerifyResult;
  /** Of each archive, in the order they were read. */
  readonly seen: readonly ArchiveContents[];
  readonly policy: Policy;
  /** Small files that were read: statements, signatures, keys. */
  readonly inputs: readonly RecordedInput[];
  readonly previous?: Pick<Dossier, 'release' | 'sizes' | 'contents' | 'run'> & {
    readonly name: string;
    readonly digest: Digest;
  };
  readonly checks: readonly DescribedCheck[];
  readonly programVersion: string;
}
