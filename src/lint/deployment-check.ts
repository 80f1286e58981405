import type { CheckId, Finding, Help, Result, Severity, Subject } from '../checks/check.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { DeployedObject } from '../zarf/deployed-object.ts';
import type { UnreadFile } from '../zarf/rendered-chart.ts';

/** What a package would put into a cluster, and what it carries for it. Plain values. */
export interface DeployedPackage {
  /** Name for findings. */
  readonly label: string;
  /** Path of its `zarf.yaml`. */
  readonly file: string;
  /** Imports merged, create-time templates filled. */
  readonly definition: PackageDefinition;
  readonly objects: readonly DeployedObject[];
  /** Files that could not be read; with one of them nobody can say that something is not there. */
  readonly unread: readonly (UnreadFile & { readonly component: string })[];
  /** Texts in which placeholders may stand: values files, manifests, charts, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** 1-based place in `file` of what a pattern finds first; undefined when it stands elsewhere. */
  find(text: string): { readonly line: number; readonly column: number } | undefined;
}

/** A rule over what a package would deploy. */
export interface DeploymentCheck {
  readonly id: CheckId;
  /** A sentence that is true when the check passes. */
  readonly title: string;
  readonly severity: Severity;
  readonly help: Help;
  /** Pure. */
  evaluate(facts: DeployedPackage): Iterable<Result>;
}

/** Declares a check. One file, one test, under `checks/deployment/`. */
export function defineDeploymentCheck(check: DeploymentCheck): DeploymentCheck {
  return check;
}

/** Runs checks over one package; findings in the order of the checks, then of the definition. */
export function runDeploymentChecks(
  checks: readonly DeploymentCheck[],
  facts: DeployedPackage,
): readonly Finding[] {
  return checks.flatMap((check) =>
    [...check.evaluate(facts)].map((result) => ({
      id: check.id,
      severity: result.severity ?? check.severity,
      outcome: result.outcome,
      subject: result.subject,
      message: result.message,
      ...(result.code === undefined ? {} : { code: result.code }),
      help: check.help,
    })),
  );
}

/** The package's definition as a subject, at the first place where a text stands in it. */
export function definitionAt(facts: DeployedPackage, text?: string): Subject {
  const place = text === undefined ? undefined : facts.find(text);
  return { kind: 'file', name: facts.file, ...(place ?? {}) };
}

/** An object as a subject. */
export function objectSubject(
  facts: DeployedPackage,
  { source, kind, name }: DeployedObject,
): Subject {
  return { kind: 'component', name: `${facts.label}: ${source} ${kind}/${name}` };
}

/** Why an absence proves nothing; undefined when everything was read. */
export function notAllRead({ unread }: DeployedPackage): string | undefined {
  const [first] = unread;
  if (first === undefined) return undefined;
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
  return `${first.path}${more} could not be read: ${first.reason}`;
}
