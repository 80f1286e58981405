import { StatementError } from '../attestation/attestation-error.ts';
import { reportPredicateType } from '../attestation/report-statement.ts';
import { parseSignatureBundle } from '../attestation/signature-bundle.ts';
import { parseStatement, requireSubject } from '../attestation/statement.ts';
import { InputError } from '../errors/families.ts';
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
  // Whether it is a statement about this report at all shows without any key.
  const foreign = whyForeign(digest, () => payloadOf(statement));
  if (foreign !== undefined) return { state: 'invalid', reason: foreign };
  if (keys.length === 0) return { state: 'unjudged' };
  const judged = await judge.judgeStatement(statement, keys.flatMap(onlyKey), run);
  if (judged.outcome !== 'valid')
    return { state: 'invalid', reason: `${judged.reason} (${judged.code})` };
  const other = whyForeign(digest, () => judged.statement?.payload ?? new Uint8Array());
  if (other !== undefined) return { state: 'invalid', reason: other };
  return { state: 'valid', by: judged.party.replace(/^(?:key|identity):/, '') };
}

/** Why what was signed is not about a report with this digest; undefined: it is. */
function whyForeign(digest: Digest, payload: () => Uint8Array): string | undefined {
  try {
    const read = parseStatement(payload(), { allowOldType: false });
    requireSubject(read, digest, reportPredicateType);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `${error.message} (${error.code})`;
  }
}

/** What a bundle says it signs, which nobody has judged yet. @throws InputError */
function payloadOf(statement: Uint8Array): Uint8Array {
  const { content } = parseSignatureBundle(statement);
  if (content.kind !== 'dsseEnvelope')
    throw new StatementError('STATEMENT_PREDICATE', 'it signs a file, and is no statement');
  return content.envelope.payload;
}
