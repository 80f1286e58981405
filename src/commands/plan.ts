import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { releaseFlags } from '../cli/release-flags.ts';
import type { PlanResult } from '../cli/render-plan.ts';

export default class Plan extends BaseCommand {
  static override summary = 'Show what assemble would do: what is fetched, built and how large it gets';
  static override description = `Reads the definitions and asks the image sources for their manifests. Nothing is downloaded, built or written.`;
  static override examples = ['<%= config.bin %> plan --flavor gpu', '<%= config.bin %> plan --flavor all --locked --policy policy.yaml'];
  static override flags = {
    ...releaseFlags,
    policy: Flags.string({ summary: 'Budgets to compare the predicted sizes with', env: 'COWA_POLICY', helpValue: '<file>' }),
    locked: Flags.boolean({ summary: 'Take exactly what cowa-release.lock.json names' }),
    'run-actions': Flags.boolean({ summary: 'Plan as if onCreate actions were to run' }),
  };

  async run(): Promise<PlanResult> {
    const { flags } = await this.parse(Plan);
    const { planFromFlags } = await import('../cli/plan-from-flags.ts');
    const { renderPlan } = await import('../cli/render-plan.ts');
    const run = this.startRun({ quiet: flags.quiet });
    const result = await planFromFlags(
      {
        definition: flags.definition,
        flavor: flags.flavor,
        locked: flags.locked,
        runActions: flags['run-actions'],
        ...(flags['cache-dir'] === undefined ? {} : { cacheDir: flags['cache-dir'] }),
        ...(flags.policy === undefined ? {} : { policy: flags.policy }),
      },
      run,
    );
    this.log(renderPlan(result));
    return result;
  }
}
