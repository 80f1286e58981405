import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { ApproveResult } from '../cli/render-approve.ts';
import { signingFlags } from '../cli/signing-flags.ts';

export default class Approve extends BaseCommand {
  static override summary = 'Add a signed approval, in a role, to a release or an archive';
  static override description =
    `Judges it as verify does, and signs that somebody approves: who, in which role, when, and over which digest. For a folder that is
the digest of its release statement, and so of every file, in a handover kit those of release/; for an archive that of its bytes. The approval is a new file beside it
(approval.intoto.jsonl, approval.2.intoto.jsonl, …; <archive>.approval.intoto.jsonl). No other file is changed, and none is replaced.

How many approvals, and of whom, verify asks by its trust policy ("approvers" of an entry). The time is that of this machine, unless
--timestamp-server-url has it stamped.

Whom the release is by is asked as by verify: --trust-policy, or --verify-key, or what lies in /etc/cowa-release. What does not pass is not
approved.`;
  static override examples = [
    '<%= config.bin %> approve dist/gpu --role approver --key anna.key --trust-policy trust-policy.json',
    '<%= config.bin %> approve dist/gpu --role approver --key anna.key --verify-key release.pub --comment "Change 4711"',
    '<%= config.bin %> approve uds-bundle-platform-amd64-1.0.0.tar.zst --role approver --key anna.key --verify-key release.pub',
  ];
  static override args = {
    location: Args.string({
      description: 'Release folder, handover kit, or one archive',
      required: true,
    }),
  };
  static override flags = {
    ...signingFlags,
    key: Flags.string({
      summary:
        'Private key of whoever approves: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS (default: COWA_APPROVE_KEY)',
      helpValue: '<file|reference>',
    }),
    role: Flags.string({
      summary: 'As what it is approved: the role the trust policy of the receiver names',
      default: 'approver',
      helpValue: '<name>',
    }),
    comment: Flags.string({
      summary: 'What verify shows beside the approval; it is signed, too',
      helpValue: '<text>',
    }),
    'trust-policy': Flags.string({
      summary: 'Who may sign what: whom the release must be by',
      env: 'COWA_TRUST_POLICY',
      helpValue: '<file>',
    }),
    'verify-key': Flags.string({
      summary:
        'Public key the release must be signed with, in the place of a trust policy (default: COWA_KEY)',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    policy: Flags.string({
      summary: 'Required evidence and size budgets',
      env: 'COWA_POLICY',
      helpValue: '<file>',
    }),
    'insecure-approve-not-passed': Flags.boolean({
      summary: 'Approve although verify does not pass; the approval says so',
    }),
  };

  async run(): Promise<ApproveResult> {
    const { args, flags } = await this.parse(Approve);
    const { chooseSigning } = await import('../cli/signing-choice.ts');
    // An empty variable counts as none.
    const key = flags.key ?? (process.env['COWA_APPROVE_KEY'] || undefined);
    const signer = chooseSigning(flags, process.env, key, true);
    if (signer === undefined) {
      const { ApproveUsageError } = await import('../operations/approve-error.ts');
      throw new ApproveUsageError('APPROVE_KEY_MISSING', 'an approval needs somebody to sign it', {
        suggestions: [
          'Give --key <private key> or set COWA_APPROVE_KEY',
          'cowa-release keys generate --out approver',
        ],
      });
    }
    if (flags['insecure-approve-not-passed'])
      this.warn(
        '--insecure-approve-not-passed: what verify does not pass is approved, and the approval says so',
      );
    const { approveFromFlags } = await import('../cli/approve-from-flags.ts');
    const { renderApprove } = await import('../cli/render-approve.ts');
    const given = {
      comment: flags.comment,
      trustPolicy: flags['trust-policy'] || undefined,
      verifyKey: flags['verify-key'] || undefined,
      policy: flags.policy || undefined,
    };
    const { comment, trustPolicy, verifyKey, policy } = given;
    const result = await approveFromFlags(
      {
        location: args.location,
        role: flags.role,
        signer,
        allowNotPassed: flags['insecure-approve-not-passed'],
        programVersion: this.config.version,
        ...(comment === undefined ? {} : { comment }),
        ...(trustPolicy === undefined ? {} : { trustPolicy }),
        ...(verifyKey === undefined ? {} : { verifyKey }),
        ...(policy === undefined ? {} : { policy }),
      },
      (silent) => this.startRun({ quiet: silent || flags.quiet }),
    );
    this.log(renderApprove(result));
    return result;
  }
}
