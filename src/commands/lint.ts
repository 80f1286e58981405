import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { lintFlags } from '../cli/lint-flags.ts';
import { outputColumns } from '../cli/text-columns.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import type { LintReport } from '../report/lint-report.ts';

export default class Lint extends BaseCommand {
  static override summary = 'Judge definitions before anything is built';
  static override description =
    `Finds zarf.yaml, uds-bundle.yaml, bundle.uds.hcl and cowa-release.yaml below a folder, renders their charts here, and compares what they would
deploy with what they carry. No network, nothing is run, nothing is written; a broken file does not hide the others.

Exit code 0: passes. 1: fails. 5: nothing failed, but something that could be an error could not be told. Warnings and notes
leave it alone, unless --fail-on says otherwise.`;
  static override examples = [
    '<%= config.bin %> lint',
    '<%= config.bin %> lint bundles --flavor gpu --policy bundles/policy.yaml',
    '<%= config.bin %> lint --report sarif=lint.sarif --report html=lint.html',
    'git diff --name-only origin/main | <%= config.bin %> lint --changed -',
    '<%= config.bin %> lint --watch',
    '<%= config.bin %> lint --fix --dry-run',
  ];
  static override args = {
    path: Args.string({ description: 'Folder to look into', default: '.' }),
  };
  static override flags = lintFlags;

  async run(): Promise<LintReport> {
    const { args, flags } = await this.parse(Lint);
    const { runLint } = await import('../cli/lint-run.ts');
    const run = this.startRun({ quiet: true });
    const { git, policy, flavor, changed, checks = [], skip = [] } = flags;
    const since = flags['changed-since'];
    const request = {
      path: args.path,
      flavor,
      zarfFlavor: flags['zarf-flavor'],
      policy,
      failOn: flags['fail-on'] ?? [],
      selection: { only: checks, skip },
      clock: new Date(),
      installDate: flags['install-date'],
      changed:
        since !== undefined && git !== undefined
          ? { since, git }
          : changed === undefined
            ? undefined
            : { list: changed },
      format: flags.json ? ('json' as const) : (flags.output ?? 'text'),
      reports: flags.report ?? [],
      all: flags.all,
      columns: outputColumns(),
      annotate: process.env['GITHUB_ACTIONS'] === 'true',
      programVersion: this.config.version,
      renderer: { renderer: flags.renderer, helm: flags.helm, kustomize: flags.kustomize },
    };
    if (flags.fix) {
      const { fixDefinitions, previewFixes } = await import('../cli/lint-fix.ts');
      if (flags['dry-run']) {
        const { report, diff } = await previewFixes(request, run);
        if (diff !== '') this.log(diff.replace(/\n$/, ''));
        this.conclude(report.verdict.exitCode);
        return report;
      }
      process.stderr.write(await fixDefinitions(request, run));
    }
    if (flags.watch) {
      const { watchLint } = await import('../cli/lint-watch.ts');
      this.endsQuietly = true;
      const last = await watchLint(request, (text) => void process.stdout.write(`${text}\n`), run);
      this.conclude(exitCodes.interrupted);
      return last;
    }
    const done = await runLint(request, run);
    if (this.jsonEnabled()) this.printDocument(done.text);
    else this.log(done.text);
    process.stderr.write(done.aside);
    this.conclude(done.report.verdict.exitCode);
    return done.report;
  }
}
