import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { HeldUnder, SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  SignatureJudge,
  SignedArtifact,
  TrustedSigner,
  ValidSignature,
} from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { type TrustInputs, trustedSigners } from './trust-inputs.ts';

/** A signature that was found, before anybody judged it. */
export interface FoundSignature extends Omit<SignatureEvidence, 'result'> {
  /** Undefined: it is there and could not be read. */
  readonly bytes: Uint8Array | undefined;
  /** Undefined: what it covers could not be read. */
  readonly artifact: SignedArtifact | undefined;
  /** Covers one half of a hybrid: holding, it says nothing of the other. */
  readonly isHalf?: boolean;
}

/** Judges a signature over a file under everybody the policy names. */
export async function judgeFound(
  { bytes, artifact, isHalf, ...found }: FoundSignature,
  trust: TrustInputs,
  judge: SignatureJudge,
  run: Run,
): Promise<SignatureEvidence> {
  const { location, form, covers } = found;
  const common = { location, form, covers };
  if (bytes === undefined || artifact === undefined) return { ...common, result: unread(location) };
  const { result } = await askAll(trust, (signers) =>
    form === 'zarf-legacy'
      ? judge.judgeDetached(bytes, artifact, signers, run)
      : judge.judgeBlob(bytes, artifact, signers, run),
  );
  return {
    ...common,
    result: isHalf === true && result.outcome === 'valid' ? oneHalf(location) : result,
  };
}

/** A signature whose bytes, or what it covers, are not at hand. */
export function unread(location: string): RefusedSignature {
  return {
    outcome: 'undecided',
    code: 'SIGNATURE_UNREAD',
    reason: `${location} or what it covers is missing, too large to be kept, or was not read to its end`,
  };
}

/** Judges a signature over a statement; what it says is for the caller to read. */
export async function judgeStatementAt(
  location: string,
  bytes: Uint8Array,
  trust: TrustInputs,
  judge: SignatureJudge,
  run: Run,
): Promise<StatementEvidence> {
  const { result, statement } = await askAll(trust, (signers) =>
    judge.judgeStatement(bytes, signers, run),
  );
  const common = { location, form: 'statement', covers: 'every file it lists' } as const;
  return statement === undefined
    ? { ...common, result }
    : { ...common, result, payload: statement };
}

/** A signature that holds, and says nothing of the other half. */
export function oneHalf(
  where: string,
): SignatureEvidence['result'] & { readonly outcome: 'undecided' } {
  return {
    outcome: 'undecided',
    code: 'SIGNATURE_HALF',
    reason: `${where} covers one half of the hybrid, and nothing the other; sign the whole file beside it`,
  };
}

/** Under whom it holds: a signer may stand in the policy under several names, with several conditions. */
async function askAll(
  trust: TrustInputs,
  ask: (signers: readonly TrustedSigner[]) => Promise<JudgedSignature>,
): Promise<{ readonly result: SignatureEvidence['result']; readonly statement?: Uint8Array }> {
  const signers = trustedSigners(trust);
  const first = await ask(signers);
  if (first.outcome !== 'valid') {
    const { outcome, code, reason } = first;
    return { result: { outcome, code, reason } };
  }
  const by: HeldUnder[] = [];
  for (const signer of signers) {
    const judged = signer.name === first.signer ? first : await ask([signer]);
    if (judged.outcome === 'valid') by.push(heldUnder(judged));
  }
  const { warnings, unusualAlgorithm } = first;
  const unusual = unusualAlgorithm === undefined ? {} : { unusualAlgorithm };
  const result = { outcome: 'valid', by, warnings, ...unusual } as const;
  return first.statement === undefined
    ? { result }
    : { result, statement: first.statement.payload };
}

const dayMs = 24 * 3_600_000;

function heldUnder({
  signer,
  party,
  stampedTimes,
  stampedBy,
  certificate,
}: ValidSignature): HeldUnder {
  // A certificate for minutes has always ended: signed times speak for it.
  const isLasting =
    certificate !== undefined &&
    Date.parse(certificate.notAfter) - Date.parse(certificate.notBefore) > dayMs;
  return {
    signer,
    party,
    stampedTimes,
    ...(stampedBy === undefined ? {} : { stampedBy }),
    ...(isLasting ? { certificateEnds: certificate.notAfter } : {}),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
