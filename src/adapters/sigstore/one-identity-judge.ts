import type {
  JudgedSignature,
  SignatureJudge,
  SignedArtifact,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import type { Run } from '../../support/run.ts';
import { SigstoreJudge } from './signature-judge.ts';

/**
 * The judge of what one identity signs: for a signer whose keys come and go, and who wants what it made judged as
 * the other side will. The one signer it is asked about only names that identity.
 */
export class OneIdentityJudge implements SignatureJudge {
  readonly #judge = new SigstoreJudge();
  readonly #identity: readonly TrustedSigner[];

  constructor(identity: TrustedSigner & { readonly kind: 'identity' }) {
    this.#identity = [identity];
  }

  async judgeBlob(
    bundle: Uint8Array,
    artifact: SignedArtifact,
    asked: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    return inNameOf(asked, await this.#judge.judgeBlob(bundle, artifact, this.#identity, run));
  }

  async judgeDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    asked: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    const judged = await this.#judge.judgeDetached(signature, artifact, this.#identity, run);
    return inNameOf(asked, judged);
  }

  async judgeStatement(
    bundle: Uint8Array,
    asked: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature> {
    return inNameOf(asked, await this.#judge.judgeStatement(bundle, this.#identity, run));
  }
}

function inNameOf([asked]: readonly TrustedSigner[], judged: JudgedSignature): JudgedSignature {
  if (judged.outcome !== 'valid' || asked?.kind !== 'key') return judged;
  const { warnings, statement } = judged;
  return {
    outcome: 'valid',
    signer: asked.name,
    party: `key:${asked.key.fingerprint}`,
    stampedTimes: [],
    warnings,
    ...(statement === undefined ? {} : { statement }),
  };
}
