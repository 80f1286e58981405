import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { ChecksExplainResult } from '../../cli/render-checks.ts';

export default class ChecksExplain extends BaseCommand {
  static override summary = 'Say what a check looks at, why, and what to do when it fails';
  static override examples = ['<%= config.bin %> checks explain oci/blob-digest'];
  static override args = {
    id: Args.string({ description: 'Id of the check, as findings name it', required: true }),
  };

  async run(): Promise<ChecksExplainResult> {
    const { args } = await this.parse(ChecksExplain);
    const { requireCheck } = await import('../../checks/find-check.ts');
    const { renderCheck } = await import('../../cli/render-checks.ts');
    const check = requireCheck(args.id);
    this.log(renderCheck(check, Math.max(40, Math.min(process.stdout.columns ?? 100, 120))));
    return { schema: 'cowa-release/checks-explain/v1', check };
  }
}
