import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { SbomGenerateResult } from '../../cli/render-sbom-result.ts';

export default class SbomGenerate extends BaseCommand {
  static override summary = 'List what is in images: packages, licences, files they were found by';
  static override description =
    `Reads every layer once, unpacks nothing, asks nobody. Finds packages of Debian, Alpine and rpm systems, of Python,
Node and Go, libraries of the CUDA stack and model files; what belongs to none of them is counted and said.

The same image gives the same bytes: documents carry the time of the image, or SOURCE_DATE_EPOCH.`;
  static override examples = [
    '<%= config.bin %> sbom generate ./layout --out sboms',
    '<%= config.bin %> sbom generate images.tar --image ghcr.io/org/app:1.0 --format cyclonedx',
    '<%= config.bin %> sbom generate zarf-package-api-amd64-1.0.0.tar.zst --format cyclonedx --format spdx',
  ];
  static override args = {
    location: Args.string({
      description: 'OCI layout (folder or tar), docker save archive, Zarf package or UDS bundle',
      required: true,
    }),
  };
  static override flags = {
    image: Flags.string({
      summary: 'Only this image (default: every image that lies there)',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<reference>',
    }),
    format: Flags.option({
      options: ['cyclonedx', 'spdx', 'syft'] as const,
      summary: 'CycloneDX 1.6, SPDX 2.3 or Syft JSON (default: cyclonedx)',
      multiple: true,
      multipleNonGreedy: true,
    })(),
    architecture: Flags.string({
      char: 'a',
      summary: 'Architecture, where an image has several',
      default: 'amd64',
    }),
    out: Flags.string({
      summary: 'Folder the documents go to',
      default: '.',
      helpValue: '<folder>',
    }),
    syft: Flags.string({
      summary: 'A syft, named by its path, that finds the packages; never one of PATH',
      env: 'COWA_SYFT',
      helpValue: '<file>',
    }),
    'cache-dir': Flags.string({
      summary:
        'Where facts of layers are kept between runs (default: the cache folder of this user)',
      env: 'COWA_CACHE_DIR',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<SbomGenerateResult> {
    const { args, flags } = await this.parse(SbomGenerate);
    const { sbomsFromFlags } = await import('../../cli/sbom-from-flags.ts');
    const { renderGeneratedSboms } = await import('../../cli/render-sbom-result.ts');
    const images = await sbomsFromFlags(
      {
        location: args.location,
        images: flags.image ?? [],
        formats: flags.format ?? ['cyclonedx'],
        architecture: flags.architecture,
        out: flags.out,
        cacheDir: flags['cache-dir'],
        syft: flags.syft,
        sourceDateEpoch: process.env['SOURCE_DATE_EPOCH'],
        programVersion: this.config.version,
      },
      this.startRun({ quiet: flags.quiet }),
    );
    this.log(renderGeneratedSboms(images, flags.out));
    return { schema: 'cowa-release/sbom-generate-result/v1', images };
  }
}
