import { parseReferences } from '../attestation/parse-references.ts';
import type { SbomReferences } from '../checks/provenance-facts.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { compareNamed, type JudgedBytes } from './compare-named.ts';
import { gatherStatements } from './gather-statements.ts';
import type { StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/**
 * What is believed of them, compared with the files that lie there: of those that a builder or releaser of the
 * trust policy signed about these very bytes. Others are told with the reason.
 */
export function gatherReferences(
  lines: readonly StatementLine[],
  archive: JudgedBytes,
  trust: TrustInputs | undefined,
  { source, signatures }: { readonly source: ArchiveSource; readonly signatures: SignatureJudge },
  run: Run,
): Promise<readonly SbomReferences[]> {
  const demands = {
    kinds: ['builder', 'releaser'],
    words: 'may build or release',
    withoutKey: 'SBOMs are named beside it, and no key was given to judge who says so',
  } as const;
  return gatherStatements<SbomReferences>(
    lines,
    demands,
    trust,
    signatures,
    run,
    async ({ payload, signers }, location) => {
      const named = await compareNamed(parseReferences(payload), archive, source, run);
      return { state: 'believed', location, signers, ...named };
    },
  );
}
