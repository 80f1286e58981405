import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { SignedContentError, SigningError } from '../../attestation/attestation-error.ts';
import {
  describePublicKey,
  type PublicKeyFacts,
  parsePublicKey,
} from '../../attestation/public-key.ts';
import {
  sha256Of,
  verifyDigestSignature,
  verifyMessageSignature,
} from '../../attestation/verify-key-signature.ts';
import type { Signer, StreamSignature } from '../../ports/signer.ts';
import type { Run } from '../../support/run.ts';
import { callPlugin, type PluginEnd } from './call-plugin.ts';
import { pluginEnvironment, withoutSecretsOf } from './plugin-environment.ts';
import { KmsPluginError } from './plugin-error.ts';
import { type PluginProgram, requireUnchanged } from './plugin-program.ts';
import {
  type AnswerOf,
  publicKeyArguments,
  readPublicKeyAnswer,
  readSignatureAnswer,
  signMessageArguments,
} from './plugin-protocol.ts';

/** Where a key is, and what reaches it. */
export interface KmsKey {
  readonly program: PluginProgram;
  /** Everything behind `://` of the reference. */
  readonly resource: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Milliseconds without any progress after which a call is given up. */
  readonly timeoutMs: number;
}

/**
 * A signer whose key stays in a KMS, HSM or token; a plugin program talks to it. One call now, for the public
 * key, and one for each signature.
 * @throws KmsPluginError KMS_PLUGIN_*
 * @throws KeyFileError KEY_FORMAT, KEY_KIND when what it calls its public key is none
 * @throws SigningError SIGN_KEY_ALGORITHM for keys whose signatures cosign, Zarf and UDS do not verify
 */
export async function openKmsSigner(key: KmsKey, run: Run): Promise<Signer> {
  const facts = await askPublicKey(key, run);
  if (!facts.accepted) {
    throw new SigningError(
      'SIGN_KEY_ALGORITHM',
      `cosign, Zarf and UDS do not verify signatures of a ${facts.kind} key`,
      { suggestions: ['Make an ECDSA P-256 key (or RSA from 2048 bits) in the key service'] },
    );
  }
  return new KmsSigner(key, facts);
}

/** The public key of a reference, of whatever kind it is. @throws KmsPluginError, KeyFileError */
export async function askPublicKey(key: KmsKey, run: Run): Promise<PublicKeyFacts> {
  const answer = await call(key, publicKeyArguments(requestOf(key, true)), [], run);
  return parsePublicKey(readPublicKeyAnswer(answer));
}

class KmsSigner implements Signer {
  readonly material: Signer['material'];
  readonly tool: NonNullable<Signer['tool']>;
  readonly #key: KmsKey;
  readonly #publicKey: KeyObject;

  constructor(key: KmsKey, facts: PublicKeyFacts) {
    this.#key = key;
    this.#publicKey = createPublicKey(facts.pem);
    this.material = {
      kind: 'key',
      spki: describePublicKey(this.#publicKey).spki,
      algorithm: facts.kind === 'rsa' ? 'rsa-pkcs1-sha256' : 'ecdsa-p256-sha256',
    };
    this.tool = key.program;
  }

  async sign(message: Uint8Array, run: Run): Promise<Uint8Array> {
    const request = requestOf(this.#key, true);
    const args = signMessageArguments(request, sha256Of(message));
    const signature = readSignatureAnswer(await call(this.#key, args, [message], run));
    if (!verifyMessageSignature(this.#publicKey, message, signature)) throw this.#wrong(signature);
    return signature;
  }

  /** The protocol wants the digest before the message: without it the message is kept in memory. */
  async signStream(
    message: AsyncIterable<Uint8Array>,
    run: Run,
    knownDigest?: Uint8Array,
  ): Promise<StreamSignature> {
    if (knownDigest === undefined) {
      const whole = Buffer.concat(await Array.fromAsync(message, (chunk) => Buffer.from(chunk)));
      return { signature: await this.sign(whole, run), digest: sha256Of(whole) };
    }
    const hash = createHash('sha256');
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of message) {
        hash.update(chunk);
        yield chunk;
      }
    }
    const args = signMessageArguments(requestOf(this.#key, false), knownDigest);
    const answer = await call(this.#key, args, hashed(), run);
    const digest = hash.digest();
    // The plugin was told a digest: its signature alone would not prove what was read.
    if (!digest.equals(knownDigest)) {
      const [was, is] = [knownDigest, digest].map((each) => Buffer.from(each).toString('hex'));
      throw new SignedContentError(
        'SIGN_CONTENT_CHANGED',
        `what was read for signing is not sha256:${was}, but sha256:${is}`,
        { suggestions: ['Something writes to the file: find out what, then run again'] },
      );
    }
    const signature = readSignatureAnswer(answer);
    if (!verifyDigestSignature(this.#publicKey, digest, signature)) throw this.#wrong(signature);
    return { signature, digest };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #wrong(signature: Uint8Array): KmsPluginError {
    return new KmsPluginError(
      'KMS_SIGNATURE',
      `the KMS plugin ${this.#key.program.path} returned ${signature.byteLength} bytes that are no signature of the public key it gave; nothing was written`,
      {
        suggestions: [
          'Check that the reference names one version of one key',
          'The key must sign by ECDSA P-256 (as ASN.1 DER) or RSA PKCS#1 v1.5, both with SHA-256',
        ],
      },
    );
  }
}

function requestOf(
  { resource, now, timeoutMs }: KmsKey,
  bounded: boolean,
): { readonly resource: string; readonly deadline?: Date } {
  return bounded ? { resource, deadline: new Date(now().getTime() + timeoutMs) } : { resource };
}

async function call(
  { program, env, timeoutMs }: KmsKey,
  args: readonly string[],
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  run: Run,
): Promise<AnswerOf> {
  await requireUnchanged(program);
  const { path } = program;
  const ended: PluginEnd = await callPlugin(
    { path, args, env: pluginEnvironment(env), input, timeoutMs },
    run,
  );
  return { path, ended, withoutSecrets: withoutSecretsOf(env) };
}
