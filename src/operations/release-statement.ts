import { SignerFailure, StatementError } from '../attestation/attestation-error.ts';
import {
  parseReleaseStatement,
  type Release,
  renderReleaseStatement,
} from '../attestation/release-statement.ts';
import {
  onlyKey,
  type RefusedSignature,
  type SignatureJudge,
  type TrustedKey,
  type TrustedRootFile,
} from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { type SignOncePorts, type StatementTimestamps, trustedKeyOf } from './sign-once.ts';
import { signStatement, type UnsignedStatement } from './sign-statement.ts';

/** File name of the release statement in every `dist/<flavor>/`. */
export const releaseStatementName = 'release.intoto.jsonl';

/**
 * Signs the statement over a release: one line, a v0.3 bundle with a DSSE envelope, verified before it is
 * returned. Where an authority is given it is stamped, and the stamp must hold, too.
 * @throws StatementError when the release could not be read back
 * @throws SignerFailure SIGN_SELF_CHECK, SIGN_TIMESTAMP
 */
export async function signReleaseStatement(
  release: Release,
  signing: SignOncePorts,
  run: Run,
): Promise<string> {
  const payload = Buffer.from(renderReleaseStatement(release));
  return signStamped({ payload, about: 'the release statement' }, signing, run);
}

/**
 * Signs a statement of a release and, where an authority is given, has it stamped; the stamp must hold, too.
 * @throws SignerFailure SIGN_SELF_CHECK, SIGN_TIMESTAMP
 */
export async function signStamped(
  { payload, about }: Pick<UnsignedStatement, 'payload' | 'about'>,
  { signer, timestamps, judge }: SignOncePorts,
  run: Run,
): Promise<string> {
  const authority = timestamps?.authority;
  const text = await signStatement({ payload, about, authority }, { signer, judge }, run);
  if (timestamps !== undefined)
    await requireStamp(Buffer.from(text), { signer, judge }, timestamps, run);
  return text;
}

async function requireStamp(
  bundle: Uint8Array,
  signing: Pick<SignOncePorts, 'signer' | 'judge'>,
  timestamps: StatementTimestamps,
  run: Run,
): Promise<void> {
  const problem = await stampProblem(bundle, signing, timestamps.root, run);
  if (problem === undefined) return;
  throw new SignerFailure(
    'SIGN_TIMESTAMP',
    `the timestamp of ${timestamps.authority.location} does not hold by ${timestamps.root.origin}; nothing was written: ${problem}`,
    { suggestions: ['Check that --trusted-root holds the certificates of that authority'] },
  );
}

/** Why a statement of this signer is not stamped as demanded; undefined when it is. */
export async function stampProblem(
  bundle: Uint8Array,
  { signer, judge }: Pick<SignOncePorts, 'signer' | 'judge'>,
  root: TrustedRootFile,
  run: Run,
): Promise<string | undefined> {
  const key = trustedKeyOf(signer, 'the signing key');
  const trusted = { kind: 'key', name: key.origin, key, timestampRoot: root } as const;
  const judged = await judge.judgeStatement(bundle, [trusted], run);
  if (judged.outcome !== 'valid') return `${judged.reason} (${judged.code})`;
  return judged.stampedTimes.length === 0 ? 'no stamp of it is believed' : undefined;
}

export type ReleaseOutcome =
  | { readonly outcome: 'valid'; readonly fingerprint: string; readonly release: Release }
  | RefusedSignature;

/** Verifies a release statement and reads it from the verified bytes. A bad statement is an outcome, not an exception. */
export async function readReleaseStatement(
  bytes: Uint8Array,
  key: TrustedKey,
  judge: SignatureJudge,
  run: Run,
): Promise<ReleaseOutcome> {
  const judged = await judge.judgeStatement(bytes, onlyKey(key), run);
  if (judged.outcome !== 'valid') return judged;
  try {
    return {
      outcome: 'valid',
      fingerprint: key.fingerprint,
      release: parseReleaseStatement(judged.statement?.payload ?? new Uint8Array()),
    };
  } catch (error) {
    if (error instanceof StatementError)
      return { outcome: 'invalid', code: error.code, reason: error.message };
    throw error;
  }
}
