import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { readLimitFlags } from '../cli/limit-flags.ts';
import type { ReportResult } from '../cli/render-report.ts';
import { keyOpeningFlags } from '../cli/signing-flags.ts';
import { outputColumns } from '../cli/text-columns.ts';
import { trustFlags } from '../cli/trust-flags.ts';

export default class Report extends BaseCommand {
  static override summary = 'Judge a release and write the report a compliance officer signs';
  static override description =
    `Takes what verify takes, judges it the same way, and writes a folder: report.json (canonical), report.html (one page, no
scripts needed, for screen and paper), report.md, report.sarif, report.junit.xml, and with --sign-key report.intoto.jsonl,
a signed statement over the digests of all of them.

The verdict is never better than the worst criterion, and what nobody looked at is named first. Nothing is looked up on a
network: vulnerabilities stand there only as a scanner's result says that is given with --scan.

Exit code as verify; 1 also where a scanner's result or an approval keeps it from being ready.`;
  static override examples = [
    '<%= config.bin %> report dist/gpu --key release.pub --out gpu-report',
    '<%= config.bin %> report dist/gpu --key release.pub --out gpu-report --sign-key reviewer.key --for "Site 7" --prepared-by "J. Doe"',
    '<%= config.bin %> report dist/gpu --key release.pub --out gpu-report --scan grype.json --previous approved/report.json',
  ];
  static override strict = false;
  static override args = {
    location: Args.string({
      description: 'Archive, or folder of a release; several may be given',
      required: true,
    }),
  };
  static override flags = {
    ...trustFlags,
    ...readLimitFlags,
    ...keyOpeningFlags,
    out: Flags.string({
      summary: 'Folder the report is written to; outside of what is judged',
      required: true,
      helpValue: '<folder>',
    }),
    key: Flags.string({
      summary: 'Public key the archives must be signed with',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    policy: Flags.string({
      summary: 'Required evidence, size budgets and waivers',
      env: 'COWA_POLICY',
      helpValue: '<file>',
    }),
    'sign-key': Flags.string({
      summary:
        'Private key that signs the report: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS',
      env: 'COWA_REPORT_KEY',
      helpValue: '<file|reference>',
    }),
    for: Flags.string({ summary: 'Whom the report is for, in words', helpValue: '<words>' }),
    'prepared-by': Flags.string({ summary: 'Who prepared it, in words', helpValue: '<words>' }),
    marking: Flags.string({
      summary: 'Marking of your site, shown at the top and the bottom',
      helpValue: '<words>',
    }),
    scan: Flags.string({
      summary:
        'Result of a vulnerability scanner, SARIF or JSON of grype; taken over as it stands. Several may be given',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<file>',
    }),
    previous: Flags.string({
      summary: 'report.json of the release before, to show growth',
      helpValue: '<file>',
    }),
    history: Flags.string({
      summary: 'Folder with earlier reports, shown run by run',
      helpValue: '<folder>',
    }),
    'insecure-allow-unsigned': Flags.boolean({
      summary: 'Pass without a signature that could be judged: nobody then says who made it',
    }),
  };

  async run(): Promise<ReportResult> {
    const { flags, argv } = await this.parse(Report);
    const { runReport } = await import('../cli/report-run.ts');
    const { reportRequestOf } = await import('../cli/report-from-flags.ts');
    const { renderReportResult, toReportResult } = await import('../cli/render-report.ts');
    if (flags['insecure-allow-unsigned'])
      this.warn(
        '--insecure-allow-unsigned: an archive without a good signature may pass; nobody says who made it',
      );
    const request = reportRequestOf(argv.map(String), flags, this.config.version, new Date());
    const done = await runReport(request, this.startRun({ quiet: flags.quiet }));
    this.log(renderReportResult(done, outputColumns()));
    this.conclude(done.exitCode);
    return toReportResult(done);
  }
}
