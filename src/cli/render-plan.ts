import type { ReleasePrediction } from '../operations/predict-release.ts';
import { formatSize } from '../support/format-size.ts';

/** What `plan --output json` prints. */
export interface PlanResult extends ReleasePrediction {
  readonly schema: 'cowa-release/plan/v1';
  readonly release: {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly sourceDateEpoch: number;
  };
}

/** The plan as people read it. */
export function renderPlan(plan: PlanResult): string {
  const { release } = plan;
  const time = new Date(1000 * release.sourceDateEpoch).toISOString();
  const lines = [
    `PLAN  ${release.name} ${release.version} ${release.architecture}, dated ${time}`,
    '',
    `images  ${formatSize(plan.fetchSize)} to fetch`,
  ];
  for (const { reference, size, layers, source, digest } of plan.images) {
    lines.push(
      `  ${layers.padEnd(7)}${formatSize(size).padStart(10)}  ${reference}  from ${source}`,
      `  ${' '.repeat(17)}  ${digest}`,
    );
  }
  lines.push('', 'packages');
  for (const { fileName, size, flavors, images, localSize, actions } of plan.packages) {
    lines.push(
      `  build  ${`~${formatSize(size)}`.padStart(11)}  ${fileName}  (${flavors.join(', ')}; ${images} ${images === 1 ? 'image' : 'images'}, ${formatSize(localSize)} of files)`,
    );
    for (const action of actions) {
      lines.push(
        `      ${action.replacedBy === undefined ? 'RUNS' : 'not run'}: onCreate.${action.stage} of ${action.component}: ${action.command}`,
      );
      if (action.replacedBy !== undefined)
        lines.push(`      instead: the payload for ${action.replacedBy}`);
    }
  }
  if (plan.bundles.length > 0) lines.push('', 'bundles');
  for (const { fileName, size, flavor, atLeast } of plan.bundles) {
    lines.push(
      `  build  ${`${atLeast ? '>' : '~'}${formatSize(size)}`.padStart(11)}  ${fileName}  (${flavor})`,
    );
  }
  for (const { name, kind, location } of plan.members)
    lines.push(`  member ${name}: ${kind} ${location}`);
  const faults = plan.budgets.filter(({ outcome }) => outcome !== 'within');
  if (plan.budgets.length > 0)
    lines.push(
      '',
      faults.length === 0
        ? `budgets  all ${plan.budgets.length} kept, as far as sizes can be predicted`
        : 'budgets',
    );
  for (const { kind, name, size, outcome, budget } of faults) {
    const limit = outcome === 'over' ? budget.maxBytes : budget.minBytes;
    lines.push(
      `  ${outcome} ${kind} ${name}: ${formatSize(size)}, ${outcome === 'over' ? 'at most' : 'at least'} ${formatSize(limit ?? 0)}`,
    );
  }
  return lines.join('\n');
}
