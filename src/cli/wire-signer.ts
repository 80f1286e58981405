import { join } from 'node:path';
import { inKeyFile } from '../attestation/in-key-file.ts';
import type { PublicKeyFacts } from '../attestation/public-key.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { SignatureCache } from '../ports/signature-cache.ts';
import type { Signer } from '../ports/signer.ts';
import type { Run } from '../support/run.ts';
import { parseKeyReference } from './key-reference.ts';
import type { SigningChoice } from './signing-choice.ts';
import type { SigningKey } from './signing-key.ts';

/** A plugin that asks a person to approve gets the time that other programs give it, too. */
const kmsTimeoutMs = 180_000;

/**
 * Opens whoever signs; asks for the password of a key where none is given.
 * @param cacheDir where signatures are kept for later runs; undefined: nowhere
 * @throws KeyReferenceError, KeyFileError, KeyAccessError, KmsPluginError, SigningError
 * @throws IdentityTokenError, SigningServiceError, ServiceAddressError, TrustedRootError
 */
export async function openSigning(
  choice: SigningChoice,
  cacheDir: string | undefined,
  run: Run,
): Promise<SignOncePorts> {
  const kept = cacheDir === undefined ? {} : { cache: await signatureCache(cacheDir) };
  if (choice.kind === 'identity') {
    const { openIdentity } = await import('./wire-identity.ts');
    return { ...(await openIdentity(choice, run)), ...kept };
  }
  const { SigstoreJudge } = await import('../adapters/sigstore/signature-judge.ts');
  const { timestamps } = choice;
  // Read first: what it says decides whether there is anything to open a key for.
  const stamping =
    timestamps === undefined
      ? undefined
      : await (await import('./wire-identity.ts')).stampingOf(timestamps);
  return {
    signer: await openSigner(choice.key, run),
    judge: new SigstoreJudge(),
    ...kept,
    ...(stamping === undefined ? {} : { timestamps: stamping }),
  };
}

async function signatureCache(folder: string): Promise<SignatureCache> {
  const { FsSignatureCache } = await import('../adapters/fs/signature-cache.ts');
  return new FsSignatureCache(join(folder, 'signatures'));
}

async function openSigner(key: SigningKey, run: Run): Promise<Signer> {
  const kms = await kmsKeyOf(key);
  if (kms !== undefined) {
    const { openKmsSigner } = await import('../adapters/kms-plugin/kms-signer.ts');
    return openKmsSigner(kms, run);
  }
  const { openKeySigner } = await import('../adapters/sigstore/key-signer.ts');
  const text = await privateKeyText(key);
  const password = await passwordOf(key);
  return inKeyFile(key.reference, () => openKeySigner(text, password));
}

/** What `keys public` and `keys show` say of a key that signs: the private half is opened, or its plugin asked. */
export async function publicHalfOf(key: SigningKey, run: Run): Promise<PublicKeyFacts> {
  const kms = await kmsKeyOf(key);
  if (kms !== undefined) {
    const { askPublicKey } = await import('../adapters/kms-plugin/kms-signer.ts');
    return askPublicKey(kms, run);
  }
  const { openPrivateKey } = await import('../attestation/key-file.ts');
  const { describePublicKey } = await import('../attestation/public-key.ts');
  const text = await privateKeyText(key);
  const password = await passwordOf(key);
  return inKeyFile(key.reference, () => describePublicKey(openPrivateKey(text, password)));
}

/** The same of a key of either half: a public one needs no password. */
export async function anyKeyFacts(key: SigningKey, run: Run): Promise<PublicKeyFacts> {
  if (parseKeyReference(key.reference).kind === 'plugin') return publicHalfOf(key, run);
  const text = await privateKeyText(key);
  if (text.includes('PRIVATE KEY-----')) return publicHalfOf(key, run);
  const { parsePublicKey } = await import('../attestation/public-key.ts');
  return inKeyFile(key.reference, () => parsePublicKey(text));
}

/** The text of a key file, or of the variable that holds one. @throws KeyAccessError KEY_UNREADABLE */
export async function privateKeyText({ reference }: SigningKey): Promise<string> {
  const parsed = parseKeyReference(reference);
  const { readKeyFile, readKeyVariable } = await import('./key-files.ts');
  return parsed.kind === 'variable'
    ? readKeyVariable(parsed.name, process.env)
    : readKeyFile(reference);
}

async function passwordOf({ passwordFile }: SigningKey): Promise<Uint8Array> {
  const { readPassword, terminalPrompt } = await import('./read-password.ts');
  const prompt = terminalPrompt();
  return readPassword({
    env: process.env,
    ...(passwordFile === undefined ? {} : { file: passwordFile }),
    ...(prompt === undefined ? {} : { prompt }),
  });
}

/** The key behind a KMS reference; undefined for files and variables. @throws KmsPluginError KMS_PLUGIN_* */
async function kmsKeyOf({ reference, kmsPlugin }: SigningKey) {
  const parsed = parseKeyReference(reference);
  if (parsed.kind !== 'plugin') return undefined;
  const { scheme, resource } = parsed;
  const named = kmsPlugin ?? (process.env['COWA_KMS_PLUGIN'] || undefined);
  const { findPluginProgram, pluginMissing } = await import(
    '../adapters/kms-plugin/plugin-program.ts'
  );
  if (named === undefined) throw pluginMissing(scheme);
  return {
    program: await findPluginProgram(scheme, named),
    resource,
    env: process.env,
    now: () => new Date(),
    timeoutMs: kmsTimeoutMs,
  };
}

/** A signer whose key was made a moment ago and is trusted by nobody: what a drill forges with. */
export async function strangerSigner(): Promise<Signer> {
  const { generateKeyPairSync } = await import('node:crypto');
  const { KeySigner } = await import('../adapters/sigstore/key-signer.ts');
  return new KeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}
