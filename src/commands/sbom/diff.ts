import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { SbomDiffResult } from '../../cli/render-sbom-validate.ts';
import { outputColumns } from '../../cli/text-columns.ts';

export default class SbomDiff extends BaseCommand {
  static override summary = 'Packages that came and went between two SBOMs, of whatever formats';
  static override description =
    'Packages are compared by kind, name and version: the package URL without qualifiers. What a list leaves out that is not complete proves nothing: that is said.';
  static override examples = ['<%= config.bin %> sbom diff old/app.cdx.json new/app.spdx.json'];
  static override args = {
    before: Args.string({ description: 'The earlier document', required: true }),
    after: Args.string({ description: 'The later document', required: true }),
  };

  async run(): Promise<SbomDiffResult> {
    const { args } = await this.parse(SbomDiff);
    const { diffSboms } = await import('../../cli/sbom-validate.ts');
    const { renderSbomDifference } = await import('../../cli/render-sbom-validate.ts');
    const difference = await diffSboms(args.before, args.after);
    this.log(renderSbomDifference(difference, outputColumns()));
    return { schema: 'cowa-release/sbom-diff-result/v1', ...difference };
  }
}
