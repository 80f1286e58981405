import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { imagesFlags, imagesRequest, referrersFlag } from '../../cli/images-flags.ts';
import { loginFlags, loginOf } from '../../cli/registry-flags.ts';
import type { ImagesLockResult } from '../../cli/render-images.ts';
import { exitCodes } from '../../errors/exit-codes.ts';

export default class ImagesLock extends BaseCommand {
  static override summary = 'Write down what a release takes in, by digest: cowa-release.lock.json';
  static override description =
    `Images as their sources hold them now, payloads as they lie there, published packages of the bundles. The file
is written beside the release definition, whole or not at all; flavors that were not asked for stay as they are.

With --referrers, or referrers: true of a registry source, also what registries hold about each image: signatures, statements,
SBOMs, by digest. Nobody judges them for being there. Later locks keep asking, until --no-referrers.

With --update only the images, published packages and addresses it names are looked at, and all else stays as it is locked.
With --check nothing is written: exit code 1 when what is found differs from what is locked.`;
  static override examples = [
    '<%= config.bin %> images lock',
    '<%= config.bin %> images lock --check --output json',
    '<%= config.bin %> images lock --update registry.example.com/team/api:1.4',
  ];
  static override flags = {
    ...imagesFlags,
    ...referrersFlag,
    ...loginFlags,
    check: Flags.boolean({ summary: 'Compare only; exit with 1 when anything drifted' }),
    update: Flags.string({
      summary: 'Look only at this image or published package; the lock must be there',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<name>',
    }),
  };

  async run(): Promise<ImagesLockResult> {
    const { flags } = await this.parse(ImagesLock);
    const { imagesLock } = await import('../../cli/images-from-flags.ts');
    const { renderLocked, toLockResult } = await import('../../cli/render-images.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const locked = await imagesLock(
      {
        ...(await imagesRequest(flags)),
        ...(await loginOf(flags)),
        check: flags.check === true,
        update: flags.update ?? [],
        referrers: flags.referrers,
      },
      run,
    );
    this.log(renderLocked(locked));
    this.conclude(locked.outcome === 'drifted' ? exitCodes.verdictFail : exitCodes.ok);
    return toLockResult(locked);
  }
}
