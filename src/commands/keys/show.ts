import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { namedKey, namedKeyArgs, namedKeyFlags } from '../../cli/named-key.ts';

export default class KeysShow extends BaseCommand {
  static override summary = 'Show kind and fingerprint of a key, and who accepts its signatures';
  static override examples = ['<%= config.bin %> keys show --key cosign.pub'];
  static override args = namedKeyArgs;
  static override flags = {
    ...namedKeyFlags,
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
    const key = namedKey(args.key, flags.key);
    const { inKeyFile } = await import('../../attestation/in-key-file.ts');
    const { openPrivateKey } = await import('../../attestation/key-file.ts');
    const { describePublicKey, parsePublicKey } = await import('../../attestation/public-key.ts');
    const { readKeyFile } = await import('../../cli/key-files.ts');
    const { readPassword, terminalPrompt } = await import('../../cli/read-password.ts');
    const text = await readKeyFile(key);
    const file = flags['password-file'];
    const prompt = terminalPrompt();
    const ask = (): Promise<Uint8Array> =>
      readPassword({
        env: process.env,
        ...(file === undefined ? {} : { file }),
        ...(prompt === undefined ? {} : { prompt }),
      });
    const password = text.includes('PRIVATE KEY-----') ? await ask() : undefined;
    const facts = inKeyFile(key, () =>
      password === undefined
        ? parsePublicKey(text)
        : describePublicKey(openPrivateKey(text, password)),
    );
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
