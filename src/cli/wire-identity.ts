import { createHash, randomBytes } from 'node:crypto';
import type { TrustedRoot } from '../attestation/trusted-root.ts';
import { InternalError } from '../errors/families.ts';
import type { SignOncePorts, StatementTimestamps } from '../operations/sign-once.ts';
import type { TrustedRootFile } from '../ports/signature-judge.ts';
import type { TimestampAuthority } from '../ports/timestamp-authority.ts';
import type { Run } from '../support/run.ts';
import type { SigningChoice } from './signing-choice.ts';

/**
 * Who stamps release statements, and what the stamps are judged by.
 * @throws ServiceAddressError, TrustedRootError; KeyAccessError KEY_UNREADABLE
 */
export async function stampingOf({
  url,
  trustedRoot,
}: {
  readonly url: string;
  readonly trustedRoot: string;
}): Promise<StatementTimestamps> {
  const { file } = await readTrustedRoot(trustedRoot);
  return { authority: await timestampAuthority(url), root: file };
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

/**
 * A signer as the identity of a token, judged by the trusted root that was given.
 * @throws IdentityTokenError, SigningServiceError, ServiceAddressError, TrustedRootError
 */
export async function openIdentity(
  choice: SigningChoice & { readonly kind: 'identity' },
  run: Run,
): Promise<Pick<SignOncePorts, 'signer' | 'judge'>> {
  const { openKeylessSigner } = await import('../adapters/signing-services/keyless-signer.ts');
  const { parseServiceUrl, usualPatience } = await import(
    '../adapters/signing-services/ask-service.ts'
  );
  const { KeySigner } = await import('../adapters/sigstore/key-signer.ts');
  const { OneIdentityJudge } = await import('../adapters/sigstore/one-identity-judge.ts');
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
  const judge = new OneIdentityJudge({
    kind: 'identity',
    name: 'the signer',
    issuer,
    san: { kind: 'exact', text: san },
    root: file,
    tlogs: rekorUrl === undefined ? 0 : 1,
    scts: root.certificateLogs.length === 0 ? 0 : 1,
    timestamps: timestampUrl === undefined ? 0 : 1,
  });
  return { signer, judge };
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
