import { StatementError } from '../attestation/attestation-error.ts';
import type { UnbelievedStatement } from '../checks/provenance-facts.ts';
import type { RoleKind } from '../policy/trust/trust-policy.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import type { StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';
import { type VouchedStatement, vouchedFor } from './vouched-for.ts';

/** Whose word counts for a kind of statement. */
export interface StatementDemands {
  readonly kinds: readonly RoleKind[];
  /** What they may do, for the reason where nobody did: `nobody who … signed it`. */
  readonly words: string;
  /** The reason where no key was given. */
  readonly withoutKey: string;
}

/**
 * What is believed of signed statements: of those that somebody in such a role signed, what `read` makes of them.
 * Others are told with the reason, and nothing of what they say is read; so are those that `read` cannot take.
 * @param read may refuse by StatementError
 */
export async function gatherStatements<Found>(
  lines: readonly StatementLine[],
  { kinds, words, withoutKey }: StatementDemands,
  trust: TrustInputs | undefined,
  judge: SignatureJudge,
  run: Run,
  read: (vouched: VouchedStatement, location: string) => Found | Promise<Found>,
): Promise<readonly (Found | UnbelievedStatement)[]> {
  const found: (Found | UnbelievedStatement)[] = [];
  for (const { location, bytes } of lines) {
    if (trust === undefined) {
      found.push({ state: 'undecided', location, code: 'SIGNATURE_NO_KEY', reason: withoutKey });
      continue;
    }
    const evidence = await judgeStatementAt(location, bytes, trust, judge, run);
    const vouched = vouchedFor(evidence, trust, kinds, words);
    try {
      found.push(
        vouched.state === 'vouched' ? await read(vouched, location) : { ...vouched, location },
      );
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      found.push({ state: 'refused', location, code: error.code, reason: error.message });
    }
  }
  return found;
}
