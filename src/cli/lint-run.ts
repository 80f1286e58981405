import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { allChecks } from '../checks/all-checks.ts';
import { requirePatterns } from '../checks/find-check.ts';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import { InputError, UsageError } from '../errors/families.ts';
import { type LintPorts, lintDefinitions } from '../operations/lint-definitions.ts';
import type { LintMemory } from '../operations/lint-memory.ts';
import type { LintRequest } from '../operations/lint-request.ts';
import { renderReport } from '../operations/render-report.ts';
import type { FailOn } from '../policy/policy.ts';
import type { CheckSelection } from '../policy/select-checks.ts';
import type { LintReport } from '../report/lint-report.ts';
import { toLintView } from '../report/lint-view.ts';
import { renderAnnotations } from '../report/render-annotations.ts';
import type { ReportKind } from '../report/report-kinds.ts';
import type { Run } from '../support/run.ts';
import { loadPolicy } from './load-policy.ts';
import { settleTargets } from './output-target.ts';
import { renderLint, renderLintFile } from './render-lint.ts';
import { workspaceIn } from './wire.ts';
import { filesChangedSince } from './wire-lint.ts';
import { openRenderers, type RendererChoice } from './wire-renderer.ts';
import { parseReportTarget, writeWhole } from './write-reports.ts';

export interface LintRunRequest {
  /** Folder or definition, as named. */
  readonly path: string;
  readonly flavor: string | undefined;
  readonly zarfFlavor: string | undefined;
  readonly policy: string | undefined;
  readonly failOn: readonly FailOn[];
  readonly selection: CheckSelection;
  readonly clock: Date;
  /** A day, as given. */
  readonly installDate: string | undefined;
  /** A revision and the git that knows it, or a file that lists what changed. */
  readonly changed:
    | { readonly since: string; readonly git: string }
    | { readonly list: string }
    | undefined;
  readonly format: ReportKind | 'text';
  /** `kind=path`, as given. */
  readonly reports: readonly string[];
  readonly all: boolean;
  readonly columns: number;
  /** Write workflow commands of GitHub Actions. */
  readonly annotate: boolean;
  readonly programVersion: string;
  readonly renderer: RendererChoice;
}

export interface LintRunResult {
  readonly report: LintReport;
  /** What goes to standard output. */
  readonly text: string;
  /** Workflow commands, for standard error. */
  readonly aside: string;
}

/** A day is not one of the calendar. */
class DayError extends UsageError<'LINT_DAY_INVALID'> {}

/** A list of changed files cannot be read. */
class ChangedListError extends InputError<'LINT_CHANGED_UNREADABLE'> {}

/** Judges definitions, writes the reports that were asked for, and says what is to be printed. */
export async function runLint(
  request: LintRunRequest,
  run: Run,
  memory?: LintMemory,
): Promise<LintRunResult> {
  const { selection, format, programVersion, all, columns } = request;
  requirePatterns([...selection.only, ...selection.skip]);
  const targets = request.reports.map((text) => parseReportTarget(text, false));
  const inputs = request.policy === undefined ? [] : [request.policy];
  const settle = (known: readonly string[]): Promise<readonly string[]> =>
    settleTargets(
      targets.map(({ path }) => ({ flag: '--report', path })),
      known,
    );
  await settle(inputs);
  const report = await judgeDefinitions(request, run, memory);
  const context = {
    checks: allChecks(),
    programVersion,
    prefix: belowRepository(process.cwd()),
  };
  const definitions = [...report.packages, ...report.bundles].map(({ file }) => file);
  const paths = await settle([...inputs, ...definitions, ...report.releases]);
  for (const [index, { kind, path }] of targets.entries())
    await writeWhole(
      paths[index] ?? path,
      kind === 'text' ? renderLintFile(report) : renderReport(kind, report, context),
    );
  return {
    report,
    text:
      format === 'text'
        ? renderLint(report, { all, columns })
        : renderReport(format, report, context),
    aside: request.annotate ? renderAnnotations(toLintView(report, context)) : '',
  };
}

/** Judges definitions as the command line asks for. */
export async function judgeDefinitions(
  { path, flavor, zarfFlavor, selection, clock, programVersion, ...rest }: LintRunRequest,
  run: Run,
  memory?: LintMemory,
): Promise<LintReport> {
  const policy = await loadPolicy(rest.policy ?? (await settledPolicy(path)));
  const { before, ...changed } = await changedPaths(rest.changed, run);
  const installOn = rest.installDate === undefined ? undefined : dayOf(rest.installDate);
  return lintDefinitions(
    {
      path: pathFromHere(path),
      programVersion,
      policy: { ...policy, failOn: [...new Set([...policy.failOn, ...rest.failOn])] },
      selection,
      clock,
      flavor,
      zarfFlavor,
      ...(installOn === undefined ? {} : { installOn }),
      ...changed,
      ...(memory === undefined ? {} : { memory }),
    },
    {
      workspace: await workspaceIn('.'),
      ...(before === undefined ? {} : { before }),
      ...(await openRenderers(rest.renderer, '.', run)),
    },
    run,
  );
}

/**
 * The policy that `cowa-release.yaml` names, in the folder that is judged. What is wrong with the definition is a
 * finding, so nothing is said of it here.
 */
async function settledPolicy(path: string): Promise<string | undefined> {
  const name = 'cowa-release.yaml';
  const file = basename(path) === name ? path : join(path, name);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const policy = parseReleaseDefinition(bytes, file).definition?.settings?.policy;
  return policy === undefined ? undefined : join(dirname(file), policy);
}

function dayOf(text: string): Date {
  const date = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && date.toJSON()?.startsWith(text)) return date;
  throw new DayError('LINT_DAY_INVALID', `--install-date is '${text}', and has to be a day`, {
    suggestions: ['Write year, month and day: --install-date 2027-03-31'],
  });
}

/** A path as findings name it: from the working directory, so that editors and people find it. */
function pathFromHere(path: string): string {
  const found = relative(process.cwd(), resolve(path)).split(sep).join('/');
  return found === '' ? '.' : found;
}

async function changedPaths(
  changed: LintRunRequest['changed'],
  run: Run,
): Promise<Pick<LintRequest, 'changed' | 'git'> & Pick<LintPorts, 'before'>> {
  if (changed === undefined) return {};
  if ('list' in changed)
    return { changed: new Set((await readList(changed.list)).map(pathFromHere)) };
  const { files, before, git } = await filesChangedSince(
    changed.git,
    process.cwd(),
    changed.since,
    run,
  );
  return {
    changed: new Set(files.map(pathFromHere)),
    before: new Map([...before].map(([path, bytes]) => [pathFromHere(path), bytes])),
    git,
  };
}

async function readList(path: string): Promise<readonly string[]> {
  try {
    const list = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
    return list.split(/\r?\n|\0/).filter((line) => line !== '');
  } catch (cause) {
    throw new ChangedListError(
      'LINT_CHANGED_UNREADABLE',
      `the list of changed files ${path} cannot be read`,
      { cause, suggestions: ['git diff --name-only origin/main | cowa-release lint --changed -'] },
    );
  }
}

/** Where a folder lies in its repository: code hosts want paths from the root. Empty where there is none. */
function belowRepository(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return relative(at, folder).split(sep).join('/');
    if (dirname(at) === at) return '';
  }
}
