import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { TrustCheckResult } from '../../cli/render-trust.ts';

export default class TrustCheck extends BaseCommand {
  static override summary = 'Check a trust policy: every error with its line and column';
  static override description =
    `Reads the policy and the trusted roots beside it as verify would, and judges nothing else.

Exit code 0: can be used; warnings may be printed. 1: nothing passes under it today, for it has ended, or nobody it names can sign now. 2: cannot be used.`;
  static override examples = ['<%= config.bin %> trust check /etc/cowa-release/trust-policy.json'];
  static override args = {
    file: Args.string({ description: 'The policy: trust-policy.json', required: true }),
  };

  async run(): Promise<TrustCheckResult> {
    const { args } = await this.parse(TrustCheck);
    const { loadTrustPolicy } = await import('../../cli/load-trust-policy.ts');
    const { renderTrustCheck, toTrustCheck } = await import('../../cli/render-trust.ts');
    const now = new Date();
    const result = toTrustCheck(await loadTrustPolicy(args.file), now);
    this.log(renderTrustCheck(result, now));
    this.conclude(result.exitCode);
    return result;
  }
}
