import { blobPath } from '../../oci/layout.ts';
import { matchesGlob, selectedComponents } from '../../uds/selected-components.ts';
import type { Component } from '../../zarf/definition.ts';
import {
  entryOf,
  membersOf,
  nothingLed,
  ofBundle,
  sample,
  theBundle,
  theMember,
} from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts, BundleMember, PackageFacts } from '../facts.ts';
import { imageNamesOf } from '../left-out-files.ts';
import { fail, pass, theFile, undecided } from '../results.ts';

/** What is deployed without being asked for has to be inside, too. */
export const components = defineCheck({
  id: 'bundle/components',
  title: 'Every component that is deployed is inside with all its files',
  area: 'bundle',
  severity: 'error',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'Required and default components are deployed whether listed or not; what they lack cannot be fetched on the other side, and publishing and pulling fail as well.',
    fix: 'List the component in optionalComponents and create the bundle again, or build it with cowa-release, which leaves nothing out.',
    source: 'UDS bundle format, 2.4 and 3.4; Zarf package format, 3.7',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      let count = 0;
      let faults = 0;
      for (const { member, facts: inside } of membersOf(bundle, facts.packages)) {
        if (member.pointer === undefined) continue;
        for (const result of judgeMember(bundle, member, inside, because)) {
          faults++;
          yield result;
        }
        count++;
      }
      if (faults > 0) return;
      if (count > 0)
        yield pass(
          theBundle(bundle),
          'every required, default and listed component is inside with all its files',
        );
      else yield nothingLed(bundle, because, 'no package of the bundle could be looked at');
    }),
});

function* judgeMember(
  bundle: BundleFacts,
  member: BundleMember,
  facts: PackageFacts | undefined,
  because: string | undefined,
): Generator<Result> {
  const definition = facts?.definition?.definition;
  if (facts === undefined || definition === undefined || facts.checksums === undefined) {
    yield undecided(
      theMember(member),
      because ?? `the files of package '${member.name}' could not be looked at`,
    );
    return;
  }
  const listed = entryOf(bundle, member)?.optionalComponents ?? [];
  for (const pattern of listed) {
    const name = member.half === 'next' ? pattern.replace(/^-/, '') : pattern;
    const found = definition.components.some((each) =>
      member.half === 'next' ? matchesGlob(each.name, name) : each.name === name,
    );
    if (!found)
      yield fail(
        theMember(member),
        `the bundle lists the component '${name}' of package '${member.name}', which has none of that name`,
        { code: 'BUNDLE_COMPONENT_UNKNOWN' },
      );
  }
  const absent = new Set(
    facts.checksums.lines
      .map(({ path }) => path)
      .filter(
        (path) => facts.files.get(path)?.digest === undefined && facts.leftOut?.has(path) !== true,
      ),
  );
  if (absent.size === 0) return;
  if (because !== undefined) {
    yield undecided(theMember(member), because);
    return;
  }
  const selected = selectedComponents(definition, listed, member.half);
  const told = new Set<string>();
  for (const component of definition.components) {
    if (!selected.has(component.name)) continue;
    const lacking = filesOf(component, facts).filter((path) => absent.has(path));
    for (const path of lacking) told.add(path);
    const how =
      component.required === true
        ? 'required'
        : component.default === true
          ? 'deployed by default'
          : 'listed';
    const message = `the component '${component.name}' of package '${member.name}' is ${how} and lacks ${counted(lacking)}: ${sample(lacking)}`;
    if (lacking.length > 0)
      yield fail(
        { kind: 'component', name: `${member.label ?? member.name}: ${component.name}` },
        message,
        { code: 'BUNDLE_COMPONENT_INCOMPLETE', restsOn: fileGround(facts, lacking) },
      );
  }
  const rest = [...absent].filter((path) => !told.has(path)).sort();
  if (rest.length > 0)
    yield fail(
      theMember(member),
      `package '${member.name}' lacks ${counted(rest)} that its checksums.txt lists: ${sample(rest)}`,
      { code: 'BUNDLE_PACKAGE_INCOMPLETE', restsOn: fileGround(facts, rest) },
    );
}

function filesOf(component: Component, facts: PackageFacts): readonly string[] {
  const names = new Set(imageNamesOf(component));
  const roots = (facts.images?.roots ?? []).filter(
    ({ name }) => name !== undefined && names.has(name),
  );
  const blobs = roots.flatMap(({ descriptor, manifests }) => [
    descriptor,
    ...manifests.flatMap((each) => [
      each.descriptor,
      ...(each.config === undefined ? [] : [each.config]),
      ...each.layers,
    ]),
  ]);
  return [
    `components/${component.name}.tar`,
    ...new Set(blobs.map(({ digest }) => `images/${blobPath(digest)}`)),
  ];
}

/** Files that are missing together are told together: the first stands for all. */
function fileGround(facts: PackageFacts, [first = '']: readonly string[]): string {
  return theFile(facts, first).name;
}

function counted(paths: readonly string[]): string {
  return paths.length === 1 ? 'a file' : `${paths.length} files`;
}
