import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { outputColumns } from '../../cli/text-columns.ts';
import type { TrustDescription } from '../../policy/trust/describe-policy.ts';

export default class TrustShow extends BaseCommand {
  static override summary = 'Say in plain words who may sign what';
  static override description =
    'Without a file: the policy verify would use, from COWA_TRUST_POLICY or /etc/cowa-release/trust-policy.json.';
  static override examples = [
    '<%= config.bin %> trust show',
    '<%= config.bin %> trust show trust-policy.json --output json',
  ];
  static override args = {
    file: Args.string({ description: 'The policy: trust-policy.json' }),
  };

  async run(): Promise<TrustDescription> {
    const { args } = await this.parse(TrustShow);
    const { administratorFolder, trustPolicyInForce } = await import('../../cli/trust-settings.ts');
    const { describeTrustPolicy } = await import('../../policy/trust/describe-policy.ts');
    const { renderTrust } = await import('../../cli/render-trust.ts');
    const { policy } = await trustPolicyInForce({
      administratorFolder,
      trustPolicy: args.file ?? (process.env['COWA_TRUST_POLICY'] || undefined),
    });
    const description = describeTrustPolicy(policy);
    this.log(renderTrust(description, outputColumns()));
    return description;
  }
}
