import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePublicKey } from '../attestation/public-key.ts';
import { EnvironmentError } from '../errors/families.ts';
import type { Policy } from '../policy/policy.ts';
import type { TrustedKey } from '../ports/bundle-verifier.ts';
import { readKeyFile } from './key-files.ts';
import { loadPolicy } from './load-policy.ts';

/** Where an administrator puts what everybody on this machine trusts: `release.pub`, `policy.yaml`. */
export const administratorFolder = '/etc/cowa-release';

export interface TrustSettings {
  readonly key?: TrustedKey;
  readonly policy: Policy;
}

export interface TrustSources {
  /** `--key`, or COWA_KEY. */
  readonly key?: string;
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
 * folder: whoever sent those would be judging himself.
 * @throws KeyAccessError KEY_UNREADABLE; KeyFileError; PolicyError; TrustFolderError
 */
export async function trustSettings(sources: TrustSources): Promise<TrustSettings> {
  const keyPath = sources.key ?? (await administrators(sources, 'release.pub'));
  const policyPath = sources.policy ?? (await administrators(sources, 'policy.yaml'));
  const key = keyPath === undefined ? undefined : await readTrustedKey(keyPath);
  return { policy: await loadPolicy(policyPath), ...(key === undefined ? {} : { key }) };
}

async function readTrustedKey(path: string): Promise<TrustedKey> {
  const { pem, fingerprint } = parsePublicKey(await readKeyFile(path));
  return { origin: path, pem, fingerprint };
}

/**
 * A file of the administrator's folder; undefined when there is none. One that others could have written
 * is refused, not passed over: what it demands would silently no longer hold.
 */
async function administrators(
  { administratorFolder: folder, administratorId = 0 }: TrustSources,
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
          'Or name key and policy yourself: --key, --policy',
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
        suggestions: ['Check its permissions', 'Or name key and policy yourself: --key, --policy'],
      },
    );
  }
}
