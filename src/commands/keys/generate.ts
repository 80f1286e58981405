import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';

export default class KeysGenerate extends BaseCommand {
  static override summary =
    'Make a key pair for signing, in the file format of cosign or as encrypted PKCS#8';
  static override examples = [
    '<%= config.bin %> keys generate --out cosign',
    'COWA_KEY_PASSWORD=... <%= config.bin %> keys generate --out ci/release --type rsa-3072',
    '<%= config.bin %> keys generate --out release --format pkcs8',
  ];
  static override flags = {
    out: Flags.string({
      summary: 'Path without ending: writes <out>.key and <out>.pub',
      default: 'cosign',
    }),
    type: Flags.option({
      options: ['ecdsa-p256', 'rsa-3072'] as const,
      summary: 'Kind of key',
      default: 'ecdsa-p256' as const,
    })(),
    format: Flags.option({
      options: ['cosign', 'pkcs8'] as const,
      summary:
        'File format: pkcs8 is allowed in FIPS mode, and nothing but this program signs with it',
      default: 'cosign' as const,
    })(),
    'password-file': Flags.string({
      summary: 'File with the password (default: COWA_KEY_PASSWORD, COSIGN_PASSWORD, or asked)',
    }),
    'insecure-empty-password': Flags.boolean({
      summary: 'Protect the key by nothing',
      exclusive: ['password-file'],
    }),
  };

  async run(): Promise<{
    privateKey: string;
    publicKey: string;
    type: string;
    fingerprint: string;
    hint: string;
  }> {
    const { flags } = await this.parse(KeysGenerate);
    const { randomBytes } = await import('node:crypto');
    const { generateKey } = await import('../../operations/generate-key.ts');
    const { keyPairPaths, writeKeyPair } = await import('../../cli/key-files.ts');
    const password = await this.#password(flags['password-file'], flags['insecure-empty-password']);
    const made = await generateKey(flags, password, randomBytes);
    await writeKeyPair(flags.out, made.privateText, made.facts.pem);
    const { privatePath, publicPath } = keyPairPaths(flags.out);
    this.log(`private key  ${privatePath}`);
    this.log(`public key   ${publicPath}`);
    this.log(`fingerprint  ${made.facts.fingerprint}`);
    return {
      privateKey: privatePath,
      publicKey: publicPath,
      type: flags.type,
      fingerprint: made.facts.fingerprint,
      hint: made.facts.hint,
    };
  }

  async #password(file: string | undefined, empty: boolean): Promise<Uint8Array> {
    const { KeyAccessError } = await import('../../attestation/attestation-error.ts');
    const { readPassword, terminalPrompt } = await import('../../cli/read-password.ts');
    if (empty) {
      this.warn(
        'the private key is protected by the empty password: whoever copies the file can sign',
      );
      return new Uint8Array();
    }
    const prompt = terminalPrompt();
    const password = await readPassword({
      env: process.env,
      confirm: true,
      ...(file === undefined ? {} : { file }),
      ...(prompt === undefined ? {} : { prompt }),
    });
    if (password.byteLength === 0) {
      throw new KeyAccessError('KEY_PASSWORD_MISSING', 'the password is empty', {
        suggestions: ['Give one, or say --insecure-empty-password'],
      });
    }
    return password;
  }
}
