import { posix } from 'node:path';
import type { Finding } from '../checks/check.ts';
import type { FlavorConfig } from '../config/release-definition.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { packageChecks, releaseChecks } from '../lint/catalog.gen.ts';
import { chooseTarget } from '../lint/choose-target.ts';
import type { DeployedPackage } from '../lint/deployed-package.ts';
import type { DeployedBundle } from '../lint/deployed-release.ts';
import { runLintChecks } from '../lint/lint-check.ts';
import type { TargetProfile } from '../lint/target-profile.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { LintedPackage, LintReport } from '../report/lint-report.ts';
import type { Run } from '../support/run.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { fillCreateTemplates } from '../zarf/create-templates.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { findDefinitions } from './find-definitions.ts';
import { gatherDeployment } from './gather-deployment.ts';
import { type Payload, resolvePackage } from './resolve-package.ts';

export interface LintRequest {
  /** Folder to look into, for the workspace. */
  readonly path: string;
  readonly programVersion: string;
}

/** One package as it is going to be judged. */
interface Job {
  readonly file: string;
  readonly flavor: string;
  readonly architecture: string;
  readonly set: Readonly<Record<string, string>>;
  readonly payloads: readonly Payload[];
  readonly target: TargetProfile;
}

const maxDefinitionBytes = 2 ** 22;
/** Where nobody says what a create-time template holds. */
const standInVersion = '0.0.0';

/**
 * Judges the definitions below a folder without building anything: no network, nothing is run, nothing written.
 * A definition that cannot be read is a finding, and the others are judged.
 */
export async function lintDefinitions(
  { path, programVersion }: LintRequest,
  { workspace }: { readonly workspace: Workspace },
  run: Run,
): Promise<LintReport> {
  const found = await findDefinitions(path, workspace, run);
  const findings: Finding[] = found.releaseProblems.map((problem) =>
    problemFinding(problem.file, problem),
  );
  const unread: { path: string; reason: string }[] = [];
  const packages: LintedPackage[] = [];
  const deployed: DeployedPackage[] = [];
  for (const job of await jobsOf(found, workspace)) {
    run.signal.throwIfAborted();
    const { name, facts, findings: own } = await lintPackage(job, workspace, run);
    const objects = facts?.objects.length ?? 0;
    packages.push({ file: job.file, name, flavor: job.flavor, objects });
    if (facts === undefined) unread.push({ path: job.file, reason: 'it cannot be resolved' });
    else deployed.push(facts);
    findings.push(...own);
  }
  const bundles: DeployedBundle[] = [];
  for (const file of found.bundles) {
    const parsed = parseUdsBundle(await workspace.read(file, maxDefinitionBytes), 'authored');
    for (const problem of parsed.problems) findings.push(problemFinding(file, problem));
    if (parsed.bundle === undefined) unread.push({ path: file, reason: 'it cannot be read' });
    else
      bundles.push({
        file,
        definition: parsed.bundle,
        flavor: undefined,
        config: undefined,
        packages: parsed.bundle.packages.map((entry, index) => ({
          entry,
          pointer: `/packages/${index}`,
          package: deployed.find(({ definition }) => definition.metadata.name === entry.name),
        })),
        at: (pointer) => ({ file, ...parsed.locate(pointer) }),
      });
  }
  findings.push(
    ...runLintChecks(releaseChecks, {
      label: path,
      definition: found.release,
      definitionAt: undefined,
      packages: deployed,
      bundles,
      documents: new Map(),
      unread,
    }),
  );
  return reportOf(programVersion, packages, unique(findings));
}

/** Packages with the flavors they are for: those the release names, else each flavor the definition knows. */
async function jobsOf(
  { release, releaseFolder, packages }: Awaited<ReturnType<typeof findDefinitions>>,
  workspace: Workspace,
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  const architecture = release?.architecture ?? 'amd64';
  const configured = new Map<
    string,
    { config: FlavorConfig['packages'][number]; flavor: string }
  >();
  for (const flavor of Object.values(release?.flavors ?? {}))
    for (const config of flavor.packages) {
      const full = posix.join(releaseFolder, config.path);
      const file = full.endsWith('.yaml') ? full : posix.join(full, 'zarf.yaml');
      configured.set(file, { config, flavor: config.zarfFlavor ?? flavor.zarfFlavor ?? '' });
    }
  const shared = sharedSet(release);
  const target = chooseTarget(release?.target);
  for (const file of packages) {
    const text = Buffer.from(await workspace.read(file, maxDefinitionBytes)).toString('utf8');
    const own = configured.get(file);
    const known = [...text.matchAll(/^\s*flavor:\s*['"]?([A-Za-z0-9._-]+)/gm)].map(
      ([, name = '']) => name,
    );
    const flavors = new Set(known.length > 0 ? known : [own?.flavor ?? '']);
    const names = [...text.matchAll(/###ZARF_PKG_(?:TMPL|VAR)_([A-Z0-9_]+)###/g)].map(
      ([, name = '']) => name,
    );
    const standIns = Object.fromEntries(
      names.map((name) => [name, shared[name] ?? standInVersion]),
    );
    const folder = posix.dirname(file);
    const payloads = (release?.payloads ?? [])
      .filter((payload) => posix.join(releaseFolder, payload.package) === folder)
      .map(({ source, path }) => ({ source, path: posix.join(releaseFolder, path) }));
    for (const flavor of flavors)
      jobs.push({
        file,
        flavor,
        architecture,
        set: { ...standIns, ...shared, ...own?.config.set },
        payloads,
        target,
      });
  }
  return jobs;
}

/** Values of create-time templates that any package of the release is given: most are the version. */
function sharedSet(
  release: Awaited<ReturnType<typeof findDefinitions>>['release'],
): Readonly<Record<string, string>> {
  const flavors = Object.values(release?.flavors ?? {});
  return Object.assign(
    {},
    ...flavors.flatMap(({ packages }) => packages.map(({ set }) => set ?? {})),
  );
}

async function lintPackage(
  { file, flavor, architecture, set, payloads, target }: Job,
  workspace: Workspace,
  run: Run,
): Promise<{
  readonly name: string;
  readonly facts?: DeployedPackage;
  readonly findings: readonly Finding[];
}> {
  const text = Buffer.from(await workspace.read(file, maxDefinitionBytes)).toString('utf8');
  let problems: readonly Finding[] = [];
  let name = posix.basename(posix.dirname(file));
  try {
    const filled = fillCreateTemplates(text, set, architecture, file);
    const parsed = parsePackageDefinition(Buffer.from(filled), 'authored');
    name = parsed.definition?.metadata.name ?? name;
    problems = parsed.problems.map((problem) => problemFinding(file, problem));
    if (problems.some(({ severity }) => severity === 'error')) return { name, findings: problems };
    const resolved = await resolvePackage(
      {
        definitionPath: file,
        architecture,
        set,
        payloads,
        // Nothing is run: they are only not refused.
        allowActions: true,
        ...(flavor === '' ? {} : { zarfFlavor: flavor }),
      },
      { workspace },
      run,
    );
    const facts = await gatherDeployment(resolved, workspace, run, target);
    return { name, facts, findings: [...problems, ...runLintChecks(packageChecks, facts)] };
  } catch (error) {
    if (!(error instanceof CowaError) || run.signal.aborted) throw error;
    return { name, findings: [...problems, ...errorFindings(file, error)] };
  }
}

const definitionHelp = {
  why: 'What cannot be read or resolved cannot be built.',
  fix: 'Mend the place named.',
  source: 'Zarf, package schema; UDS, bundle schema; cowa-release, release schema',
};

function problemFinding(
  file: string,
  {
    line,
    column,
    message,
    code,
    severity,
  }: { line: number; column: number; message: string; code: string; severity: Finding['severity'] },
): Finding {
  return {
    id: 'definition/schema',
    severity,
    outcome: 'fail',
    subject: { kind: 'file', name: file, line, column },
    message,
    code,
    help: definitionHelp,
  };
}

/** An error of the builder names its places as file:line:column, one a line. */
function errorFindings(file: string, error: CowaError): readonly Finding[] {
  const placed = error.message.split('\n').map((line) => ({
    line,
    place: /^(\S+?):(\d+):(\d+) (.*)$/s.exec(line),
  }));
  const rows = placed.filter(({ place }) => place !== null);
  const shared = {
    outcome: 'fail' as const,
    severity: 'error' as const,
    code: error.code,
    help: definitionHelp,
  };
  if (rows.length === 0)
    return [
      {
        ...shared,
        id: 'definition/resolved',
        subject: { kind: 'file', name: file },
        message: error.message,
      },
    ];
  return rows.map(({ place }) => ({
    ...shared,
    id: 'definition/resolved',
    subject: {
      kind: 'file',
      name: place?.[1] ?? file,
      line: Number(place?.[2]),
      column: Number(place?.[3]),
    },
    message: place?.[4] ?? '',
  }));
}

/** Two flavors of one package say many things twice. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const { id, outcome, subject, message } = finding;
    seen.set(JSON.stringify([id, outcome, subject.name, subject.line, message]), finding);
  }
  return [...seen.values()];
}

const order = { error: 0, warning: 1, note: 2 };

function reportOf(
  version: string,
  packages: readonly LintedPackage[],
  findings: readonly Finding[],
): LintReport {
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  const count = (severity: Finding['severity']): number =>
    failed.filter((finding) => finding.severity === severity).length;
  const undecided = findings.filter(({ outcome }) => outcome === 'undecided').length;
  const outcome = count('error') > 0 ? 'fail' : undecided > 0 ? 'incomplete' : 'pass';
  return {
    schema: 'cowa-release/lint-report/v1',
    program: { name: 'cowa-release', version },
    packages,
    findings: findings
      .filter(({ outcome: each }) => each === 'fail' || each === 'undecided')
      .sort(
        (a, b) =>
          order[a.severity] - order[b.severity] ||
          compare(a.outcome, b.outcome) ||
          compare(a.subject.name, b.subject.name) ||
          (a.subject.line ?? 0) - (b.subject.line ?? 0) ||
          compare(a.message, b.message),
      ),
    verdict: {
      outcome,
      exitCode:
        outcome === 'fail'
          ? exitCodes.verdictFail
          : outcome === 'incomplete'
            ? exitCodes.verdictIncomplete
            : exitCodes.ok,
      counts: {
        pass: findings.filter(({ outcome: each }) => each === 'pass').length,
        error: count('error'),
        warning: count('warning'),
        note: count('note'),
        undecided,
      },
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
