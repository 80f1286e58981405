import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { outputColumns } from '../cli/text-columns.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import type { InspectReport } from '../report/inspect-report.ts';

export default class Inspect extends BaseCommand {
  static override summary =
    'Show what an archive holds: identity, components, images, variables, signature';
  static override description =
    `Takes a Zarf package or a UDS bundle of any maker, or standard input (-). Reads the metadata alone where the archive
has a seek table (all of ours) or is not compressed; reads others once. Judges nothing: that is verify.

A split archive is named by any of its parts, or by the folders they lie in; it is not joined for that.

With --requirements also what the other side must have: disk, registry, volumes, GPUs, variables and secrets, as far as
charts and manifests tell it with their defaults; what could not be looked at is named.

Exit code 0: shown. 1: shown as far as it could be read. 3: cannot be opened, or is no archive.`;
  static override examples = [
    '<%= config.bin %> inspect uds-bundle-cowabungaai-gpu-amd64-1.0.0.tar.zst',
    '<%= config.bin %> inspect bundle.tar.zst --requirements --output json',
  ];
  static override strict = false;
  static override args = {
    archive: Args.string({
      description: 'Archive, or - for standard input; of a split one any part, or all of them',
      required: true,
    }),
  };
  static override flags = {
    requirements: Flags.boolean({ summary: 'Say what the other side must have' }),
    key: Flags.string({
      summary: 'Public key to judge signatures of packages by',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    all: Flags.boolean({ summary: 'List layers and constants too' }),
  };

  async run(): Promise<InspectReport> {
    const { argv, flags } = await this.parse(Inspect);
    const { inspectFromFlags } = await import('../cli/inspect-from-flags.ts');
    const { renderInspectResult } = await import('../cli/render-inspect-result.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const request = {
      locations: argv.map(String),
      requirements: flags.requirements,
      programVersion: this.config.version,
    };
    const report = await inspectFromFlags(
      { ...request, ...(flags.key === undefined ? {} : { key: flags.key }) },
      run,
    );
    this.log(renderInspectResult(report, { all: flags.all, columns: outputColumns() }));
    this.conclude(report.complete ? exitCodes.ok : exitCodes.verdictFail);
    return report;
  }
}
