import type { Check, CheckId, Finding, GroundedFinding, Severity } from '../checks/check.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import { grounds } from '../checks/find-causes.ts';
import { theFile, unseen } from '../checks/results.ts';
import { packageChecks, releaseChecks } from '../lint/catalog.gen.ts';
import { notAllRead } from '../lint/deployed-package.ts';
import { rendered } from '../lint/deployment/rendered.ts';
import { type LintFinding, runLintChecks } from '../lint/lint-check.ts';
import { printable } from '../support/printable.ts';
import type { Run } from '../support/run.ts';
import { type ArchiveDeployment, gatherArchiveDeployment } from './gather-archive-deployment.ts';

/** What is judged of an archive besides its bytes: whether it would deploy. */
export type DeploymentCheck = Pick<Check, 'id' | 'area' | 'severity' | 'help'>;

/**
 * Failures that mean a pod waits for what was left behind. Of everything else a finished archive is warned about:
 * its maker may have had reasons that nobody here can ask for, and a payload may be for the pod of another package.
 */
const decisive: ReadonlySet<CheckId> = new Set(['deployment/images-carried']);

/** Findings of one outcome that one check may make of an archive. */
const maxAlike = 200;
const maxMessageLength = 2000;

/** The checks of definitions, as heavy as they weigh in an archive; a policy may make them heavier. */
export function deploymentChecks(): readonly DeploymentCheck[] {
  return [...packageChecks, ...releaseChecks]
    .map(({ id, severity, help }) => ({
      id,
      help,
      area: 'deployment' as const,
      severity: softened(id, severity),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What an archive would deploy; undefined where no check asks for it, or reading had to stop. */
export async function deploymentFor(
  asked: readonly Pick<Check, 'id'>[],
  facts: ArchiveFacts,
  run: Run,
  how: Parameters<typeof gatherArchiveDeployment>[2],
): Promise<ArchiveDeployment | undefined> {
  const broken = facts.container.problems.some(({ fatal }) => fatal);
  return asked.length === 0 || broken ? undefined : gatherArchiveDeployment(facts, run, how);
}

/**
 * Judges what an archive would deploy.
 * @param deployment undefined: nothing is known of it
 */
export function judgeDeployment(
  chosen: readonly Pick<Check, 'id'>[],
  facts: ArchiveFacts,
  deployment: ArchiveDeployment | undefined,
): readonly GroundedFinding[] {
  const wanted = new Set(chosen.map(({ id }) => id));
  if (deployment === undefined || deployment.packages.length === 0)
    return wanted.has(rendered.id) ? [nothingSeen(facts)] : [];
  const found: LintFinding[] = [];
  for (const each of deployment.packages)
    found.push(
      ...runLintChecks(
        packageChecks.filter(({ id }) => wanted.has(id)),
        each,
      ),
    );
  found.push(
    ...runLintChecks(
      releaseChecks.filter(({ id }) => wanted.has(id)),
      deployment.release,
    ),
  );
  const grounds = unreadTars(facts, deployment);
  return limited(
    found.map((each) => toArchiveFinding(each, grounds)),
    facts,
  );
}

function softened(id: CheckId, severity: Severity): Severity {
  return severity === 'error' && !decisive.has(id) ? 'warning' : severity;
}

/** What there was to see could not be seen, or nothing was there: one finding says so for all. */
function nothingSeen(facts: ArchiveFacts): GroundedFinding {
  const { id, help } = rendered;
  const subject = {
    kind: 'archive',
    name: printable(facts.identity.fileName ?? 'standard input'),
  } as const;
  const because = unseen(facts.container);
  const about = { id, help, subject, severity: softened(id, rendered.severity) };
  return facts.packages.length === 0 && because === undefined
    ? { ...about, outcome: 'not-applicable', message: 'the archive holds no package' }
    : {
        ...about,
        outcome: 'undecided',
        message: because ?? 'no definition of a package could be read, so nothing was rendered',
        restsOn: because === undefined ? definitionGround(facts) : grounds.reading,
      };
}

/** Without packages of a bundle it is the way to them that is broken. */
function definitionGround({ packages: [first] }: ArchiveFacts): string {
  return first === undefined ? grounds.bundle : theFile(first, 'zarf.yaml').name;
}

/** What to do about what hangs on something that was not read, whichever check says it. */
const unreadFix =
  'Look at what was not read, as the message names it: lint the definition the archive was made from (cowa-release lint), or render the chart where it is made. Where that part of the archive is damaged, other findings say so';

/** A document in an archive is an entry; what it says must not speak to the terminal. */
function toArchiveFinding(
  { fix: _fix, hangsOn, ...finding }: LintFinding,
  unread: ReadonlyMap<string, string>,
): GroundedFinding {
  const { subject, severity, id, message } = finding;
  const { object } = subject;
  const restsOn = hangsOn === undefined ? undefined : unread.get(hangsOn);
  return {
    ...finding,
    severity: softened(id, severity),
    ...(hangsOn === undefined ? {} : { help: { ...finding.help, fix: unreadFix } }),
    ...(restsOn === undefined ? {} : { restsOn }),
    message: printable(message, maxMessageLength),
    subject: {
      ...subject,
      kind: subject.kind === 'file' ? 'entry' : subject.kind,
      name: printable(subject.name),
      ...(object === undefined ? {} : { object: printable(object) }),
    },
  };
}

/** The tars of components that could not be opened, by what is said of the package for want of them. */
function unreadTars(
  { packages }: ArchiveFacts,
  deployment: ArchiveDeployment,
): ReadonlyMap<string, string> {
  return new Map(
    deployment.packages.flatMap((each) => {
      const reason = notAllRead(each);
      const facts = packages.find(({ label }) => label === each.label);
      const [first] = each.unread;
      const component = each.definition.components.find(
        ({ name }) => first?.path === name || first?.path === `${each.label}: ${name}`,
      );
      return reason === undefined || facts === undefined || component === undefined
        ? []
        : [[reason, theFile(facts, `components/${component.name}.tar`).name] as const];
    }),
  );
}

function limited(
  findings: readonly GroundedFinding[],
  facts: ArchiveFacts,
): readonly GroundedFinding[] {
  const alike = Map.groupBy(findings, (each) => `${each.id} ${each.outcome} ${each.severity}`);
  const name = printable(facts.identity.fileName ?? 'standard input');
  return [...alike.values()].flatMap((list) => {
    const left = list.length - maxAlike;
    const [first] = list;
    if (left <= 0 || first === undefined) return list;
    const { id, severity, outcome, help } = first;
    const message = `${left} more of this kind`;
    const more: Finding = {
      id,
      severity,
      outcome,
      help,
      message,
      subject: { kind: 'archive', name },
    };
    return [...list.slice(0, maxAlike), more];
  });
}
