import { stat } from 'node:fs/promises';
import { keyPairPaths } from './key-files.ts';
import { parseKeyReference } from './key-reference.ts';
import type { SigningChoice } from './signing-choice.ts';

/** How the other side is told whom to trust. */
export async function trustHint(signer: SigningChoice): Promise<string> {
  return signer.kind === 'key'
    ? `--key ${await publicKeyHint(signer.key.reference)}`
    : '--trust-policy <trust-policy.json>';
}

/** How a command for the other side names the public key of a signer: the file beside the private one, where there is one. */
export async function publicKeyHint(key: string): Promise<string> {
  if (parseKeyReference(key).kind !== 'file') return '<your public key>';
  const { publicPath } = keyPairPaths(key);
  const found = await stat(publicPath).catch(() => undefined);
  return found?.isFile() === true ? publicPath : '<your public key>';
}
