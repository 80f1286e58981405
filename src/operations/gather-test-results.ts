import { parseReferences } from '../attestation/parse-references.ts';
import { parseTestResult } from '../attestation/parse-test-result.ts';
import { testResultType } from '../attestation/render-test-result.ts';
import { parseStatement } from '../attestation/statement.ts';
import type { TestResultStatement } from '../checks/provenance-facts.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { compareNamed, type JudgedBytes } from './compare-named.ts';
import { gatherStatements } from './gather-statements.ts';
import type { StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/**
 * What is believed of statements about tests and scans of an archive: those that somebody with a role in the trust
 * policy signed, compared with the result files that lie there.
 */
export function gatherTestResults(
  lines: readonly StatementLine[],
  archive: JudgedBytes,
  trust: TrustInputs | undefined,
  { source, signatures }: { readonly source: ArchiveSource; readonly signatures: SignatureJudge },
  run: Run,
): Promise<readonly TestResultStatement[]> {
  const demands = {
    kinds: ['builder', 'releaser', 'approver'],
    words: 'has a role in the trust policy',
    withoutKey: 'there are results of tests, and no key was given to judge who vouches for them',
  } as const;
  return gatherStatements<TestResultStatement>(
    lines,
    demands,
    trust,
    signatures,
    run,
    async ({ payload, signers }, location) => {
      const { predicateType } = parseStatement(payload, { allowOldType: true });
      const said =
        predicateType === testResultType
          ? parseTestResult(payload)
          : { ...parseReferences(payload), result: undefined };
      const named = await compareNamed(said, archive, source, run);
      return { state: 'believed', location, signers, ...named, result: said.result };
    },
  );
}
