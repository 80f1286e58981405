import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePublicKey } from '../attestation/public-key.ts';
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
}

/**
 * Whom and what a judgement trusts. Never taken from the working directory, the archive or its
 * folder: whoever sent those would be judging himself.
 * @throws KeyAccessError KEY_UNREADABLE; KeyFileError; PolicyError
 */
export async function trustSettings(sources: TrustSources): Promise<TrustSettings> {
  const keyPath = sources.key ?? (await administrators(sources.administratorFolder, 'release.pub'));
  const policyPath =
    sources.policy ?? (await administrators(sources.administratorFolder, 'policy.yaml'));
  const key = keyPath === undefined ? undefined : await readTrustedKey(keyPath);
  return { policy: await loadPolicy(policyPath), ...(key === undefined ? {} : { key }) };
}

async function readTrustedKey(path: string): Promise<TrustedKey> {
  const { pem, fingerprint } = parsePublicKey(await readKeyFile(path));
  return { origin: path, pem, fingerprint };
}

/** A file of the administrator's folder; only where nobody but the administrator can write. */
async function administrators(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  for (const each of [folder, path]) {
    const found = await stat(each).catch(() => undefined);
    if (found === undefined || found.uid !== 0 || (found.mode & 0o022) !== 0) return undefined;
  }
  return path;
}
