import { BaseCommand } from '../../cli/base-command.ts';
import { imagesFlags, imagesRequest, lockedFlag, referrersFlag } from '../../cli/images-flags.ts';
import { loginFlags, loginOf } from '../../cli/registry-flags.ts';
import type { ImagesPullResult } from '../../cli/render-images.ts';

export default class ImagesPull extends BaseCommand {
  static override summary =
    'Bring what a release takes in into the cache, so that assemble finds it there';
  static override description =
    `Every blob once, compared with its digest while it comes in. What the cache holds is not fetched again. Published
packages that the bundles name come along, and charts, files, repositories and payloads that come from an address: after
images pull --locked, assemble --locked asks nobody for them. What a lock names about images (signatures, statements, SBOMs
of their registries) comes along, too, and with --referrers what is there now.`;
  static override examples = [
    '<%= config.bin %> images pull --flavor gpu',
    '<%= config.bin %> images pull --locked --cache-dir /srv/cache',
  ];
  static override flags = { ...imagesFlags, ...lockedFlag, ...referrersFlag, ...loginFlags };

  async run(): Promise<ImagesPullResult> {
    const { flags } = await this.parse(ImagesPull);
    const { imagesPull } = await import('../../cli/images-from-flags.ts');
    const { renderPull } = await import('../../cli/render-images.ts');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: what is in the cache is not fetched again'],
    });
    const pulled = await imagesPull(
      {
        ...(await imagesRequest(flags)),
        ...(await loginOf(flags)),
        locked: flags.locked,
        referrers: flags.referrers,
      },
      run,
    );
    this.log(renderPull(pulled));
    const { flavors, stored, packages, inputs, referrers, cacheDir: cache } = pulled;
    return {
      schema: 'cowa-release/images-pull/v1',
      flavors,
      ...stored,
      packages,
      inputs,
      referrers,
      cache,
    };
  }
}
