import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inKeyFile } from '../attestation/in-key-file.ts';
import { parsePublicKey } from '../attestation/public-key.ts';
import { EnvironmentError } from '../errors/families.ts';
import type { Policy } from '../policy/policy.ts';
import { TrustPolicyError } from '../policy/trust/trust-error.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import { readKeyFile } from './key-files.ts';
import { loadPolicy } from './load-policy.ts';
import type { LoadedTrustPolicy } from './load-trust-policy.ts';

/** Where an administrator puts what everybody on this machine trusts: `trust-policy.json` or `release.pub`, and `policy.yaml`. */
export const administratorFolder = '/etc/cowa-release';

const trustPolicyName = 'trust-policy.json';

export interface TrustSettings {
  readonly key?: TrustedKey;
  /** Who may sign what, when more than a key was given. */
  readonly trustPolicy?: LoadedTrustPolicy;
  readonly policy: Policy;
}

export interface TrustSources {
  /** `--key`, or COWA_KEY. */
  readonly key?: string;
  /** `--trust-policy`, or COWA_TRUST_POLICY. */
  readonly trustPolicy?: string | undefined;
  /** `--policy`, or COWA_POLICY. */
  readonly policy?: string;
  readonly administratorFolder: string;
  /** Numeric user who administers; 0 unless given. */
  readonly administratorId?: number;
}

/** The administrator's folder is there and cannot be relied on. */
class TrustFolderError extends EnvironmentError<
  'TRUST_FOLDER_UNSAFE' | 'TRUST_FOLDER_UNREADABLE'
> {}

/**
 * Whom and what a judgement trusts. Never taken from the working directory, the archive or its
 * folder: whoever sent those would be judging himself. What was named wins over the administrator's
 * folder, and there the trust policy over the key.
 * @throws KeyAccessError KEY_UNREADABLE; KeyFileError; PolicyError; TrustPolicyError; TrustFolderError
 */
export async function trustSettings(sources: TrustSources): Promise<TrustSettings> {
  if (sources.key !== undefined && sources.trustPolicy !== undefined) {
    throw new TrustPolicyError(
      'TRUST_POLICY_OR_KEY',
      `both a key (${sources.key}) and a trust policy (${sources.trustPolicy}) were given: the policy says who may sign`,
      { suggestions: ['Leave one of --key (COWA_KEY) and --trust-policy (COWA_TRUST_POLICY) out'] },
    );
  }
  const policyPath = sources.policy ?? (await administrators(sources, 'policy.yaml'));
  const policy = await loadPolicy(policyPath);
  const trustPath =
    sources.key === undefined
      ? (sources.trustPolicy ?? (await administrators(sources, trustPolicyName)))
      : undefined;
  if (trustPath !== undefined) return { policy, trustPolicy: await trustPolicyAt(trustPath) };
  const keyPath = sources.key ?? (await administrators(sources, 'release.pub'));
  const key = keyPath === undefined ? undefined : await readTrustedKey(keyPath);
  return { policy, ...(key === undefined ? {} : { key }) };
}

/**
 * The trust policy that is named, else the administrator's.
 * @throws TrustPolicyError TRUST_POLICY_MISSING and what reading it throws; TrustFolderError
 */
export async function trustPolicyInForce(
  sources: Pick<TrustSources, 'trustPolicy' | 'administratorFolder' | 'administratorId'>,
): Promise<LoadedTrustPolicy> {
  const path = sources.trustPolicy ?? (await administrators(sources, trustPolicyName));
  if (path !== undefined) return trustPolicyAt(path);
  throw new TrustPolicyError(
    'TRUST_POLICY_MISSING',
    `no trust policy was named, and there is none in ${sources.administratorFolder}`,
    { suggestions: ['Name one, or set COWA_TRUST_POLICY; docs/trust.md says how to write it'] },
  );
}

async function trustPolicyAt(path: string): Promise<LoadedTrustPolicy> {
  const { loadTrustPolicy } = await import('./load-trust-policy.ts');
  return loadTrustPolicy(path);
}

async function readTrustedKey(path: string): Promise<TrustedKey> {
  const text = await readKeyFile(path);
  const { pem, fingerprint } = inKeyFile(path, () => parsePublicKey(text));
  return { origin: path, pem, fingerprint };
}

/**
 * A file of the administrator's folder; undefined when there is none. One that others could have written
 * is refused, not passed over: what it demands would silently no longer hold.
 */
async function administrators(
  {
    administratorFolder: folder,
    administratorId = 0,
  }: Pick<TrustSources, 'administratorFolder' | 'administratorId'>,
  name: string,
): Promise<string | undefined> {
  const path = join(folder, name);
  for (const each of [folder, path]) {
    const found = await statIfThere(each);
    if (found === undefined) return undefined;
    if (found.uid === administratorId && (found.mode & 0o022) === 0) continue;
    throw new TrustFolderError(
      'TRUST_FOLDER_UNSAFE',
      `${each} can be written by others than the administrator, so what it says cannot be trusted`,
      {
        suggestions: [
          `chown root ${each} && chmod go-w ${each}`,
          'Or name them yourself: --key or --trust-policy, --policy',
        ],
      },
    );
  }
  return path;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    )
      return undefined;
    throw new TrustFolderError(
      'TRUST_FOLDER_UNREADABLE',
      `${path} cannot be looked at, so it is unknown what the administrator demands`,
      {
        cause,
        suggestions: [
          'Check its permissions',
          'Or name them yourself: --key or --trust-policy, --policy',
        ],
      },
    );
  }
}
