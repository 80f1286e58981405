import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { ConfigExplanation } from '../../cli/render-config.ts';

export default class ConfigExplain extends BaseCommand {
  static override summary =
    'Show every setting of assemble, plan and images, and where it came from';
  static override description =
    `A flag wins over a variable, a variable over settings in cowa-release.yaml, that over the default. Secrets are never
shown. Commands that judge what others sent (verify, inspect, report) read flags and variables only.`;
  static override examples = [
    '<%= config.bin %> config explain',
    '<%= config.bin %> config explain --flavor gpu --output json',
  ];
  // None has a default or a variable here: both are what this command tells about.
  static override flags = {
    definition: Flags.string({ char: 'f', summary: 'The release definition', helpValue: '<file>' }),
    flavor: Flags.option({ options: ['cpu', 'gpu', 'all'] as const, summary: 'Which flavor' })(),
    out: Flags.string({ summary: 'Folder of the results', helpValue: '<folder>' }),
    'cache-dir': Flags.string({
      summary: 'Where content is kept between runs',
      helpValue: '<folder>',
    }),
    key: Flags.string({ summary: 'Private key that signs', helpValue: '<file>' }),
    policy: Flags.string({ summary: 'Budgets the archives are judged by', helpValue: '<file>' }),
    jobs: Flags.integer({ char: 'j', summary: 'Steps at once', min: 1, max: 64 }),
    'registry-override': Flags.string({
      summary: 'Registry to ask instead of another, as host=other-host',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<host=other-host>',
    }),
  };

  async run(): Promise<ConfigExplanation> {
    const { flags } = await this.parse(ConfigExplain);
    const { readReleaseConfig } = await import('../../cli/release-config.ts');
    const { describeConfig, strangeVariables } = await import('../../config/describe-config.ts');
    const { renderConfig } = await import('../../cli/render-config.ts');
    const { 'cache-dir': cacheDir, 'registry-override': registryOverrides, ...same } = flags;
    const config = await readReleaseConfig({ ...same, cacheDir, registryOverrides }, process.env);
    const explanation: ConfigExplanation = {
      schema: 'cowa-release/config/v1',
      settings: describeConfig(config, process.env),
      strangeVariables: strangeVariables(process.env),
    };
    this.log(renderConfig(explanation));
    return explanation;
  }
}
