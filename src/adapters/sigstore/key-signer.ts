import { createHash, createPublicKey, createSign, type KeyObject, sign } from 'node:crypto';
import { KeyFileError, SignerFailure } from '../../attestation/attestation-error.ts';
import { openPrivateKey } from '../../attestation/key-file.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import {
  verifyDigestSignature,
  verifyMessageSignature,
} from '../../attestation/verify-key-signature.ts';
import type { Signer, StreamSignature } from '../../ports/signer.ts';
import type { Run } from '../../support/run.ts';

/**
 * A signer over an encrypted key file.
 * @throws KeyFileError KEY_*, KeyAccessError KEY_PASSWORD_WRONG, KEY_FIPS
 */
export function openKeySigner(keyText: string, password: Uint8Array): Signer {
  return new KeySigner(openPrivateKey(keyText, password));
}

/** Signs with a private key in memory. */
export class KeySigner implements Signer {
  readonly material: Signer['material'];
  readonly #publicKey: KeyObject;
  #privateKey: KeyObject | undefined;

  /** @throws KeyFileError KEY_KIND for keys whose signatures cosign, Zarf and UDS do not verify */
  constructor(privateKey: KeyObject) {
    const facts = describePublicKey(privateKey);
    if (!facts.accepted)
      throw new KeyFileError(
        'KEY_KIND',
        `a ${facts.kind} key signs nothing that cosign, Zarf and UDS verify`,
      );
    this.#privateKey = privateKey;
    this.#publicKey = createPublicKey(privateKey);
    this.material = {
      kind: 'key',
      spki: facts.spki,
      algorithm: facts.kind === 'rsa' ? 'rsa-pkcs1-sha256' : 'ecdsa-p256-sha256',
    };
  }

  sign(message: Uint8Array, run: Run): Promise<Uint8Array> {
    run.signal.throwIfAborted();
    const signature = sign('sha256', message, this.#key());
    if (!verifyMessageSignature(this.#publicKey, message, signature))
      return Promise.reject(selfCheckFailed());
    return Promise.resolve(signature);
  }

  async signStream(
    message: AsyncIterable<Uint8Array>,
    run: Run,
    knownDigest?: Uint8Array,
  ): Promise<StreamSignature> {
    const key = this.#key();
    const hash = knownDigest === undefined ? createHash('sha256') : undefined;
    const signing = createSign('sha256');
    for await (const chunk of message) {
      run.signal.throwIfAborted();
      hash?.update(chunk);
      signing.update(chunk);
    }
    const digest = hash?.digest() ?? knownDigest ?? new Uint8Array();
    const signature = signing.sign(key);
    if (!verifyDigestSignature(this.#publicKey, digest, signature)) throw selfCheckFailed();
    return { signature, digest };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#privateKey = undefined;
    return Promise.resolve();
  }

  #key(): KeyObject {
    if (this.#privateKey === undefined)
      throw new SignerFailure('SIGN_SELF_CHECK', 'the signer was already closed');
    return this.#privateKey;
  }
}

function selfCheckFailed(): SignerFailure {
  return new SignerFailure(
    'SIGN_SELF_CHECK',
    'the signature just made does not verify with its own public key; nothing was written',
    {
      suggestions: ['Run again; if it happens twice, check the memory of this machine'],
    },
  );
}
