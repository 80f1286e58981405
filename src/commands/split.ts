import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import type { SplitResult } from '../cli/render-split.ts';

export default class Split extends BaseCommand {
  static override summary = 'Cut an archive into parts that fit on media';
  static override description =
    `Bytes are cut, nothing is compressed again. Parts are named as Zarf names them (<archive>.part001 and so on,
.part000 describes them), so that Zarf takes a split package as it is; a UDS bundle is joined before it is deployed.
<archive>.chunks.json holds a digest of every 8 MiB: when a medium goes bad, verify and join name the piece.

Nothing is judged here: verify does that, before and after, without joining. Run again after an interruption: whole
parts that lie there are kept.`;
  static override examples = [
    '<%= config.bin %> split dist/gpu/uds-bundle-cowabungaai-gpu-amd64-1.0.0.tar.zst --size 4480MB --out discs',
    '<%= config.bin %> split zarf-package-api-amd64-1.0.0.tar.zst --size 25GB --out /mnt/media',
  ];
  static override args = {
    archive: Args.string({ description: 'Zarf package or UDS bundle', required: true }),
  };
  static override flags = {
    size: Flags.string({
      summary: 'Size of a part: 4480MB for a DVD, 25GB for a Blu-ray disc, 4GiB and so on',
      required: true,
      helpValue: '<size>',
    }),
    out: Flags.string({
      summary: 'Folder the parts go to',
      default: '.',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<SplitResult> {
    const { args, flags } = await this.parse(Split);
    const { splitFromFlags } = await import('../cli/split-from-flags.ts');
    const { renderSplit } = await import('../cli/render-split.ts');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: parts that are whole are kept'],
    });
    const parts = await splitFromFlags(
      { location: args.archive, size: flags.size, out: flags.out },
      run,
    );
    this.log(renderSplit(parts));
    return { schema: 'cowa-release/split-result/v1', ...parts };
  }
}
