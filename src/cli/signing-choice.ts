import { UsageError } from '../errors/families.ts';
import { type KeyOpeningFlags, type SigningKey, toSigningKey } from './signing-key.ts';

/** Who signs. */
export type SigningChoice =
  | {
      readonly kind: 'key';
      readonly key: SigningKey;
      /** Who stamps the release statement. */
      readonly timestamps?: { readonly url: string; readonly trustedRoot: string };
    }
  | {
      /** No lasting key: a certificate for the identity of a token. */
      readonly kind: 'identity';
      readonly fulcioUrl: string;
      readonly rekorUrl?: string;
      readonly timestampUrl?: string;
      readonly tokenFile?: string;
      readonly trustedRoot: string;
    };

/** Flags that contradict each other, or are not enough. */
class SigningFlagsError extends UsageError<
  | 'SIGN_KEY_AND_IDENTITY' // two signers
  | 'SIGN_IDENTITY_FLAGS' // what belongs to an identity, beside a key
  | 'SIGN_IDENTITY_TIME' // nobody would vouch for the time
  | 'SIGN_TRUSTED_ROOT_MISSING' // what comes back could not be judged
  | 'SIGN_TIMESTAMP_BY_KEY' // in an archive it would send its readers to the network
> {}

/** The flags as oclif names them. */
export interface SigningFlags extends KeyOpeningFlags {
  readonly key?: string | undefined;
  readonly 'fulcio-url'?: string | undefined;
  readonly 'rekor-url'?: string | undefined;
  readonly 'timestamp-server-url'?: string | undefined;
  readonly 'identity-token'?: string | undefined;
  readonly 'trusted-root'?: string | undefined;
}

/** Variables that stand for the flags. */
const variables = {
  'fulcio-url': 'COWA_FULCIO_URL',
  'rekor-url': 'COWA_REKOR_URL',
  'timestamp-server-url': 'COWA_TIMESTAMP_SERVER_URL',
  'trusted-root': 'COWA_TRUSTED_ROOT',
} as const;

/**
 * Decides who signs: a key, or the identity of a token when a certificate authority is named.
 * @param key the reference as flag, variable or release definition settled it
 * @param stamps whether what is made has a place for timestamps by key: the release statement
 * @returns undefined when nothing says who
 * @throws SigningFlagsError
 */
export function chooseSigning(
  flags: SigningFlags,
  env: Readonly<Record<string, string | undefined>>,
  key: string | undefined,
  stamps: boolean,
): SigningChoice | undefined {
  const settled = (name: keyof typeof variables): string | undefined =>
    flags[name] ?? (env[variables[name]] || undefined);
  const fulcioUrl = settled('fulcio-url');
  const rekorUrl = settled('rekor-url');
  const timestampUrl = settled('timestamp-server-url');
  const trustedRoot = settled('trusted-root');
  const tokenFile = flags['identity-token'];
  if (fulcioUrl === undefined) {
    if (key === undefined) return undefined;
    refuseIdentityFlags(rekorUrl, tokenFile);
    if (timestampUrl === undefined) return { kind: 'key', key: toSigningKey(key, flags) };
    // A variable may be meant for other commands; a flag is meant for this one.
    if (!stamps && flags['timestamp-server-url'] !== undefined) throw stampedArchive();
    if (!stamps) return { kind: 'key', key: toSigningKey(key, flags) };
    const timestamps = { url: timestampUrl, trustedRoot: requireRoot(trustedRoot) };
    return { kind: 'key', key: toSigningKey(key, flags), timestamps };
  }
  // A flag of this command outweighs a key that a variable or the definition names.
  const meant = flags['fulcio-url'] !== undefined && flags.key === undefined;
  if (key !== undefined && !meant) {
    throw new SigningFlagsError(
      'SIGN_KEY_AND_IDENTITY',
      'both a key and a certificate authority were given: one signer signs',
      { suggestions: ['Leave out --key (COWA_SIGNING_KEY) or --fulcio-url (COWA_FULCIO_URL)'] },
    );
  }
  if (rekorUrl === undefined && timestampUrl === undefined) {
    throw new SigningFlagsError(
      'SIGN_IDENTITY_TIME',
      'the certificate ends within minutes, and nobody would vouch that the signature was made before',
      { suggestions: ['Add --rekor-url <url> or --timestamp-server-url <url>, or both'] },
    );
  }
  return {
    kind: 'identity',
    fulcioUrl,
    trustedRoot: requireRoot(trustedRoot),
    ...(rekorUrl === undefined ? {} : { rekorUrl }),
    ...(timestampUrl === undefined ? {} : { timestampUrl }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
  };
}

function refuseIdentityFlags(rekorUrl: string | undefined, tokenFile: string | undefined): void {
  const which =
    tokenFile !== undefined
      ? '--identity-token'
      : rekorUrl === undefined
        ? undefined
        : '--rekor-url';
  if (which === undefined) return;
  throw new SigningFlagsError(
    'SIGN_IDENTITY_FLAGS',
    `${which} belongs to signing by an identity; a signature by key carries no log entry`,
    { suggestions: ['Leave it out, or give --fulcio-url <url> in place of the key'] },
  );
}

function requireRoot(path: string | undefined): string {
  if (path !== undefined) return path;
  throw new SigningFlagsError(
    'SIGN_TRUSTED_ROOT_MISSING',
    'what certificate, log and timestamp authority answer is judged before it is used, and no trusted root was given',
    {
      suggestions: [
        'Give --trusted-root <trusted_root.json> of that instance, the file the other side judges by',
        'cosign trusted-root create --fulcio "url=…,certificate-chain=ca.pem" --tsa "url=…,certificate-chain=tsa.pem" --out trusted_root.json',
      ],
    },
  );
}

function stampedArchive(): SigningFlagsError {
  return new SigningFlagsError(
    'SIGN_TIMESTAMP_BY_KEY',
    'a timestamp beside a signature by key makes Zarf and UDS look for its authority on the network, so archives get none',
    {
      suggestions: [
        'assemble --timestamp-server-url stamps the release statement, which lists every archive',
      ],
    },
  );
}
