import { BaseCommand } from '../../cli/base-command.ts';
import { namedKey, namedKeyArgs, namedKeyFlags } from '../../cli/named-key.ts';
import { keyOpeningFlags } from '../../cli/signing-flags.ts';
import { toSigningKey } from '../../cli/signing-key.ts';

export default class KeysPublic extends BaseCommand {
  static override summary = 'Print the public key of a private key file, or of a key in a KMS';
  static override examples = [
    '<%= config.bin %> keys public --key cosign.key > cosign.pub',
    '<%= config.bin %> keys public --key softhsm://release --kms-plugin /opt/hsm/sigstore-kms-softhsm > release.pub',
  ];
  static override args = namedKeyArgs;
  static override flags = { ...namedKeyFlags, ...keyOpeningFlags };

  async run(): Promise<{ publicKey: string; fingerprint: string }> {
    const { args, flags } = await this.parse(KeysPublic);
    const key = toSigningKey(namedKey(args.key, flags.key), flags);
    const { publicHalfOf } = await import('../../cli/wire-signer.ts');
    const { pem, fingerprint } = await publicHalfOf(key, this.startRun({ quiet: true }));
    this.log(pem.trimEnd());
    return { publicKey: pem, fingerprint };
  }
}
