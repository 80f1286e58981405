import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { JoinResult } from '../cli/render-split.ts';

export default class Join extends BaseCommand {
  static override summary = 'Put the parts of a split archive together again';
  static override description =
    `Takes parts that split or Zarf made, named by any of them or by the folders (discs) they lie in, in any order. The archive
gets its name only once its digest is what the header says; where it is not, every bad piece is named. The parts stay.
An interrupted run leaves nothing behind; the next one begins anew.

verify and inspect need no joining: they read the parts where they lie.`;
  static override examples = [
    '<%= config.bin %> join discs/uds-bundle-cowabungaai-gpu-amd64-1.0.0.tar.zst.part000 --out /srv/bundles/',
    '<%= config.bin %> join /media/disc1 /media/disc2 /media/disc3 --out /srv/bundles/',
  ];
  static override strict = false;
  static override args = {
    part: Args.string({
      description: 'Any part, or a folder with parts; several may be given',
      required: true,
    }),
  };
  static override flags = {
    out: Flags.string({
      summary: 'Where the archive goes: a folder, or a file',
      default: '.',
      helpValue: '<path>',
    }),
    replace: Flags.boolean({ summary: 'Replace another archive that is at --out' }),
  };

  async run(): Promise<JoinResult> {
    const { argv, flags } = await this.parse(Join);
    const { joinFromFlags } = await import('../cli/split-from-flags.ts');
    const { renderJoin } = await import('../cli/render-split.ts');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Nothing was left behind: run the same command again'],
    });
    const joined = await joinFromFlags(
      { locations: argv.map(String), out: flags.out, replace: flags.replace },
      run,
    );
    this.log(renderJoin(joined));
    return {
      schema: 'cowa-release/join-result/v1',
      ...joined,
      signature: joined.signature ?? null,
    };
  }
}
