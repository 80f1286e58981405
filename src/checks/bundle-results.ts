import type { ContainerFacts } from '../archive/survey.ts';
import type { UdsPackage } from '../uds/bundle.ts';
import { type BundleProblemArea, bundleProblems } from './bundle-problem.ts';
import type { Result, Subject } from './check.ts';
import type {
  ArchiveFacts,
  BundleFacts,
  BundleMember,
  BundleProblem,
  IdentityFacts,
  PackageFacts,
} from './facts.ts';
import { grounds } from './find-causes.ts';
import { notApplicable, theArchive, undecided, unseen } from './results.ts';

/** The facts a check of bundles sees. */
export type BundleView = Pick<ArchiveFacts, 'identity' | 'container' | 'bundle'>;

/** The bundle as a subject. */
export function theBundle({ definition, rootDigest }: BundleFacts): Subject {
  const name = definition?.bundle?.metadata.name ?? 'the bundle';
  return { kind: 'bundle', name, ...(rootDigest === undefined ? {} : { digest: rootDigest }) };
}

/** A package of a bundle as a subject, by its name there. */
export function theMember({ name, label, digest }: BundleMember): Subject {
  return { kind: 'package', name: label ?? name, ...(digest === undefined ? {} : { digest }) };
}

/** Judges the bundle; other archives have nothing to judge, and one that could not be told is undecided. */
export function* ofBundle(
  facts: {
    readonly identity: IdentityFacts;
    readonly container: ContainerFacts;
    readonly bundle: BundleFacts | undefined;
  },
  judge: (bundle: BundleFacts, unseenBecause: string | undefined) => Iterable<Result>,
): Generator<Result> {
  const because = unseen(facts.container);
  const archive = theArchive(facts.identity);
  if (facts.bundle !== undefined) yield* judge(facts.bundle, because);
  else if (facts.identity.format !== 'unknown')
    yield notApplicable(archive, 'the archive is no bundle');
  else yield undecided(archive, because ?? 'what the archive is could not be told');
}

/** What a check of a bundle yields that found nothing to look at: the way to it is broken, or reading ended. */
export function nothingLed(
  bundle: BundleFacts,
  because: string | undefined,
  message: string,
): Result {
  return {
    ...undecided(theBundle(bundle), because ?? message),
    restsOn: because === undefined ? grounds.bundle : grounds.reading,
  };
}

/** The problems of the tree that one check tells, as results. */
export function* treeProblems(
  area: BundleProblemArea,
  { problems }: BundleFacts,
): Generator<Result> {
  const codes: readonly string[] = bundleProblems[area];
  for (const problem of problems) {
    if (codes.includes(problem.code)) yield resultOf(problem);
  }
}

/**
 * Judges one area of the tree: its problems, else a pass, else undecided where reading ended early.
 * @param kept what the pass says
 */
export function judgeTree(
  area: BundleProblemArea,
  facts: BundleView,
  kept: (bundle: BundleFacts) => string,
): Generator<Result> {
  return ofBundle(facts, function* (bundle, because) {
    let blocking = 0;
    for (const result of treeProblems(area, bundle)) {
      if (result.outcome === 'undecided' || result.severity === 'error') blocking++;
      yield result;
    }
    if (blocking > 0) return;
    yield because === undefined
      ? { outcome: 'pass', subject: theBundle(bundle), message: kept(bundle) }
      : undecided(theBundle(bundle), because);
  });
}

/** Each member of a bundle with what is known of its package. */
export function membersOf(
  bundle: BundleFacts,
  packages: readonly PackageFacts[],
): readonly { readonly member: BundleMember; readonly facts: PackageFacts | undefined }[] {
  return (bundle.members ?? []).map((member) => ({
    member,
    facts: packages.find(({ label }) => label === member.label),
  }));
}

/** What the definition of its half says of a member; undefined when no definition names it. */
export function entryOf(
  bundle: BundleFacts,
  { half, pointer }: BundleMember,
): UdsPackage | undefined {
  const definition =
    half === 'next' && bundle.format === 'hybrid' ? bundle.nextDefinition : bundle.definition;
  const index = /^\/packages\/(\d+)$/.exec(pointer ?? '')?.[1];
  return index === undefined ? undefined : definition?.bundle?.packages[Number(index)];
}

/** Where the definition speaks of a member. */
export function placeOf(
  bundle: BundleFacts,
  { half, pointer }: BundleMember,
  below = '',
): Pick<Subject, 'line' | 'column'> {
  const definition =
    half === 'next' && bundle.format === 'hybrid' ? bundle.nextDefinition : bundle.definition;
  return pointer === undefined ? {} : (definition?.locate(pointer + below) ?? {});
}

/** The first few of many, for a message. */
export function sample(texts: readonly string[]): string {
  return `${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ', …' : ''}`;
}

/** Problems behind which nothing of a bundle is found. */
const onTheWay: ReadonlySet<string> = new Set([
  'BUNDLE_INDEX_MISSING',
  'BUNDLE_INDEX_INVALID',
  'BUNDLE_INDEX_ENTRIES',
  'BUNDLE_ROOT_INVALID',
  'BUNDLE_DEFINITION_MISSING',
]);

/** Problem of the tree to result. */
function resultOf({
  code,
  subject,
  digest,
  message,
  severity,
  outcome = 'fail',
  restsOn = onTheWay.has(code) ? grounds.bundle : undefined,
}: BundleProblem): Result {
  return {
    outcome,
    subject: { kind: kindOf(subject), name: subject, ...(digest === undefined ? {} : { digest }) },
    message,
    code,
    severity,
    ...(restsOn === undefined ? {} : { restsOn }),
  };
}

function kindOf(subject: string): Subject['kind'] {
  if (subject === 'archive') return 'archive';
  if (subject.startsWith('package ')) return 'package';
  return subject.includes('blobs/sha256/') ? 'blob' : 'entry';
}
