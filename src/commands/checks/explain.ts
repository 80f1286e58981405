import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { ChecksExplainResult, CodeExplainResult } from '../../cli/render-checks.ts';
import { outputColumns } from '../../cli/text-columns.ts';

export default class ChecksExplain extends BaseCommand {
  static override summary = 'Say what a check looks at, why, and what to do when it fails';
  static override description =
    'Takes the id of a check, or a code: of a finding, which leads to its check, or of an error.';
  static override examples = [
    '<%= config.bin %> checks explain oci/blob-digest',
    '<%= config.bin %> checks explain BLOB_DIGEST',
  ];
  static override args = {
    id: Args.string({
      description: 'Id of the check, as findings name it; or a code of a finding or an error',
      required: true,
    }),
  };

  async run(): Promise<ChecksExplainResult | CodeExplainResult> {
    const { args } = await this.parse(ChecksExplain);
    const { guardsIntegrity } = await import('../../policy/integrity.ts');
    const { renderCheck, renderCode } = await import('../../cli/render-checks.ts');
    const columns = outputColumns();
    if (/^[A-Z][A-Z0-9_]+$/.test(args.id)) {
      const { explainCode } = await import('../../cli/explain-code.ts');
      const found = explainCode(args.id);
      this.log(renderCode(found, (check) => !guardsIntegrity(check), columns));
      return found;
    }
    const { requireCheck } = await import('../../checks/find-check.ts');
    const check = requireCheck(args.id);
    const waivable = !guardsIntegrity(check);
    this.log(renderCheck(check, waivable, columns));
    return { schema: 'cowa-release/checks-explain/v1', check, waivable };
  }
}
