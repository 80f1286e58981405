import type { LintFinding } from '../lint/lint-check.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { allSelected, selectionFlags } from '../policy/select-checks.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { LintReport } from '../report/lint-report.ts';
import type { Run } from '../support/run.ts';
import { embeddedRenderer } from '../zarf/embedded-renderer.ts';
import type { DeploymentOptions } from './gather-deployment.ts';
import { type JudgedTree, judgeTree } from './judge-tree.ts';
import { LintError } from './lint-error.ts';
import { concernedBy, forgetChanged, type LintMemory } from './lint-memory.ts';
import { lintReport } from './lint-report.ts';
import type { LintRequest } from './lint-request.ts';
import { workspaceBefore } from './workspace-before.ts';

export interface LintPorts {
  readonly workspace: Workspace;
  /** What the changed files were before, undefined for what was not there; absent where nobody knows. */
  readonly before?: ReadonlyMap<string, Uint8Array | undefined>;
  /** The embedded one without. */
  readonly renderer?: ChartRenderer;
  /** Without it kustomizations are told as undecided. */
  readonly kustomizer?: Kustomizer;
}

/**
 * Judges the definitions below a folder without building anything: no network, nothing is run, nothing written.
 * A definition that cannot be read is a finding, and the others are judged.
 * @throws LintError LINT_NOTHING_FOUND, LINT_FLAVOR_UNKNOWN, LINT_ZARF_FLAVOR_UNKNOWN
 * @throws WorkspaceError, PackError when the folder cannot be read
 */
export async function lintDefinitions(
  request: LintRequest,
  { renderer = embeddedRenderer, kustomizer, ...ports }: LintPorts,
  run: Run,
): Promise<LintReport> {
  const { policy = builtInPolicy, selection = allSelected, changed, memory = new Map() } = request;
  const how = { renderer, ...(kustomizer === undefined ? {} : { kustomizer }) };
  const tree = await judgeTree(request, ports.workspace, memory, how, run);
  const { lookedAt, jobs, releases, findings, checks } = tree;
  const concerned = changed && concernedBy(changed, jobs, memory);
  return lintReport({
    ...lookedAt,
    releases,
    findings,
    checks,
    policy,
    clock: request.clock,
    weakenedBy: selectionFlags(selection),
    changed,
    concerned,
    caused: await newFindings(request, tree, memory, ports, how, run),
    git: request.git,
    zarfFlavor: request.zarfFlavor,
    programVersion: request.programVersion,
    renderer: renderer.identity,
    kustomize: kustomizer?.identity,
  });
}

/**
 * What the tree was not found to have before its files changed, wherever it is told: a change breaks what another
 * package needs. Undefined where nobody knows what was before.
 */
async function newFindings(
  request: LintRequest,
  { findings }: JudgedTree,
  memory: LintMemory,
  { workspace, before }: LintPorts,
  how: DeploymentOptions,
  run: Run,
): Promise<ReadonlySet<LintFinding> | undefined> {
  if (before === undefined || before.size === 0) return undefined;
  // Of packages that ask for none of the files nothing is other than now.
  const kept: LintMemory = new Map(memory);
  forgetChanged(kept, new Set(before.keys()));
  const known = new Map<string, number>();
  try {
    const past = await judgeTree(request, workspaceBefore(workspace, before), kept, how, run);
    for (const each of past.findings) known.set(told(each), (known.get(told(each)) ?? 0) + 1);
  } catch (error) {
    // There was nothing to judge, or nothing of what is asked for.
    if (!(error instanceof LintError)) throw error;
  }
  const now = Map.groupBy(findings, told);
  return new Set(
    [...now].flatMap(([key, same]) => (same.length > (known.get(key) ?? 0) ? same : [])),
  );
}

/** A finding, wherever in its file it stands, and however much hangs on it. */
function told({ id, outcome, subject, message }: LintFinding): string {
  const plain = message.replace(/ \(\d+ more results? of \d+ checks? hangs? on it\)$/, '');
  return JSON.stringify([id, outcome, subject.name, subject.object, plain]);
}
