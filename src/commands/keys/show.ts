import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';

export default class KeysShow extends BaseCommand {
  static override summary = 'Show kind and fingerprint of a key, and who accepts its signatures';
  static override examples = ['<%= config.bin %> keys show cosign.pub'];
  static override args = {
    key: Args.string({ description: 'Public key, or encrypted private key', required: true }),
  };
  static override flags = {
    'password-file': Flags.string({ summary: 'File with the password of a private key' }),
  };

  async run(): Promise<{
    kind: string;
    bits?: number;
    fingerprint: string;
    hint: string;
    accepted: boolean;
  }> {
    const { args, flags } = await this.parse(KeysShow);
    const { openPrivateKey } = await import('../../attestation/key-file.ts');
    const { describePublicKey, parsePublicKey } = await import('../../attestation/public-key.ts');
    const { readKeyFile } = await import('../../cli/key-files.ts');
    const { readPassword, terminalPrompt } = await import('../../cli/read-password.ts');
    const text = await readKeyFile(args.key);
    const file = flags['password-file'];
    const prompt = terminalPrompt();
    const facts = text.includes('PRIVATE KEY-----')
      ? describePublicKey(
          openPrivateKey(
            text,
            await readPassword({
              env: process.env,
              ...(file === undefined ? {} : { file }),
              ...(prompt === undefined ? {} : { prompt }),
            }),
          ),
        )
      : parsePublicKey(text);
    const { kind, bits, fingerprint, hint, accepted } = facts;
    this.log(`kind         ${kind}${bits === undefined ? '' : ` (${bits} bits)`}`);
    this.log(`fingerprint  ${fingerprint}`);
    this.log(`hint         ${hint}`);
    this.log(
      `accepted by  ${accepted ? 'cosign, Zarf, UDS' : 'none of cosign, Zarf, UDS: use ECDSA P-256'}`,
    );
    return { kind, ...(bits === undefined ? {} : { bits }), fingerprint, hint, accepted };
  }
}
