import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { readLimitFlags } from '../cli/limit-flags.ts';
import { outputColumns } from '../cli/text-columns.ts';
import { trustFlags } from '../cli/trust-flags.ts';
import { answerFlags } from '../cli/verify-flags.ts';
import type { DrillReport } from '../report/drill-report.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';

export default class Verify extends BaseCommand {
  static override summary =
    'Judge archives in one pass: nothing is unpacked, nothing is written, no network';
  static override description =
    `Takes Zarf packages and UDS bundles of any maker, folders of them, and standard input (-). A split archive is named
by any of its parts, or by the folders (discs) they lie in, in any order; it is not joined for that.

Key (or trust policy) and policy come from flags, from COWA_KEY, COWA_TRUST_POLICY and COWA_POLICY, or from
/etc/cowa-release/ where only root can write; never from the working directory, the archive or its folder. Only signatures (<archive>.sigstore.json) and signed
statements (release.intoto.jsonl) are looked for there.

--report dossier=<folder> leaves the report that the command report writes, unsigned.

Exit code 0: passes. 1: fails. 5: nothing failed, but required evidence could not be looked at, a signature above all.
3: cannot be opened, or is no archive.`;
  static override examples = [
    '<%= config.bin %> verify dist/gpu --key release.pub',
    '<%= config.bin %> verify uds-bundle-cowabungaai-gpu-amd64-1.0.0.tar.zst --key release.pub --policy policy.yaml',
    '<%= config.bin %> verify /media/disc1 /media/disc2 /media/disc3 --key release.pub',
    '<%= config.bin %> verify dist/gpu --key release.pub --report sarif=verify.sarif --report html=verify.html',
    '<%= config.bin %> verify bundle.tar.zst --key release.pub --attest bundle.vsa.json --attest-key reviewer.key',
    'cat bundle.tar.zst | <%= config.bin %> verify - --signature bundle.tar.zst.sigstore.json --key release.pub --output json',
  ];
  static override strict = false;
  static override args = {
    location: Args.string({
      description: 'Archive, folder, or - for standard input; several may be given',
      required: true,
    }),
  };
  static override flags = {
    ...answerFlags,
    ...trustFlags,
    ...readLimitFlags,
    key: Flags.string({
      summary: 'Public key the archive must be signed with',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    policy: Flags.string({
      summary: 'Required evidence and size budgets',
      env: 'COWA_POLICY',
      helpValue: '<file>',
    }),
    signature: Flags.string({
      summary: 'Detached signature of a bundle that does not lie beside it: for standard input',
      helpValue: '<file>',
    }),
    provenance: Flags.string({
      summary: 'Provenance of an archive that does not lie beside it: for standard input',
      helpValue: '<file>',
    }),
    'insecure-allow-unsigned': Flags.boolean({
      summary: 'Pass without a signature that could be judged: nobody then says who made it',
    }),
    quick: Flags.boolean({
      summary:
        'Look at metadata and signatures only, in a moment at any size; contents stay undecided (exit code 5)',
      exclusive: ['attest', 'whole-digest'],
    }),
    drill: Flags.boolean({
      summary:
        'Play through what somebody could do to it, and show what refuses each; nothing is changed. Exit code 0 only if all is refused',
      exclusive: ['attest', 'quick', 'report', 'signature', 'since', 'accept'],
    }),
    'whole-digest': Flags.boolean({ summary: 'Print the SHA-256 of the whole file too' }),
    all: Flags.boolean({ summary: 'List passed checks one by one' }),
  };

  async run(): Promise<VerifyResult | DrillReport> {
    const { flags, argv } = await this.parse(Verify);
    const { runVerify } = await import('../cli/verify-run.ts');
    if (flags['insecure-allow-unsigned'])
      this.warn(
        '--insecure-allow-unsigned: an archive without a good signature may pass; nobody says who made it',
      );
    const { attestingOf } = await import('../cli/attest-from-flags.ts');
    const { limitsFromFlags } = await import('../cli/limits-from-flags.ts');
    const { trustChoiceOf } = await import('../cli/trust-from-flags.ts');
    const attest = attestingOf(flags.attest, flags);
    const trust = trustChoiceOf(flags);
    const limits = limitsFromFlags(flags);
    const run = this.startRun({ quiet: flags.quiet });
    const { checks = [], skip = [], key, policy, signature, provenance } = flags;
    const asked = {
      locations: argv.map(String),
      allowUnsigned: flags['insecure-allow-unsigned'],
      wholeDigest: flags['whole-digest'] || attest !== undefined,
      trust,
      judging: { selection: { only: checks, skip }, clock: new Date(), limits },
      failOn: flags['fail-on'] ?? [],
      programVersion: this.config.version,
      format: flags.json ? ('json' as const) : (flags.output ?? 'text'),
      columns: outputColumns(),
      ...(key === undefined ? {} : { key }),
      ...(policy === undefined ? {} : { policy }),
    };
    if (flags.drill) {
      const { drillFromFlags } = await import('../cli/drill-from-flags.ts');
      const { report, text } = await drillFromFlags(asked, run);
      if (this.jsonEnabled()) this.printDocument(text);
      else this.log(text);
      this.conclude(report.exitCode);
      return report;
    }
    const done = await runVerify(
      {
        ...asked,
        quick: flags.quick,
        attest,
        reports: flags.report ?? [],
        inputs: [
          key,
          policy,
          signature,
          provenance,
          flags['attest-key'],
          flags['trust-policy'],
          flags.since,
          flags.accept,
        ].filter((each) => each !== undefined),
        all: flags.all,
        quiet: flags.quiet,
        annotate: process.env['GITHUB_ACTIONS'] === 'true',
        ...(signature === undefined ? {} : { signature }),
        ...(provenance === undefined ? {} : { provenance }),
      },
      run,
    );
    if (this.jsonEnabled()) this.printDocument(done.text);
    else this.log(done.text);
    process.stderr.write(done.aside);
    this.conclude(done.exitCode);
    return done.result;
  }
}
