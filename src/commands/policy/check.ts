import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { PolicyCheckResult } from '../../cli/render-policy.ts';
import { outputColumns } from '../../cli/text-columns.ts';

export default class PolicyCheck extends BaseCommand {
  static override summary =
    'Check a policy: every error with its line and column, waivers that end';
  static override description = `Reads the policy as verify would, and judges nothing else.

Exit code 0: can be used; what ends soon is printed. 1: can be used, and a waiver in it has run out. 2: cannot be used.`;
  static override examples = ['<%= config.bin %> policy check policy.yaml --warn-days 60'];
  static override args = {
    file: Args.string({ description: 'The policy: policy.yaml', required: true }),
  };
  static override flags = {
    'warn-days': Flags.integer({
      summary: 'Name waivers that end within so many days',
      default: 30,
      min: 0,
      max: 3650,
      helpValue: '<days>',
    }),
  };

  async run(): Promise<PolicyCheckResult> {
    const { args, flags } = await this.parse(PolicyCheck);
    const { allChecks } = await import('../../checks/all-checks.ts');
    const { loadPolicy } = await import('../../cli/load-policy.ts');
    const { renderPolicyCheck, toPolicyCheck } = await import('../../cli/render-policy.ts');
    const { describePolicy } = await import('../../policy/describe-policy.ts');
    const policy = await loadPolicy(args.file);
    const result = toPolicyCheck(
      describePolicy(policy, allChecks(), new Date(), flags['warn-days']),
    );
    this.log(renderPolicyCheck(result, outputColumns()));
    this.conclude(result.exitCode);
    return result;
  }
}
