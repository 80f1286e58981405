import { SignerFailure } from '../attestation/attestation-error.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../attestation/dsse.ts';
import { keyOfSpki } from '../attestation/public-key.ts';
import { renderSignatureBundle } from '../attestation/render-signature-bundle.ts';
import { verifyMessageSignature } from '../attestation/verify-key-signature.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import type { TimestampAuthority } from '../ports/timestamp-authority.ts';
import type { Run } from '../support/run.ts';
import { bundleMaterial } from './bundle-material.ts';
import { type SignOncePorts, trustedKeyOf } from './sign-once.ts';

/** A statement that is to be signed. */
export interface UnsignedStatement {
  readonly payload: Uint8Array;
  /** What it is about, for errors: "the verdict". */
  readonly about: string;
  /** Stamps the signature; without it the bundle carries no timestamp of its own. */
  readonly authority?: TimestampAuthority | undefined;
}

/**
 * Signs a statement: one line, a v0.3 bundle with a DSSE envelope. A signature that the signer's public key does
 * not verify reaches neither log nor authority, and the bundle is judged as the other side will before it is returned.
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function signStatement(
  { payload, about, authority }: UnsignedStatement,
  { signer, judge }: Pick<SignOncePorts, 'signer' | 'judge'>,
  run: Run,
): Promise<string> {
  const message = encodePreAuthentication(inTotoPayloadType, payload);
  const signature = await signer.sign(message, run);
  if (!verifyMessageSignature(keyOfSpki(signer.material.spki), message, signature)) {
    throw new SignerFailure(
      'SIGN_SELF_CHECK',
      `the signer returned a signature over ${about} that its public key does not verify`,
    );
  }
  const material = await bundleMaterial(signer, { kind: 'statement', payload }, signature, run);
  const stamp = await authority?.stamp(signature, run);
  const text = renderSignatureBundle(
    { ...material, ...(stamp === undefined ? {} : { timestamps: [stamp] }) },
    { kind: 'statement', payloadType: inTotoPayloadType, payload, signature },
  );
  const bundle = `${text}\n`;
  const key = trustedKeyOf(signer, 'the signer');
  const judged = await judge.judgeStatement(Buffer.from(bundle), onlyKey(key), run);
  if (judged.outcome === 'valid') return bundle;
  throw new SignerFailure(
    'SIGN_SELF_CHECK',
    `the signature over ${about} does not hold; nothing was written: ${judged.reason} (${judged.code})`,
    { suggestions: ['Check that --trusted-root describes the services that were asked'] },
  );
}
