import { StatementError } from '../attestation/attestation-error.ts';
import { provenanceType, readProvenance } from '../attestation/provenance.ts';
import { parseStatement } from '../attestation/statement.ts';
import type { ProvenanceStatement } from '../checks/provenance-facts.ts';
import { countRole } from '../policy/trust/count-role.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import { advanced } from '../policy/trust/trust-clock.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import type { StatementLine } from './read-beside.ts';
import { clockOf, type TrustInputs } from './trust-inputs.ts';

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
  const { location, result, payload } = evidence;
  if (result.outcome !== 'valid' || payload === undefined) {
    const { code, reason } =
      result.outcome === 'valid'
        ? { code: 'STATEMENT_PREDICATE', reason: 'it holds no statement' }
        : result;
    const state = result.outcome === 'undecided' ? 'undecided' : 'refused';
    return { state, location, code, reason };
  }
  const { policy } = trust;
  const times = result.by.flatMap(({ stampedTimes }) => stampedTimes);
  const clock = advanced(clockOf(trust), times);
  const counts = [...policy.roles.values()]
    .filter(({ kind }) => kind === 'builder' || kind === 'releaser')
    .map(({ name }) =>
      countRole({ role: name, timestamps: 0, maxAgeMs: undefined }, [evidence], clock, policy),
    );
  const signers = counts.flatMap(({ counted }) => counted.map(({ signer }) => signer));
  if (signers.length === 0) {
    const [passed] = counts.flatMap(({ passedOver }) => passedOver);
    return {
      state: 'refused',
      location,
      code: passed?.code ?? 'TRUST_NOT_IN_ROLE',
      reason: passed?.message ?? 'nobody who may build or release signed it',
    };
  }
  try {
    const { predicateType } = parseStatement(payload, { allowOldType: true });
    if (predicateType !== provenanceType) {
      const reason = `it is a statement of another kind: ${predicateType}`;
      return { state: 'refused', location, code: 'STATEMENT_PREDICATE', reason };
    }
    const provenance = readProvenance(payload);
    return { state: 'believed', location, signers: [...new Set(signers)].sort(), provenance };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return { state: 'refused', location, code: error.code, reason: error.message };
  }
}
