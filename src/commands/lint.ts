import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { LintReport } from '../report/lint-report.ts';

export default class Lint extends BaseCommand {
  static override summary = 'Judge definitions before anything is built';
  static override description =
    `Finds zarf.yaml, uds-bundle.yaml and cowa-release.yaml below a folder, renders their charts here, and compares what they would
deploy with what they carry. No network, nothing is run, nothing is written; a broken file does not hide the others.

Exit code 0: nothing found. 1: errors. 5: no error, but something could not be told. Warnings leave it alone.`;
  static override examples = [
    '<%= config.bin %> lint',
    '<%= config.bin %> lint bundles --output json',
  ];
  static override args = {
    path: Args.string({ description: 'Folder to look into', default: '.' }),
  };

  async run(): Promise<LintReport> {
    const { args, flags } = await this.parse(Lint);
    const { lintFromFlags } = await import('../cli/lint-from-flags.ts');
    const { renderLint } = await import('../cli/render-lint.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const report = await lintFromFlags(
      { path: args.path, programVersion: this.config.version },
      run,
    );
    this.log(renderLint(report));
    this.conclude(report.verdict.exitCode);
    return report;
  }
}
