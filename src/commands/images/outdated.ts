import { BaseCommand } from '../../cli/base-command.ts';
import { imagesFlags, imagesRequest } from '../../cli/images-flags.ts';
import type { ImagesOutdatedResult } from '../../cli/render-images.ts';

export default class ImagesOutdated extends BaseCommand {
  static override summary = 'Say which locked images and packages their sources hold otherwise now';
  static override description =
    `Asks the sources for every tag, as images lock would, and compares with cowa-release.lock.json. Changes nothing.
References that name a digest are not asked for. Exit code 1 when anything moved, is gone or not locked; 4 when a source
could not be asked, which keeps no other from being asked.`;
  static override examples = [
    '<%= config.bin %> images outdated',
    '<%= config.bin %> images outdated --flavor gpu --output json',
  ];
  static override flags = { ...imagesFlags };

  async run(): Promise<ImagesOutdatedResult> {
    const { flags } = await this.parse(ImagesOutdated);
    const { imagesOutdated } = await import('../../cli/images-from-flags.ts');
    const { renderOutdated } = await import('../../cli/render-images.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const { entries, exitCode } = await imagesOutdated(await imagesRequest(flags), run);
    this.log(renderOutdated({ entries }));
    this.conclude(exitCode);
    return { schema: 'cowa-release/images-outdated/v1', entries };
  }
}
