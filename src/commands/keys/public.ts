import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { namedKey, namedKeyArgs, namedKeyFlags } from '../../cli/named-key.ts';

export default class KeysPublic extends BaseCommand {
  static override summary = 'Print the public key of a private key file';
  static override examples = ['<%= config.bin %> keys public --key cosign.key > cosign.pub'];
  static override args = namedKeyArgs;
  static override flags = {
    ...namedKeyFlags,
    'password-file': Flags.string({
      summary: 'File with the password (default: COWA_KEY_PASSWORD, COSIGN_PASSWORD, or asked)',
    }),
  };

  async run(): Promise<{ publicKey: string; fingerprint: string }> {
    const { args, flags } = await this.parse(KeysPublic);
    const key = namedKey(args.key, flags.key);
    const { inKeyFile } = await import('../../attestation/in-key-file.ts');
    const { openPrivateKey } = await import('../../attestation/key-file.ts');
    const { describePublicKey } = await import('../../attestation/public-key.ts');
    const { readKeyFile } = await import('../../cli/key-files.ts');
    const { readPassword, terminalPrompt } = await import('../../cli/read-password.ts');
    const text = await readKeyFile(key);
    const file = flags['password-file'];
    const prompt = terminalPrompt();
    const password = await readPassword({
      env: process.env,
      ...(file === undefined ? {} : { file }),
      ...(prompt === undefined ? {} : { prompt }),
    });
    const { pem, fingerprint } = describePublicKey(
      inKeyFile(key, () => openPrivateKey(text, password)),
    );
    this.log(pem.trimEnd());
    return { publicKey: pem, fingerprint };
  }
}
