import { BaseCommand } from '../../cli/base-command.ts';
import { imagesFlags, imagesRequest, lockedFlag } from '../../cli/images-flags.ts';
import type { ImagesListResult } from '../../cli/render-images.ts';

export default class ImagesList extends BaseCommand {
  static override summary = 'Show every image of a release: source, digest, size, what it shares';
  static override description =
    `Asks the image sources of the release definition, in their order. Reads manifests and configs only. Images that are to be built
first are listed in the order they would be built in.`;
  static override examples = [
    '<%= config.bin %> images list --flavor gpu',
    '<%= config.bin %> images list --locked --output json',
  ];
  static override flags = { ...imagesFlags, ...lockedFlag };

  async run(): Promise<ImagesListResult> {
    const { flags } = await this.parse(ImagesList);
    const { imagesList } = await import('../../cli/images-from-flags.ts');
    const { renderForeseenBuilds, renderImageLists } = await import('../../cli/render-images.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const { flavors, builds } = await imagesList(
      { ...(await imagesRequest(flags)), locked: flags.locked },
      run,
    );
    this.log([renderImageLists(flavors), ...renderForeseenBuilds(builds)].join('\n'));
    return { schema: 'cowa-release/images-list/v1', flavors, builds };
  }
}
