import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { SignResult } from '../cli/render-sign.ts';
import { signingFlags } from '../cli/signing-flags.ts';

export default class Sign extends BaseCommand {
  static override summary = 'Sign a finished archive without packing it anew';
  static override description =
    `A Zarf package gets its signature inside: a new file is written with everything else copied as it is. A UDS bundle of the
legacy format stays as it is and gets <archive>.sigstore.json beside it, which verify finds on its own.

The archive is judged first, by the same checks as verify runs: what is damaged is not signed. Signing twice with one
key changes nothing.

The key may be a file, or stay in a KMS or HSM that a plugin program reaches. With --fulcio-url there is no key at all: a
certificate names who signed. Every signature is verified before it is used.`;
  static override examples = [
    '<%= config.bin %> sign zarf-package-api-amd64-1.0.0.tar.zst --key cosign.key --out signed/',
    '<%= config.bin %> sign zarf-package-api-amd64-1.0.0.tar.zst --key cosign.key --in-place',
    '<%= config.bin %> sign uds-bundle-platform-amd64-1.0.0.tar.zst --key cosign.key',
    '<%= config.bin %> sign uds-bundle-platform-amd64-1.0.0.tar.zst --key softhsm://release --kms-plugin /opt/hsm/sigstore-kms-softhsm',
  ];
  static override args = {
    archive: Args.string({ description: 'Zarf package or UDS bundle', required: true }),
  };
  static override flags = {
    ...signingFlags,
    out: Flags.string({
      summary: 'Where the signed package goes, or the signature of a bundle: a file or a folder',
      helpValue: '<path>',
    }),
    'in-place': Flags.boolean({
      summary: 'Put the signed package in the place of the old one',
      exclusive: ['out'],
    }),
    replace: Flags.boolean({ summary: 'Replace what is at --out, and a signature of another key' }),
    'cache-dir': Flags.string({
      summary: 'Where signatures are kept, so that unchanged content keeps its own',
      env: 'COWA_CACHE_DIR',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<SignResult> {
    const { args, flags } = await this.parse(Sign);
    const { out } = flags;
    const { settingVariables } = await import('../config/resolve-config.ts');
    // An empty variable counts as none.
    const key = flags.key ?? (process.env[settingVariables.key] || undefined);
    const { chooseSigning } = await import('../cli/signing-choice.ts');
    const signer = chooseSigning(flags, process.env, key, false);
    if (signer === undefined) {
      const { SignUsageError } = await import('../operations/sign-error.ts');
      throw new SignUsageError(
        'SIGN_KEY_MISSING',
        'signing needs a private key or an identity, and none was given',
        {
          suggestions: [
            'Give --key <file> or set COWA_SIGNING_KEY',
            'cowa-release keys generate --out cosign',
          ],
        },
      );
    }
    const { signFromFlags } = await import('../cli/sign-from-flags.ts');
    const { renderSign, toSignResult } = await import('../cli/render-sign.ts');
    const { trustHint } = await import('../cli/public-key-hint.ts');
    const cacheDir = flags['cache-dir'];
    const done = await signFromFlags(
      {
        location: args.archive,
        inPlace: flags['in-place'],
        replace: flags.replace,
        programVersion: this.config.version,
        signer,
        ...(out === undefined ? {} : { out }),
        ...(cacheDir === undefined ? {} : { cacheDir }),
      },
      (silent) =>
        this.startRun({
          quiet: silent || flags.quiet,
          resume: ['Nothing was changed: run the same command again'],
        }),
    );
    const result = toSignResult(done.signed, done.signer);
    this.log(renderSign(result, await trustHint(signer)));
    return result;
  }
}
