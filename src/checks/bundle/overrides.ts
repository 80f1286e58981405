import { nearestWord } from '../../support/nearest-word.ts';
import type { UdsPackage } from '../../uds/bundle.ts';
import { entryOf, membersOf, ofBundle, placeOf, theBundle, theMember } from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts, BundleMember, PackageFacts } from '../facts.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

/** An override of something that is not there changes nothing, or stops the deployment. */
export const overrides = defineCheck({
  id: 'bundle/overrides',
  title: 'Every override speaks of a component and a chart that the package has',
  area: 'bundle',
  severity: 'error',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'Values and variables for a chart that is not there are silently without effect, and a namespace that the package does not allow stops the deployment.',
    fix: 'Correct the overrides in the definition of the bundle and create it again.',
    source: 'UDS bundle format, 1.2 and 6.1; Zarf package format, 6.2',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      let judged = 0;
      let faults = 0;
      for (const { member, facts: inside } of membersOf(bundle, facts.packages)) {
        const entry = entryOf(bundle, member);
        if (
          entry === undefined ||
          (entry.namespace === undefined && Object.keys(entry.overrides ?? {}).length === 0)
        )
          continue;
        judged++;
        for (const result of judgeMember(bundle, member, entry, inside, because)) {
          faults++;
          yield result;
        }
      }
      if (faults > 0) return;
      if (judged > 0)
        yield pass(
          theBundle(bundle),
          `the overrides of ${judged} packages speak of components and charts that are there`,
        );
      else
        yield because === undefined
          ? notApplicable(theBundle(bundle), 'the bundle overrides nothing')
          : undecided(theBundle(bundle), because);
    }),
});

function* judgeMember(
  bundle: BundleFacts,
  member: BundleMember,
  entry: UdsPackage,
  facts: PackageFacts | undefined,
  because: string | undefined,
): Generator<Result> {
  const definition = facts?.definition?.definition;
  const at = (pointer: string): Result['subject'] => ({
    ...theMember(member),
    ...placeOf(bundle, member, pointer),
  });
  const who = `package '${member.name}'`;
  if (definition === undefined) {
    yield undecided(at(''), because ?? `the definition of ${who} could not be read`);
    return;
  }
  if (entry.namespace !== undefined && definition.metadata.allowNamespaceOverride === false) {
    yield fail(
      at('/namespace'),
      `the bundle moves ${who} to the namespace '${entry.namespace}', which the package does not allow`,
      { code: 'BUNDLE_NAMESPACE_REFUSED' },
    );
  }
  const names = definition.components.map(({ name }) => name);
  for (const [component, charts] of Object.entries(entry.overrides ?? {})) {
    const found = definition.components.find(({ name }) => name === component);
    const pointer = `/overrides/${segment(component)}`;
    if (found === undefined) {
      yield fail(
        at(pointer),
        `the bundle overrides the component '${component}' of ${who}, which has none of that name${meant(component, names)}`,
        { code: 'BUNDLE_OVERRIDE_COMPONENT' },
      );
      continue;
    }
    const known = (found.charts ?? []).map(({ name }) => name);
    for (const chart of Object.keys(charts)) {
      if (known.includes(chart)) continue;
      yield fail(
        at(`${pointer}/${segment(chart)}`),
        `the bundle overrides the chart '${chart}' of the component '${component}' in ${who}, which has none of that name${meant(chart, known)}`,
        { code: 'BUNDLE_OVERRIDE_CHART' },
      );
    }
  }
}

function meant(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === undefined ? '' : `; '${near}' was meant?`;
}

function segment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
