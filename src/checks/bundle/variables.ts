import type { PackageDefinition } from '../../zarf/definition.ts';
import {
  entryOf,
  membersOf,
  ofBundle,
  placeOf,
  sample,
  theBundle,
  theMember,
} from '../bundle-results.ts';
import { defineCheck } from '../check.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

/** What a package hands on to the next it has to set itself. */
export const variables = defineCheck({
  id: 'bundle/variables',
  title: 'Every exported variable is one that its package sets',
  area: 'bundle',
  severity: 'warning',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'Unless someone gives the variable at deployment, that stops behind the package that exports it, with half of the bundle deployed.',
    fix: 'Correct the exports in the definition of the bundle, or set the variable in an action of the package, and create the bundle again.',
    source: 'UDS bundle format, 1.2 and 6.1; Zarf package format, 3.2',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      let judged = 0;
      let faults = 0;
      for (const { member, facts: inside } of membersOf(bundle, facts.packages)) {
        const exported = entryOf(bundle, member)?.exports ?? [];
        if (exported.length === 0) continue;
        judged += exported.length;
        const definition = inside?.definition?.definition;
        if (definition === undefined) {
          faults++;
          const reason = `the definition of package '${member.name}' could not be read`;
          yield undecided(theMember(member), because ?? reason);
          continue;
        }
        const known = variablesOf(definition);
        for (const [at, { name }] of exported.entries()) {
          if (known.has(name.toUpperCase())) continue;
          faults++;
          const has = known.size === 0 ? 'none' : sample([...known].sort());
          yield fail(
            { ...theMember(member), ...placeOf(bundle, member, `/exports/${at}`) },
            `the bundle exports '${name}' from package '${member.name}', which does not set it; it sets ${has}`,
            { code: 'BUNDLE_EXPORT_UNSET' },
          );
        }
      }
      if (faults > 0) return;
      if (judged > 0)
        yield pass(theBundle(bundle), `${judged} exported variables are set by their packages`);
      else if (because === undefined)
        yield notApplicable(theBundle(bundle), 'the bundle exports no variables');
      else yield undecided(theBundle(bundle), because);
    }),
});

/** Variables a deployment of the package sets: declared ones, and those of its actions. */
function variablesOf({
  variables: declared = [],
  components,
}: PackageDefinition): ReadonlySet<string> {
  const sets = components.flatMap(({ actions }) => [actions?.onDeploy]);
  const actions = sets.flatMap((set) => [
    ...(set?.before ?? []),
    ...(set?.after ?? []),
    ...(set?.onSuccess ?? []),
    ...(set?.onFailure ?? []),
  ]);
  const names = [...declared.map(({ name }) => name), ...actions.flatMap(namesOf)];
  return new Set(names.map((name) => name.toUpperCase()));
}

/** `setVariables`, and the older spelling for one. */
function namesOf(action: Readonly<Record<string, unknown>>): readonly string[] {
  const list: unknown = action['setVariables'];
  const names = Array.isArray(list) ? list.map((each: unknown) => Object(each)['name']) : [];
  return [...names, action['setVariable']].filter((name) => typeof name === 'string');
}
