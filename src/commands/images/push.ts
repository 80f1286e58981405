import { arch } from 'node:os';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { imagesFlags, imagesRequest, lockedFlag, referrersFlag } from '../../cli/images-flags.ts';
import { registryAccess, registryFlags } from '../../cli/registry-flags.ts';
import type { ImagesPushResult } from '../../cli/render-push.ts';
import { worstExitCode } from '../../errors/exit-codes.ts';

export default class ImagesPush extends BaseCommand {
  static override summary =
    'Push the images of a release, or of a layout or package, to registries';
  static override description =
    `Every registry gets the same digests; what each holds then is listed, and was read back. All of them are asked first who
they are and what the tags are now: a tag that another image has is not moved without --replace. Contents a registry has are
not sent again, and a broken upload goes on where it broke.

The repository of an image keeps its path behind the prefix: ghcr.io/team/app:1 becomes registry.example.org/mirror/team/app:1.`;
  static override examples = [
    '<%= config.bin %> images push --flavor cpu --locked --to registry.example.org/mirror --to localhost:5000',
    '<%= config.bin %> images push --from dist/cpu/zarf-package-api-amd64-1.0.0.tar.zst --to registry.example.org',
    '<%= config.bin %> images push --locked --local-registry ./registry-data --output json',
  ];
  static override flags = {
    ...imagesFlags,
    ...lockedFlag,
    ...referrersFlag,
    ...registryFlags,
    to: Flags.string({
      summary: 'Registry to push to, with a prefix for its repositories; several times for several',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<host[:port][/prefix]>',
    }),
    'local-registry': Flags.string({
      summary:
        'Also start docker-registry on a free loopback port, with its contents in this folder, and stop it afterwards',
      helpValue: '<folder>',
    }),
    from: Flags.string({
      summary:
        'OCI layout, docker save archive, Zarf package or UDS bundle whose images are pushed instead',
      exclusive: ['definition', 'flavor', 'locked', 'referrers', 'registry-override'],
      helpValue: '<path>',
    }),
    image: Flags.string({
      summary: 'Only this image of --from; several times for several',
      dependsOn: ['from'],
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<reference>',
    }),
    architecture: Flags.string({
      char: 'a',
      summary: 'Architecture of the images of --from (default: that of this machine)',
      dependsOn: ['from'],
      helpValue: 'amd64|arm64',
    }),
    replace: Flags.boolean({ summary: 'Move tags that other images have' }),
  };

  async run(): Promise<ImagesPushResult> {
    const { flags } = await this.parse(ImagesPush);
    const { pushFromFlags } = await import('../../cli/push-from-flags.ts');
    const { renderPush, toImagesPushResult } = await import('../../cli/render-push.ts');
    if (flags['plain-http'])
      this.warn('--plain-http: whoever sits between sees logins and can change what is pushed');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: what the registry has is not sent again'],
    });
    const { from: location, image, architecture, to, replace } = flags;
    const own = arch() === 'x64' ? 'amd64' : arch();
    const registries = await pushFromFlags(
      {
        to: to ?? [],
        localRegistry: flags['local-registry'],
        replace,
        access: await registryAccess(flags),
        from:
          location === undefined
            ? {
                ...(await imagesRequest(flags)),
                locked: flags.locked,
                referrers: flags.referrers,
              }
            : {
                location,
                images: image ?? [],
                architecture: architecture ?? own,
                cacheDir: flags['cache-dir'],
              },
      },
      run,
    );
    const result = toImagesPushResult(registries);
    this.log(renderPush(result));
    this.conclude(worstExitCode(result.registries.flatMap(({ error }) => error?.exitCode ?? [])));
    return result;
  }
}
