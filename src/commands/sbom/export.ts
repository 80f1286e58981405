import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { SbomExportResult } from '../../cli/render-sbom-result.ts';

export default class SbomExport extends BaseCommand {
  static override summary =
    'Write the SBOMs of an archive in other formats, and those about its packages and the bundle';
  static override description =
    `Takes what the SBOMs in a Zarf package or UDS bundle say, of whatever maker, as CycloneDX 1.6, SPDX 2.3 or Syft JSON.
About packages and bundles there is CycloneDX and SPDX: images by link to their own documents, charts, files.

Of archives that this program made, the files are the same that lie beside the archive, byte for byte. Nothing is judged: that is for verify.`;
  static override examples = [
    '<%= config.bin %> sbom export uds-bundle-demo-amd64-1.0.0.tar.zst --out sboms',
    '<%= config.bin %> sbom export zarf-package-api-amd64-1.0.0.tar.zst --level image --format syft',
  ];
  static override strict = false;
  static override args = {
    archive: Args.string({ description: 'Archive, or the parts of one', required: true }),
  };
  static override flags = {
    level: Flags.option({
      options: ['image', 'package', 'bundle'] as const,
      summary: 'About what: images and components, packages, the bundle (default: all)',
      multiple: true,
      multipleNonGreedy: true,
    })(),
    image: Flags.string({
      summary: 'Only this image, by name or digest',
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
    out: Flags.string({
      summary: 'Folder the documents go to',
      default: '.',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<SbomExportResult> {
    const { argv, flags } = await this.parse(SbomExport);
    const { exportFromFlags } = await import('../../cli/sbom-export.ts');
    const { renderExportedSboms } = await import('../../cli/render-sbom-result.ts');
    const images = flags.image ?? [];
    const documents = await exportFromFlags(
      {
        locations: argv.map(String),
        formats: flags.format ?? ['cyclonedx'],
        levels: flags.level ?? (images.length > 0 ? ['image'] : ['image', 'package', 'bundle']),
        images,
        out: flags.out,
        programVersion: this.config.version,
      },
      this.startRun({ quiet: flags.quiet }),
    );
    this.log(renderExportedSboms(documents, flags.out));
    return { schema: 'cowa-release/sbom-export-result/v1', documents };
  }
}
