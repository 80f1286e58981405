import { stat } from 'node:fs/promises';
import { CowaError } from '../errors/families.ts';
import { type Examined, sound, unneeded, unseen, wrong } from '../report/doctor-report.ts';
import type { Run } from '../support/run.ts';
import { parseKeyReference } from './key-reference.ts';
import type { SigningKey } from './signing-key.ts';
import { anyKeyFacts, privateKeyText } from './wire-signer.ts';

const id = 'key/signing';
const passwordFix = 'COWA_KEY_PASSWORD=… or --password-file <file>, then cowa-release doctor again';

/** The key that would sign: readable, opened by the given password, of a kind others verify. Nobody is asked for a password. */
export async function examineKey(
  key: SigningKey | undefined,
  env: Readonly<Record<string, string | undefined>>,
  run: Run,
): Promise<readonly Examined[]> {
  if (key === undefined)
    return [
      unneeded(
        id,
        'no signing key was named',
        'cowa-release keys generate --out cosign, then --key cosign.key or COWA_SIGNING_KEY',
      ),
    ];
  const { reference } = key;
  try {
    const parsed = parseKeyReference(reference);
    if (parsed.kind !== 'plugin') {
      const text = await privateKeyText(key);
      const given =
        key.passwordFile ?? env['COWA_KEY_PASSWORD'] ?? env['COSIGN_PASSWORD'] ?? undefined;
      if (given === undefined && text.includes('PRIVATE KEY-----'))
        return [
          unseen(
            id,
            'error',
            `${reference} is readable; its password was not given, so whether it opens was not tried`,
            passwordFix,
          ),
          ...(await modeOf(parsed, reference)),
        ];
      if (!text.includes('PRIVATE KEY-----'))
        return [wrong(id, 'error', `${reference} holds no private key`, 'Name the private half')];
    }
    const { kind, bits, accepted, fingerprint } = await anyKeyFacts(key, run);
    const what = `${kind}${bits === undefined ? '' : ` (${bits} bits)`}`;
    return [
      accepted
        ? sound(id, `${reference} opens: ${what}, fingerprint ${fingerprint}`)
        : wrong(
            id,
            'error',
            `${reference} opens, but a ${what} key signs nothing that cosign, Zarf and UDS verify`,
            'cowa-release keys generate makes an ECDSA P-256 key',
          ),
      ...(await modeOf(parsed, reference)),
    ];
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof CowaError)) throw error;
    return [wrong(id, 'error', error.message, error.suggestions[0] ?? 'Name the key with --key')];
  }
}

/** A private key is for its owner alone. */
async function modeOf(
  parsed: ReturnType<typeof parseKeyReference>,
  reference: string,
): Promise<readonly Examined[]> {
  if (parsed.kind !== 'file' || process.platform === 'win32') return [];
  const { mode } = await stat(parsed.path);
  if ((mode & 0o077) === 0) return [];
  return [
    wrong(
      'key/permissions',
      'warning',
      `${reference} has mode ${(mode & 0o777).toString(8)}: others than its owner may use it`,
      `chmod 600 ${reference}`,
    ),
  ];
}
