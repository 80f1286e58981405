import { StatementError } from '../attestation/attestation-error.ts';
import { InputError } from '../errors/families.ts';
import {
  type AcceptedItem,
  type AcceptedRecord,
  parseAcceptedRecord,
  renderAcceptedRecord,
} from '../policy/trust/accepted-record.ts';
import { acceptItems } from '../policy/trust/compare-accepted.ts';
import { countRole } from '../policy/trust/count-role.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import type { SignOncePorts } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';
import { clockOf, type TrustInputs } from './trust-inputs.ts';

/** The record of what was accepted last cannot be believed, so nothing can be compared with it. */
export class AcceptedRecordError extends InputError<
  'ACCEPTED_RECORD_MISSING' | 'ACCEPTED_RECORD_REFUSED' | 'ACCEPTED_RECORD_FORM'
> {}

/**
 * Reads a record of what was accepted last. Whoever could write one could lower the floor, so that it must be
 * signed by somebody who may.
 * @param role of the policy whose signature it must bear
 * @throws AcceptedRecordError ACCEPTED_RECORD_REFUSED, ACCEPTED_RECORD_FORM
 */
export async function readAcceptedRecord(
  file: { readonly location: string; readonly bytes: Uint8Array },
  trust: TrustInputs,
  role: string,
  judge: SignatureJudge,
  run: Run,
): Promise<AcceptedRecord> {
  const { location, bytes } = file;
  const evidence = await judgeStatementAt(location, bytes, trust, judge, run);
  const demand = { role, timestamps: 0, maxAgeMs: undefined };
  const count = countRole(demand, [evidence], clockOf(trust), trust.policy);
  if (!count.isMet || evidence.payload === undefined) {
    const { result } = evidence;
    const reason =
      result.outcome === 'valid'
        ? (count.passedOver[0]?.message ?? `it takes ${count.threshold} signatures`)
        : result.reason;
    throw new AcceptedRecordError(
      'ACCEPTED_RECORD_REFUSED',
      `the record of what was accepted last is not believed: ${location}: ${reason}`,
      {
        suggestions: [
          'Give the public key it is signed with: --since-key',
          'Use the copy of it you keep elsewhere',
        ],
      },
    );
  }
  try {
    return parseAcceptedRecord(evidence.payload);
  } catch (cause) {
    if (!(cause instanceof StatementError)) throw cause;
    throw new AcceptedRecordError(
      'ACCEPTED_RECORD_FORM',
      `${location} is signed, and no record of what was accepted: ${cause.message}`,
      { cause, suggestions: ['Name a file that verify --accept wrote'] },
    );
  }
}

/**
 * The record after something was accepted, signed, as the text of a file.
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function signAcceptedRecord(
  before: AcceptedRecord | undefined,
  accepted: {
    readonly policy: TrustInputs['policy'];
    readonly items: readonly AcceptedItem[];
    readonly times: readonly string[];
  },
  signing: Pick<SignOncePorts, 'signer' | 'judge'>,
  run: Run,
): Promise<string> {
  const payload = Buffer.from(renderAcceptedRecord(acceptItems(before, accepted)));
  return signStatement({ payload, about: 'the record' }, signing, run);
}
