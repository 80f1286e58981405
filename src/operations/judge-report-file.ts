import { StatementError } from '../attestation/attestation-error.ts';
import { reportPredicateType } from '../attestation/report-statement.ts';
import { parseStatement, requireSubject } from '../attestation/statement.ts';
import type { Digest } from '../oci/digest.ts';
import { onlyKey, type SignatureJudge, type TrustedKey } from '../ports/signature-judge.ts';
import type { DiffSignature } from '../report/diff/dossier-diff.ts';
import type { Run } from '../support/run.ts';

/** Judges whether a report.json is what somebody signed: the statement beside it, under one of the keys that were given. */
export async function judgeReportFile(
  digest: Digest,
  statement: Uint8Array | undefined,
  keys: readonly TrustedKey[],
  judge: SignatureJudge,
  run: Run,
): Promise<DiffSignature> {
  if (statement === undefined) return { state: 'unsigned' };
  if (keys.length === 0) return { state: 'unjudged' };
  const judged = await judge.judgeStatement(statement, keys.flatMap(onlyKey), run);
  if (judged.outcome !== 'valid')
    return { state: 'invalid', reason: `${judged.reason} (${judged.code})` };
  try {
    const read = parseStatement(judged.statement?.payload ?? new Uint8Array(), {
      allowOldType: false,
    });
    requireSubject(read, digest, reportPredicateType);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return { state: 'invalid', reason: `${error.message} (${error.code})` };
  }
  return { state: 'valid', by: judged.party.replace(/^(?:key|identity):/, '') };
}
