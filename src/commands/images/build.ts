import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { engineChoice, engineFlags } from '../../cli/engine-flags.ts';
import { imagesFlags, imagesRequest } from '../../cli/images-flags.ts';
import type { ImagesBuildResult } from '../../cli/render-build.ts';
import { runFlags, runSinks } from '../../cli/run-flags.ts';
import { runLimitFlags, runLimits } from '../../cli/run-limit-flags.ts';

export default class ImagesBuild extends BaseCommand {
  static override summary =
    'Build the images of a release from their Containerfiles, into the cache';
  static override description =
    `Checks context, Containerfile and bases of every image first, then builds bases before what needs them. The engine is
given copies of what was hashed and fetches nothing itself. What was built of the same inputs is not built again.
A build that fails skips only what needs it; all failures are listed. The exit code is 3 for what an image lacks, and 4
for what the engine or this machine does.`;
  static override examples = [
    '<%= config.bin %> images build --flavor cpu',
    '<%= config.bin %> images build --engine buildah --rebuild',
    '<%= config.bin %> images build --engine buildkit --builder tcp://127.0.0.1:8372',
  ];
  static override flags = {
    ...imagesFlags,
    ...engineFlags,
    locked: Flags.boolean({
      summary: 'Build what the lock file names: labels say where it came from when it was locked',
      default: false,
    }),
    rebuild: Flags.boolean({ summary: 'Build what was built of the same inputs, too' }),
    ...runFlags,
    ...runLimitFlags,
    jobs: Flags.integer({ summary: 'Builds at once', default: 2, min: 1, max: 64 }),
  };

  async run(): Promise<ImagesBuildResult> {
    const { flags } = await this.parse(ImagesBuild);
    const { imagesBuild } = await import('../../cli/build-from-flags.ts');
    const { buildsExitCode, renderBuilds } = await import('../../cli/render-build.ts');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: what was built is not built again'],
    });
    const { memory, connections, locked, ...others } = flags;
    const { engine, builder, rebuild, jobs, metrics, 'otlp-endpoint': otlp, ...release } = others;
    const { images, cacheDir: cache } = await imagesBuild(
      {
        ...(await imagesRequest(release)),
        ...engineChoice({ engine, builder }),
        locked,
        rebuild,
        jobs,
        limits: runLimits({ memory, connections }),
        programVersion: this.config.version,
        sinks: runSinks({ metrics, 'otlp-endpoint': otlp }, process.env),
      },
      run,
    );
    this.log(renderBuilds({ images, cache }));
    this.conclude(buildsExitCode(images));
    return { schema: 'cowa-release/images-build/v1', images, cache };
  }
}
