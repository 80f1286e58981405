import type { Check } from '../checks/check.ts';
import { packageChecks, releaseChecks } from '../lint/catalog.gen.ts';
import { definitionResolved, definitionSchema } from '../lint/definition-checks.ts';
import type { DeployedPackage } from '../lint/deployed-package.ts';
import type { DeployedRelease } from '../lint/deployed-release.ts';
import { type LintFinding, runLintChecks } from '../lint/lint-check.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { allSelected, selectChecks } from '../policy/select-checks.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { deployWithBundle } from './deploy-with-bundle.ts';
import { type FoundDefinitions, findDefinitions } from './find-definitions.ts';
import { gatherBundles } from './gather-bundles.ts';
import type { DeploymentOptions } from './gather-deployment.ts';
import { gatherReleases, type LookedAt, seenBy } from './gather-releases.ts';
import { LintError } from './lint-error.ts';
import { flawFinding, foldHanging, problemFinding, uniqueFindings } from './lint-findings.ts';
import { type LintJob, lintJobs } from './lint-jobs.ts';
import type { LintMemory } from './lint-memory.ts';
import { type JudgedPackage, lookAtPackage } from './lint-package.ts';
import type { LintRequest } from './lint-request.ts';
import type { KnownDefinitions } from './load-definition.ts';
import { withCompany } from './package-company.ts';
import { RememberedWorkspace } from './remembered-workspace.ts';

/** A tree of definitions as it was judged. */
export interface JudgedTree {
  readonly lookedAt: LookedAt;
  readonly jobs: readonly LintJob[];
  readonly releases: readonly DeployedRelease[];
  readonly findings: readonly LintFinding[];
  /** Everything that may be found. */
  readonly checks: ReturnType<typeof lintChecks>;
}

/**
 * Finds the definitions below a folder, looks at them, and runs the checks that are asked for.
 * @throws LintError LINT_NOTHING_FOUND, LINT_FLAVOR_UNKNOWN, LINT_ZARF_FLAVOR_UNKNOWN
 */
export async function judgeTree(
  request: LintRequest,
  files: Workspace,
  memory: LintMemory,
  how: DeploymentOptions,
  run: Run,
): Promise<JudgedTree> {
  const { path, flavor, policy = builtInPolicy, selection = allSelected } = request;
  const workspace = new RememberedWorkspace(files);
  const known: KnownDefinitions = new Map();
  const found = await findDefinitions(path, workspace, run);
  requireSomething(found);
  const jobs = await lintJobs(found, request, workspace, known);
  const packages = await lookAtAll(jobs, memory, workspace, known, how, run);
  const deployWith = deployWithBundle(workspace, how, run);
  const bundles = (
    await gatherBundles(found.bundles, found.releases, packages, deployWith, workspace, run)
  ).filter(({ bundle }) => !isOther(bundle?.flavor, flavor));
  const definitions = bundles.flatMap(({ bundle }) => bundle ?? []);
  const lookedAt: LookedAt = {
    found,
    packages: packages.map((each) => ({
      ...each,
      facts: each.facts && withCompany(each.facts, each.job.release, definitions),
    })),
    bundles,
    flavor,
    budgets: policy.budgets,
    installOn: request.installOn ?? request.clock,
  };
  const releases = await gatherReleases(lookedAt, workspace, run);
  const checks = lintChecks();
  const { chosen, left } = selectChecks(checks, selection, path);
  const wanted = new Set(chosen.map(({ id }) => id));
  const ofPackages = packageChecks.filter(({ id }) => wanted.has(id));
  const findings = [
    ...found.releases.flatMap(({ file, parsed }) =>
      parsed.problems.map((problem) => problemFinding(file, problem)),
    ),
    ...packages.flatMap((each) => each.findings),
    ...bundles.flatMap((each) => each.findings),
    ...deployedForms(lookedAt).flatMap((facts) => runLintChecks(ofPackages, facts)),
    ...releases.flatMap((release) =>
      releaseChecks
        .filter(({ id }) => wanted.has(id))
        .flatMap((check) => runLintChecks([check], seenBy(check, release, releases))),
    ),
  ].filter(({ id }) => wanted.has(id));
  return {
    lookedAt,
    jobs,
    releases,
    findings: [...foldHanging(uniqueFindings(findings)), ...left],
    checks,
  };
}

/** Everything `lint` may find, as policies and selections speak of it. */
function lintChecks(): readonly Pick<Check, 'id' | 'area' | 'severity' | 'help'>[] {
  const described = [definitionResolved, definitionSchema].map((check) => ({
    ...check,
    area: 'definition' as const,
  }));
  const deployed = [...packageChecks, ...releaseChecks].map((check) => ({
    ...check,
    area: 'deployment' as const,
  }));
  return [...described, ...deployed];
}

function requireSomething({
  path,
  packages,
  bundles,
  releases,
  notLookedAt,
}: FoundDefinitions): void {
  if (packages.length + bundles.length + releases.length > 0) return;
  const unseen = notLookedAt.map((each) => `Not looked at: ${each.path}: ${each.reason}`);
  throw new LintError(
    'LINT_NOTHING_FOUND',
    `there is no zarf.yaml, uds-bundle.yaml, bundle.uds.hcl or cowa-release.yaml below ${path}`,
    { suggestions: ['Name the folder that holds them', ...unseen.slice(0, 5)] },
  );
}

/** What two releases ask for alike is done once. */
async function lookAtAll(
  jobs: readonly LintJob[],
  memory: LintMemory,
  workspace: RememberedWorkspace,
  known: KnownDefinitions,
  how: DeploymentOptions,
  run: Run,
): Promise<readonly JudgedPackage[]> {
  const packages: JudgedPackage[] = [];
  for (const job of jobs) {
    run.signal.throwIfAborted();
    let done = memory.get(job.key);
    if (done === undefined) {
      const touched = new Set<string>();
      const looked = await lookAtPackage(job, workspace.watched(touched), known, how, run);
      done = { looked, touched };
      memory.set(job.key, done);
    }
    const released = job.flavors.length > 0;
    const flaws = done.looked.resolved?.flaws ?? [];
    const findings = [
      ...done.looked.findings,
      ...flaws.flatMap((flaw) => flawFinding(flaw, released)),
    ];
    packages.push({ ...done.looked, job, findings });
  }
  return packages;
}

/** Each package by itself, and as bundles deploy it where that is another thing; each thing once. */
function deployedForms({ packages, bundles }: LookedAt): readonly DeployedPackage[] {
  const all = [
    ...packages.flatMap(({ facts }) => facts ?? []),
    ...bundles.flatMap(({ bundle }) =>
      (bundle?.packages ?? []).flatMap(({ package: facts }) => facts ?? []),
    ),
  ];
  const known = new Map<DeployedPackage['objects'], Set<string>>();
  return all.filter(({ objects, extraImages, carriedBefore, unread }) => {
    const company = JSON.stringify([extraImages, carriedBefore, unread.length]);
    const seen = known.get(objects) ?? new Set();
    known.set(objects, seen);
    const isNew = !seen.has(company);
    seen.add(company);
    return isNew;
  });
}

function isOther(flavor: string | undefined, asked: string | undefined): boolean {
  return asked !== undefined && flavor !== undefined && flavor !== asked;
}
