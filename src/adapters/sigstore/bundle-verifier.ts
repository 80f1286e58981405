import type {
  BundleVerifier,
  SignatureOutcome,
  SignedArtifact,
  StatementOutcome,
  TrustedKey,
} from '../../ports/bundle-verifier.ts';
import type { JudgedSignature, TrustedSigner } from '../../ports/signature-judge.ts';
import type { Run } from '../../support/run.ts';
import { SigstoreJudge } from './signature-judge.ts';

/** The judge, asked about one key. */
export class KeyBundleVerifier implements BundleVerifier {
  readonly #judge = new SigstoreJudge();

  async verifyBlob(
    bytes: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome> {
    return outcomeOf(await this.#judge.judgeBlob(bytes, artifact, signersOf(key), run), key);
  }

  async verifyDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome> {
    return outcomeOf(
      await this.#judge.judgeDetached(signature, artifact, signersOf(key), run),
      key,
    );
  }

  async verifyStatement(bytes: Uint8Array, key: TrustedKey, run: Run): Promise<StatementOutcome> {
    const judged = await this.#judge.judgeStatement(bytes, signersOf(key), run);
    if (judged.outcome !== 'valid') return judged;
    const { payloadType, payload } = judged.statement ?? {
      payloadType: '',
      payload: Buffer.alloc(0),
    };
    return { outcome: 'valid', fingerprint: key.fingerprint, payloadType, payload };
  }
}

function signersOf(key: TrustedKey): readonly TrustedSigner[] {
  return [{ kind: 'key', name: key.origin, key }];
}

function outcomeOf(judged: JudgedSignature, { fingerprint }: TrustedKey): SignatureOutcome {
  return judged.outcome === 'valid'
    ? {
        outcome: 'valid',
        fingerprint,
        warnings: [
          ...judged.warnings,
          ...(judged.unusualAlgorithm === undefined ? [] : [judged.unusualAlgorithm]),
        ],
      }
    : { outcome: judged.outcome, code: judged.code, reason: judged.reason };
}
