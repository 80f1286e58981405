import { parseReproducibility } from '../attestation/reproducibility.ts';
import type { ReproductionStatement } from '../checks/provenance-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { gatherStatements } from './gather-statements.ts';
import { isNumberedBeside, type StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Whether a file says what came of making an archive again: `<archive>.reproduced.intoto.jsonl`, `<archive>.reproduced.2.intoto.jsonl`, …. */
export function isReproductionOf(name: string, archive: string): boolean {
  return isNumberedBeside(name, archive, 'reproduced');
}

/**
 * What is believed of them: what somebody with a role in the trust policy signed, about these very bytes.
 * @param digest of the whole archive; undefined where it could not be told
 */
export function gatherReproductions(
  lines: readonly StatementLine[],
  digest: Digest | undefined,
  trust: TrustInputs | undefined,
  judge: SignatureJudge,
  run: Run,
): Promise<readonly ReproductionStatement[]> {
  const demands = {
    kinds: ['builder', 'releaser', 'approver'],
    words: 'has a role in the trust policy',
    withoutKey: 'there is a statement about making it again, and no key was given to judge it',
  } as const;
  return gatherStatements<ReproductionStatement>(
    lines,
    demands,
    trust,
    judge,
    run,
    ({ payload, signers, parties }, location) => {
      const made = parseReproducibility(payload);
      if (digest === undefined)
        return {
          state: 'undecided',
          location,
          code: 'REPRODUCTION_NO_DIGEST',
          reason: 'the digest of the archive could not be told',
        };
      if (made.archive.digest !== digest)
        return {
          state: 'refused',
          location,
          code: 'REPRODUCTION_OTHER',
          reason: `it is about ${made.archive.digest}, and this is ${digest}`,
        };
      return { state: 'believed', location, signers, parties, made };
    },
  );
}
