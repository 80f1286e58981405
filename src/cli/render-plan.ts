import type { ForeseenInput } from '../operations/foresee-inputs.ts';
import type { ReleasePrediction } from '../operations/predict-release.ts';
import { formatSize } from '../support/format-size.ts';
import { renderForeseenBuilds } from './render-images.ts';

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

const lockWords = { same: 'locked', other: 'locked at another digest', missing: 'not locked' };

function renderInput({
  kind,
  address,
  state,
  size,
  pinned,
  commit,
  locked,
}: ForeseenInput): readonly string[] {
  const bytes = (size === undefined ? '' : formatSize(size)).padStart(10);
  const head = `  ${state.padEnd(7)}${bytes}  ${kind} ${address}`;
  if (kind === 'kustomization') return [head];
  const named = pinned ?? 'no digest: as its source has it then';
  const at = commit === undefined ? '' : `  commit ${commit}`;
  return [head, `  ${' '.repeat(17)}  ${named}${at}  ${lockedWord(locked, pinned)}`];
}

/** What is locked is taken as that only where somebody says so. */
function lockedWord(locked: boolean, pinned: string | undefined): string {
  if (!locked) return 'not locked';
  return pinned === undefined ? 'locked, which holds with --locked' : 'locked';
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
  for (const { reference, size, layers, source, digest, lock } of plan.images) {
    const locked = lock === undefined ? '' : `  ${lockWords[lock]}`;
    lines.push(
      `  ${layers.padEnd(7)}${formatSize(size).padStart(10)}  ${reference}  from ${source}`,
      `  ${' '.repeat(17)}  ${digest}${locked}`,
    );
  }
  if (plan.builds.length > 0) lines.push('', ...renderForeseenBuilds(plan.builds));
  if (plan.inputs.length > 0) lines.push('', 'inputs', ...plan.inputs.flatMap(renderInput));
  lines.push('', 'packages');
  for (const { fileName, size, flavors, images, localSize, actions, atLeast } of plan.packages) {
    lines.push(
      `  build  ${`${atLeast ? '>' : '~'}${formatSize(size)}`.padStart(11)}  ${fileName}  (${flavors.join(', ')}; ${images} ${images === 1 ? 'image' : 'images'}, ${formatSize(localSize)} of files)`,
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
