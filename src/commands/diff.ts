import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { readLimitFlags } from '../cli/limit-flags.ts';
import { keyOpeningFlags } from '../cli/signing-flags.ts';
import { outputColumns } from '../cli/text-columns.ts';
import type { DossierDiff } from '../report/diff/dossier-diff.ts';

export default class Diff extends BaseCommand {
  static override summary = 'What changed from one release to another, the one that was approved';
  static override description =
    `Each side is an archive or a release folder, which is judged as by report; or a report.json, or the folder report wrote, by which alone it
is known then: the archives need not be there. With --report-key the statement beside each report (report.intoto.jsonl) is judged; a report
that nobody signed is compared all the same, and called unsigned.

Compared are verdict, signers, findings, waivers, policy, archives, packages, images, layers, software, licences, variables, permissions,
sizes, what it was made from, and what was not looked at. Things are told apart by name, so that a new version is a change.

Exit code 0, whatever changed; 1 where a report is not what was signed, where archives that are judged fail, or with --fail-on-change; 5 where
a key was given and a report has no signature, or archives are not proven.`;
  static override examples = [
    '<%= config.bin %> diff approved/report.json dist/gpu --key release.pub --report-key reviewer.pub',
    '<%= config.bin %> diff old-report new-report --report-key reviewer.pub --out changes --sign-key reviewer.key',
    '<%= config.bin %> diff bundle-1.0.0.tar.zst bundle-1.1.0.tar.zst --key release.pub --output html > changes.html',
  ];
  static override args = {
    before: Args.string({
      description: 'What was there: archive, folder, or report.json',
      required: true,
    }),
    after: Args.string({ description: 'What comes in its place', required: true }),
  };
  static override flags = {
    ...readLimitFlags,
    ...keyOpeningFlags,
    output: Flags.option({
      options: ['text', 'json', 'yaml', 'markdown', 'html'] as const,
      summary: 'Format of the result (default: text); others are one document on standard output',
      helpGroup: 'GLOBAL',
      helpValue: '<format>',
    })(),
    out: Flags.string({
      summary: 'Folder that diff.json, diff.md and diff.html are written to, too',
      helpValue: '<folder>',
    }),
    'sign-key': Flags.string({
      summary:
        'Private key that signs what is written with --out: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS',
      env: 'COWA_DIFF_KEY',
      helpValue: '<file|reference>',
    }),
    key: Flags.string({
      summary: 'Public key archives must be signed with',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    'trust-policy': Flags.string({
      summary: 'Who may sign archives, in the place of --key',
      env: 'COWA_TRUST_POLICY',
      helpValue: '<file>',
    }),
    'report-key': Flags.string({
      summary: 'Public key reports may be signed with; several may be given',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<file>',
    }),
    policy: Flags.string({
      summary: 'Policy archives are judged by',
      env: 'COWA_POLICY',
      helpValue: '<file>',
    }),
    all: Flags.boolean({ summary: 'Tell every change in text, however many there are' }),
    'fail-on-change': Flags.boolean({ summary: 'Exit code 1 where anything changed' }),
    'insecure-allow-unsigned': Flags.boolean({
      summary:
        'Judge archives without a signature as if they had one: nobody then says who made them',
    }),
  };

  async run(): Promise<DossierDiff> {
    const { args, flags } = await this.parse(Diff);
    const { runDiff } = await import('../cli/diff-run.ts');
    const { limitsFromFlags } = await import('../cli/limits-from-flags.ts');
    const { toSigningKey } = await import('../cli/signing-key.ts');
    if (flags['insecure-allow-unsigned'])
      this.warn(
        '--insecure-allow-unsigned: an archive without a good signature may pass; nobody says who made it',
      );
    const { key, policy, out } = flags;
    const trustPolicy = flags['trust-policy'] || undefined;
    const signKey = flags['sign-key'] || undefined;
    const reportKeys = flags['report-key'] ?? [];
    const done = await runDiff(
      {
        before: args.before,
        after: args.after,
        reportKeys,
        format: flags.json ? 'json' : (flags.output ?? 'text'),
        all: flags.all,
        columns: outputColumns(),
        failOnChange: flags['fail-on-change'],
        allowUnsigned: flags['insecure-allow-unsigned'],
        trust: { warnDays: 30, ...(trustPolicy === undefined ? {} : { trustPolicy }) },
        judging: { clock: new Date(), limits: limitsFromFlags(flags) },
        programVersion: this.config.version,
        inputs: [key, policy, trustPolicy, signKey, ...reportKeys].filter(
          (each) => each !== undefined,
        ),
        ...(key === undefined || key === '' ? {} : { key }),
        ...(policy === undefined || policy === '' ? {} : { policy }),
        ...(out === undefined ? {} : { out }),
        ...(signKey === undefined ? {} : { signKey: toSigningKey(signKey, flags) }),
      },
      this.startRun({ quiet: flags.quiet }),
    );
    if (this.jsonEnabled()) this.printDocument(done.text);
    else this.log(done.text.replace(/\n$/, ''));
    this.conclude(done.exitCode);
    return done.diff;
  }
}
