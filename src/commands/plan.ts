import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { releaseFlags } from '../cli/release-flags.ts';
import type { PlanResult } from '../cli/render-plan.ts';

export default class Plan extends BaseCommand {
  static override summary =
    'Show what assemble would do: what is fetched, built and how large it gets';
  static override description =
    `Reads the definitions and asks the image sources for their manifests, which the cache keeps. No layer is downloaded, nothing is built
or written beside the definitions.`;
  static override examples = [
    '<%= config.bin %> plan --flavor gpu',
    '<%= config.bin %> plan --flavor all --locked --policy policy.yaml',
  ];
  static override flags = {
    ...releaseFlags,
    policy: Flags.string({
      summary: 'Budgets to compare the predicted sizes with (default: COWA_POLICY)',
      helpValue: '<file>',
    }),
    locked: Flags.boolean({ summary: 'Take exactly what cowa-release.lock.json names' }),
    'run-actions': Flags.boolean({ summary: 'Plan as if onCreate actions were to run' }),
  };

  async run(): Promise<PlanResult> {
    const { flags } = await this.parse(Plan);
    const { settleRelease } = await import('../cli/release-request.ts');
    const { planFromFlags } = await import('../cli/plan-from-flags.ts');
    const { renderPlan } = await import('../cli/render-plan.ts');
    const { config, ...release } = await settleRelease(flags, process.env);
    const run = this.startRun({ quiet: flags.quiet });
    const policy = config.policy.value;
    const result = await planFromFlags(
      {
        ...release,
        locked: flags.locked,
        runActions: flags['run-actions'],
        ...(policy === undefined ? {} : { policy }),
      },
      run,
    );
    this.log(renderPlan(result));
    return result;
  }
}
