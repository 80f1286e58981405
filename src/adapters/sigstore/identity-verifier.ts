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

/**
 * The judge, asked about one identity: for a signer whose keys come and go, and who wants what it made judged as
 * the other side will. The key it is called with only names that identity.
 */
export class IdentityBundleVerifier implements BundleVerifier {
  readonly #judge = new SigstoreJudge();
  readonly #signer: TrustedSigner & { readonly kind: 'identity' };

  constructor(signer: TrustedSigner & { readonly kind: 'identity' }) {
    this.#signer = signer;
  }

  async verifyBlob(
    bytes: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome> {
    return outcomeOf(await this.#judge.judgeBlob(bytes, artifact, [this.#signer], run), key);
  }

  async verifyDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome> {
    const judged = await this.#judge.judgeDetached(signature, artifact, [this.#signer], run);
    return outcomeOf(judged, key);
  }

  async verifyStatement(bytes: Uint8Array, key: TrustedKey, run: Run): Promise<StatementOutcome> {
    const judged = await this.#judge.judgeStatement(bytes, [this.#signer], run);
    if (judged.outcome !== 'valid') return judged;
    const { payloadType = '', payload = new Uint8Array() } = judged.statement ?? {};
    return { outcome: 'valid', fingerprint: key.fingerprint, payloadType, payload };
  }
}

function outcomeOf(judged: JudgedSignature, { fingerprint }: TrustedKey): SignatureOutcome {
  return judged.outcome === 'valid'
    ? { outcome: 'valid', fingerprint, warnings: judged.warnings }
    : { outcome: judged.outcome, code: judged.code, reason: judged.reason };
}
