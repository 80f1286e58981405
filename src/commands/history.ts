import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { HistoryResult } from '../cli/history-run.ts';
import { releaseFlags } from '../cli/release-flags.ts';

export default class History extends BaseCommand {
  static override summary = 'List runs that were recorded, show one, or compare two';
  static override description =
    `assemble and images build keep a record of every run beside the cache: time, bytes, cache, retries, memory, processor of
every step. Rates and averages are computed from these records and nothing else; a run that was killed counts as no success.`;
  static override examples = [
    '<%= config.bin %> history',
    '<%= config.bin %> history latest',
    '<%= config.bin %> history previous latest --output json',
  ];
  static override args = {
    run: Args.string({ description: 'Beginning of the name of a run; latest, previous' }),
    other: Args.string({ description: 'A second one, to compare with' }),
  };
  static override flags = {
    definition: releaseFlags.definition,
    'cache-dir': releaseFlags['cache-dir'],
    last: Flags.integer({
      summary: 'How many of the latest runs count',
      default: 20,
      min: 1,
      max: 1000,
    }),
    command: Flags.string({
      summary: "Only runs of this command, such as 'images build'",
      helpValue: '<command>',
    }),
    release: Flags.string({ summary: 'Only runs of this release', helpValue: '<name>' }),
  };

  async run(): Promise<HistoryResult> {
    const { args, flags } = await this.parse(History);
    const { readHistory } = await import('../cli/history-run.ts');
    const { renderHistory } = await import('../cli/render-history.ts');
    const { definition, 'cache-dir': cacheDir, last, command, release } = flags;
    const runs = [args.run, args.other].filter((name) => name !== undefined);
    const result = await readHistory(
      { definition, cacheDir, last, command, release, runs },
      process.env,
    );
    const { outputColumns } = await import('../cli/text-columns.ts');
    this.log(renderHistory(result, outputColumns()));
    return result;
  }
}
