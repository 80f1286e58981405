import { provenanceType, readProvenance } from '../attestation/provenance.ts';
import { parseStatement } from '../attestation/statement.ts';
import type { ProvenanceStatement } from '../checks/provenance-facts.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { gatherStatements } from './gather-statements.ts';
import type { StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** What is believed of statements about how an archive was made: those that a builder or releaser of the trust policy signed. */
export function gatherProvenance(
  lines: readonly StatementLine[],
  trust: TrustInputs | undefined,
  judge: SignatureJudge,
  run: Run,
): Promise<readonly ProvenanceStatement[]> {
  const demands = {
    kinds: ['builder', 'releaser'],
    words: 'may build or release',
    withoutKey: 'there is provenance, and no key was given to judge it by',
  } as const;
  return gatherStatements<ProvenanceStatement>(
    lines,
    demands,
    trust,
    judge,
    run,
    ({ payload, signers }, location) => {
      const { predicateType } = parseStatement(payload, { allowOldType: true });
      if (predicateType !== provenanceType) {
        const reason = `it is a statement of another kind: ${predicateType}`;
        return { state: 'refused', location, code: 'STATEMENT_PREDICATE', reason };
      }
      return { state: 'believed', location, signers, provenance: readProvenance(payload) };
    },
  );
}
