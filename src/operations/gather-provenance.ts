import { StatementError } from '../attestation/attestation-error.ts';
import { provenanceType, readProvenance } from '../attestation/provenance.ts';
import { parseStatement } from '../attestation/statement.ts';
import type { ProvenanceStatement } from '../checks/provenance-facts.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import type { StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';
import { vouchedFor } from './vouched-for.ts';

/**
 * What is believed of statements about how an archive was made: those that a builder or releaser of the trust
 * policy signed. Others are told with the reason, and nothing of what they say is read.
 */
export async function gatherProvenance(
  lines: readonly StatementLine[],
  trust: TrustInputs | undefined,
  judge: SignatureJudge,
  run: Run,
): Promise<readonly ProvenanceStatement[]> {
  const found: ProvenanceStatement[] = [];
  for (const { location, bytes } of lines) {
    if (trust === undefined) {
      const reason = 'there is provenance, and no key was given to judge it by';
      found.push({ state: 'undecided', location, code: 'SIGNATURE_NO_KEY', reason });
      continue;
    }
    found.push(believe(await judgeStatementAt(location, bytes, trust, judge, run), trust));
  }
  return found;
}

function believe(evidence: StatementEvidence, trust: TrustInputs): ProvenanceStatement {
  const { location } = evidence;
  const vouched = vouchedFor(evidence, trust, ['builder', 'releaser'], 'may build or release');
  if (vouched.state !== 'vouched') return { ...vouched, location };
  const { payload, signers } = vouched;
  try {
    const { predicateType } = parseStatement(payload, { allowOldType: true });
    if (predicateType !== provenanceType) {
      const reason = `it is a statement of another kind: ${predicateType}`;
      return { state: 'refused', location, code: 'STATEMENT_PREDICATE', reason };
    }
    const provenance = readProvenance(payload);
    return { state: 'believed', location, signers, provenance };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return { state: 'refused', location, code: error.code, reason: error.message };
  }
}
