import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { outputColumns } from '../../cli/text-columns.ts';
import type { PolicyDescription } from '../../policy/describe-policy.ts';

export default class PolicyExplain extends BaseCommand {
  static override summary =
    'Say in plain words what a policy demands, and where it differs from the default';
  static override description =
    'Without a file: the policy verify would use, from COWA_POLICY or /etc/cowa-release/policy.yaml, else the built-in one.';
  static override examples = [
    '<%= config.bin %> policy explain',
    '<%= config.bin %> policy explain policy.yaml --output json',
  ];
  static override args = {
    file: Args.string({ description: 'The policy: policy.yaml' }),
  };
  static override flags = {
    'warn-days': Flags.integer({
      summary: 'Mark waivers that end within so many days',
      default: 30,
      min: 0,
      max: 3650,
      helpValue: '<days>',
    }),
  };

  async run(): Promise<PolicyDescription> {
    const { args, flags } = await this.parse(PolicyExplain);
    const { allChecks } = await import('../../checks/all-checks.ts');
    const { renderPolicy } = await import('../../cli/render-policy.ts');
    const { administratorFolder, trustSettings } = await import('../../cli/trust-settings.ts');
    const { describePolicy } = await import('../../policy/describe-policy.ts');
    const named = args.file ?? (process.env['COWA_POLICY'] || undefined);
    const { policy } = await trustSettings({
      administratorFolder,
      ...(named === undefined ? {} : { policy: named }),
    });
    const description = describePolicy(policy, allChecks(), new Date(), flags['warn-days']);
    this.log(renderPolicy(description, outputColumns()));
    return description;
  }
}
