import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inKeyFile } from '../attestation/in-key-file.ts';
import type { PublicKeyFacts } from '../attestation/public-key.ts';
import type { TrustedRoot } from '../attestation/trusted-root.ts';
import { InternalError } from '../errors/families.ts';
import type { SignOncePorts, StatementTimestamps } from '../operations/sign-once.ts';
import type { TrustedRootFile } from '../ports/signature-judge.ts';
import type { Signer } from '../ports/signer.ts';
import type { TimestampAuthority } from '../ports/timestamp-authority.ts';
import type { Run } from '../support/run.ts';
import { parseKeyReference } from './key-reference.ts';
import type { SigningChoice } from './signing-choice.ts';
import type { SigningKey } from './signing-key.ts';

/** A plugin that asks a person to approve gets the time that other programs give it, too. */
const kmsTimeoutMs = 180_000;

/**
 * Opens whoever signs; asks for the password of a key where none is given.
 * @throws KeyReferenceError, KeyFileError, KeyAccessError, KmsPluginError, SigningError
 * @throws IdentityTokenError, SigningServiceError, ServiceAddressError, TrustedRootError
 */
export async function openSigning(
  choice: SigningChoice,
  cacheDir: string,
  run: Run,
): Promise<SignOncePorts> {
  const { FsSignatureCache } = await import('../adapters/fs/signature-cache.ts');
  const cache = new FsSignatureCache(join(cacheDir, 'signatures'));
  if (choice.kind === 'identity') return { ...(await openIdentity(choice, run)), cache };
  const { KeyBundleVerifier } = await import('../adapters/sigstore/bundle-verifier.ts');
  const { timestamps } = choice;
  // Read first: what it says decides whether there is anything to open a key for.
  const stamping = timestamps === undefined ? undefined : await stampingOf(timestamps);
  return {
    signer: await openSigner(choice.key, run),
    verifier: new KeyBundleVerifier(),
    cache,
    ...(stamping === undefined ? {} : { timestamps: stamping }),
  };
}

async function stampingOf({
  url,
  trustedRoot,
}: {
  readonly url: string;
  readonly trustedRoot: string;
}): Promise<StatementTimestamps> {
  const { SigstoreJudge } = await import('../adapters/sigstore/signature-judge.ts');
  const { file } = await readTrustedRoot(trustedRoot);
  return { authority: await timestampAuthority(url), judge: new SigstoreJudge(), root: file };
}

async function timestampAuthority(url: string): Promise<TimestampAuthority> {
  const { HttpTimestampAuthority } = await import(
    '../adapters/signing-services/timestamp-authority.ts'
  );
  const { parseServiceUrl, usualPatience } = await import(
    '../adapters/signing-services/ask-service.ts'
  );
  const address = parseServiceUrl('the timestamp authority', url, false);
  return new HttpTimestampAuthority(address, { random: randomBytes, patience: usualPatience });
}

async function openIdentity(
  choice: SigningChoice & { readonly kind: 'identity' },
  run: Run,
): Promise<Pick<SignOncePorts, 'signer' | 'verifier'>> {
  const { openKeylessSigner } = await import('../adapters/signing-services/keyless-signer.ts');
  const { parseServiceUrl, usualPatience } = await import(
    '../adapters/signing-services/ask-service.ts'
  );
  const { KeySigner } = await import('../adapters/sigstore/key-signer.ts');
  const { IdentityBundleVerifier } = await import('../adapters/sigstore/identity-verifier.ts');
  const { fulcioUrl, rekorUrl, timestampUrl, tokenFile } = choice;
  const { file, root } = await readTrustedRoot(choice.trustedRoot);
  const signer = await openKeylessSigner(
    {
      certificates: parseServiceUrl('the certificate authority', fulcioUrl, true),
      ...(rekorUrl === undefined
        ? {}
        : { log: parseServiceUrl('the transparency log', rekorUrl, false) }),
      ...(timestampUrl === undefined ? {} : { timestamps: await timestampAuthority(timestampUrl) }),
      token: {
        env: process.env,
        now: () => new Date(),
        ...(tokenFile === undefined ? {} : { file: tokenFile }),
      },
      patience: usualPatience,
      signWith: (key) => new KeySigner(key),
    },
    run,
  );
  const { material } = signer;
  if (material.kind !== 'certificate') throw new InternalError('a keyless signer has a key');
  const { issuer, san } = material;
  const verifier = new IdentityBundleVerifier({
    kind: 'identity',
    name: 'the signer',
    issuer,
    san: { kind: 'exact', text: san },
    root: file,
    tlogs: rekorUrl === undefined ? 0 : 1,
    scts: root.certificateLogs.length === 0 ? 0 : 1,
    timestamps: timestampUrl === undefined ? 0 : 1,
  });
  return { signer, verifier };
}

/** @throws TrustedRootError; KeyAccessError KEY_UNREADABLE */
async function readTrustedRoot(
  path: string,
): Promise<{ readonly file: TrustedRootFile; readonly root: TrustedRoot }> {
  const { parseTrustedRoot } = await import('../attestation/trusted-root.ts');
  const { readSmallFile } = await import('./key-files.ts');
  const bytes = await readSmallFile(path, 'the trusted root', 2 ** 20);
  const root = parseTrustedRoot(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: { origin: path, sha256, bytes }, root };
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
async function privateKeyText({ reference }: SigningKey): Promise<string> {
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
