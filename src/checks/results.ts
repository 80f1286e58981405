import type { ContainerFacts } from '../archive/survey.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { Result, Subject } from './check.ts';
import type { IdentityFacts, PackageFacts } from './facts.ts';

/** What a check yields when it found the rule kept. */
export function pass(subject: Subject, message: string): Result {
  return { outcome: 'pass', subject, message };
}

/** What a check yields when it found the rule broken. `severity` softens this one case. */
export function fail(
  subject: Subject,
  message: string,
  details: Pick<Result, 'code' | 'severity' | 'restsOn'> = {},
): Result {
  return { outcome: 'fail', subject, message, ...details };
}

/** What a check yields when it could not look. */
export function undecided(subject: Subject, message: string, code?: string): Result {
  return { outcome: 'undecided', subject, message, ...(code === undefined ? {} : { code }) };
}

/** What a check yields when it could not look for want of a file of a package. */
export function lacking(
  facts: PackageFacts,
  path: string,
  because: string | undefined,
  message = `${path} could not be read`,
): Result {
  return {
    ...undecided(thePackage(facts), because ?? message),
    ...(because === undefined ? { restsOn: theFile(facts, path).name } : {}),
  };
}

/** What a check yields when its rule speaks of nothing that is here. */
export function notApplicable(subject: Subject, message: string): Result {
  return { outcome: 'not-applicable', subject, message };
}

/** The archive as a subject. */
export function theArchive({ fileName }: IdentityFacts): Subject {
  return { kind: 'archive', name: fileName ?? 'standard input' };
}

/** A package as a subject. */
export function thePackage({ label }: PackageFacts): Subject {
  return { kind: 'package', name: label };
}

/** A file of a package as a subject; of a package in a bundle its name stands before the path. */
export function theFile(
  facts: PackageFacts,
  path: string,
  place: Pick<Subject, 'line' | 'column'> = {},
): Subject {
  const digest = facts.files.get(path)?.digest;
  const name = facts.manifest === undefined ? path : `${facts.label}: ${path}`;
  return { kind: 'entry', name, ...(digest === undefined ? {} : { digest }), ...place };
}

/** An image, component or blob of a package; of a package in a bundle its name stands before. */
export function thingOf(
  { label, manifest }: PackageFacts,
  thing: Pick<Subject, 'kind' | 'name' | 'digest' | 'line' | 'column'>,
): Subject {
  return manifest === undefined ? thing : { ...thing, name: `${label}: ${thing.name}` };
}

/** Why not everything of the archive was seen; undefined when reading reached its end. */
export function unseen({ problems }: ContainerFacts): string | undefined {
  const fatal = problems.find((problem) => problem.fatal);
  return fatal === undefined ? undefined : `reading ended early: ${fatal.message}`;
}

/** Judges every package alike; what could not be told apart or was not reached is undecided, never passed over. */
export function* eachPackage(
  facts: {
    readonly identity: IdentityFacts;
    readonly container: ContainerFacts;
    readonly packages: readonly PackageFacts[];
  },
  judge: (facts: PackageFacts, unseenBecause: string | undefined) => Iterable<Result>,
): Generator<Result> {
  const because = unseen(facts.container);
  for (const each of facts.packages) yield* judge(each, because);
  if (facts.packages.length > 0) return;
  const archive = theArchive(facts.identity);
  if (because !== undefined) yield undecided(archive, because);
  else if (facts.identity.format === 'unknown')
    yield undecided(archive, 'what the archive is could not be told, so no package was looked at');
  else yield notApplicable(archive, 'the archive holds no package');
}

/** The same for the definition of every package: one that could not be read is undecided. */
export function* eachDefinition(
  facts: Parameters<typeof eachPackage>[0],
  judge: (
    facts: PackageFacts,
    definition: PackageDefinition,
    unseenBecause: string | undefined,
  ) => Iterable<Result>,
): Generator<Result> {
  yield* eachPackage(facts, function* (each, because) {
    const definition = each.definition?.definition;
    if (definition !== undefined) yield* judge(each, definition, because);
    else yield lacking(each, 'zarf.yaml', because);
  });
}
