import type { UdsPackage } from '../../uds/bundle.ts';
import {
  entryOf,
  membersOf,
  nothingLed,
  ofBundle,
  theBundle,
  theMember,
  treeProblems,
} from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts, BundleMember, PackageFacts } from '../facts.ts';
import { fail, pass, undecided } from '../results.ts';

/** What the definition says of each package is true of the one inside. */
export const packageRefs = defineCheck({
  id: 'bundle/package-refs',
  title: 'Every package of the definition is inside, pinned, and the one it is said to be',
  area: 'names',
  severity: 'error',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'Who reads the definition approves name, version, architecture and flavor as they stand there; what is deployed is what the digest leads to.',
    fix: 'Create the bundle again with the packages that were meant.',
    source: 'UDS bundle format, 1.1 and 3.2',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      const results = [
        ...treeProblems('package-refs', bundle),
        ...judgeArchitecture(bundle),
        ...judgeMembers(bundle, facts.packages, because),
      ];
      yield* results;
      const blocking = results.some(
        ({ outcome, severity }) =>
          outcome === 'undecided' || severity === undefined || severity === 'error',
      );
      const count = (bundle.members ?? []).length;
      if (blocking) return;
      if (count > 0)
        yield pass(theBundle(bundle), `${count} packages are inside as the definition says`);
      else yield nothingLed(bundle, because, 'no package of the bundle could be looked at');
    }),
});

function* judgeArchitecture(bundle: BundleFacts): Generator<Result> {
  const { build, metadata } = bundle.definition?.bundle ?? {};
  const said = metadata?.architecture;
  if (build?.architecture === undefined || said === undefined || said === build.architecture)
    return;
  yield fail(
    theBundle(bundle),
    `the bundle is for ${said} by its metadata and for ${build.architecture} by its build`,
    { code: 'BUNDLE_ARCHITECTURE_CONFLICT' },
  );
}

function* judgeMembers(
  bundle: BundleFacts,
  packages: readonly PackageFacts[],
  because: string | undefined,
): Generator<Result> {
  for (const { member, facts } of membersOf(bundle, packages)) {
    const definition = facts?.definition?.definition;
    const entry = entryOf(bundle, member);
    // One that the definition does not name is among the problems of the tree.
    if (entry === undefined && isRead(bundle, member)) continue;
    if (definition !== undefined && entry !== undefined)
      yield* judgeMember(bundle, member, entry, definition);
    else if (because !== undefined || member.label !== undefined)
      yield undecided(
        theMember(member),
        because ?? `the definition of package '${member.name}' could not be read`,
      );
  }
}

function isRead(bundle: BundleFacts, { half }: BundleMember): boolean {
  const definition =
    half === 'next' && bundle.format === 'hybrid' ? bundle.nextDefinition : bundle.definition;
  return definition?.bundle !== undefined;
}

function* judgeMember(
  bundle: BundleFacts,
  member: BundleMember,
  entry: UdsPackage,
  { metadata, build }: NonNullable<NonNullable<PackageFacts['definition']>['definition']>,
): Generator<Result> {
  const subject = theMember(member);
  const who = `package '${member.name}'`;
  if (metadata.name !== member.name)
    yield fail(subject, `${who} calls itself '${metadata.name}'`, {
      code: 'BUNDLE_PACKAGE_NAME',
      severity: 'note',
    });
  const architecture = build?.architecture ?? metadata.architecture;
  if (
    bundle.architecture !== undefined &&
    architecture !== undefined &&
    architecture !== bundle.architecture
  ) {
    yield fail(
      subject,
      `${who} is built for ${architecture}, the bundle for ${bundle.architecture}`,
      { code: 'BUNDLE_PACKAGE_ARCHITECTURE' },
    );
  }
  const flavor = build?.flavor ?? '';
  if (entry.flavor !== undefined && entry.flavor !== flavor) {
    yield fail(
      subject,
      `${who} is of ${flavor === '' ? 'no flavor' : `the flavor '${flavor}'`}, the definition wants '${entry.flavor}'`,
      { code: 'BUNDLE_PACKAGE_FLAVOR' },
    );
  }
  const tag = entry.ref.split('@')[0] ?? '';
  const version = metadata.version ?? '';
  // A package without version promises none either.
  if (tag === '' || version === '' || sameVersion(tag, version, flavor)) return;
  // A tag such as 'stable' promises no version.
  const severity = isVersion(tag) && isVersion(version) ? 'error' : 'warning';
  yield fail(subject, `${who} is of version '${version}', the definition says '${tag}'`, {
    code: 'BUNDLE_PACKAGE_VERSION',
    severity,
  });
}

function sameVersion(tag: string, version: string, flavor: string): boolean {
  const bare = (text: string): string => text.replace(/^v(?=\d)/, '');
  return [version, `${version}-${flavor}`, version.replaceAll('+', '_')].some(
    (each) => bare(each) === bare(tag),
  );
}

function isVersion(text: string): boolean {
  return /^v?\d+\.\d+/.test(text);
}
