import { BaseCommand } from '../../cli/base-command.ts';
import { namedKey, namedKeyArgs, namedKeyFlags } from '../../cli/named-key.ts';
import { keyOpeningFlags } from '../../cli/signing-flags.ts';
import { toSigningKey } from '../../cli/signing-key.ts';

export default class KeysShow extends BaseCommand {
  static override summary = 'Show kind and fingerprint of a key, and who accepts its signatures';
  static override examples = [
    '<%= config.bin %> keys show --key cosign.pub',
    '<%= config.bin %> keys show --key softhsm://release --kms-plugin /opt/hsm/sigstore-kms-softhsm',
  ];
  static override args = namedKeyArgs;
  static override flags = { ...namedKeyFlags, ...keyOpeningFlags };

  async run(): Promise<{
    kind: string;
    bits?: number;
    fingerprint: string;
    hint: string;
    accepted: boolean;
  }> {
    const { args, flags } = await this.parse(KeysShow);
    const key = toSigningKey(namedKey(args.key, flags.key), flags);
    const { anyKeyFacts } = await import('../../cli/wire-signer.ts');
    const facts = await anyKeyFacts(key, this.startRun({ quiet: true }));
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
