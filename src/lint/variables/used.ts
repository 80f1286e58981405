import { fail, notApplicable, pass } from '../../checks/results.ts';
import { textOf } from '../../zarf/deployed-object.ts';
import type { DeployedPackage } from '../deployed-package.ts';
import { definitionSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { actionsOf, mentions } from '../package-variables.ts';

export const used = defineReleaseCheck({
  id: 'variables/used',
  title: 'Every variable and constant is used by something the package deploys',
  severity: 'warning',
  help: {
    why: 'A variable nobody uses is a setting that does nothing: whoever deploys believes to have changed something.',
    fix: 'Use it where it is meant, or take it out.',
    source: 'Release model §3.8, every variable is used somewhere; past failure P9',
  },
  examples: {
    good: `variables: [{ name: SIZE, default: 15Gi }]
# values.yaml
size: "###ZARF_VAR_SIZE###"`,
    bad: `variables: [{ name: SIZE, default: 15Gi }]
# values.yaml
size: 15Gi`,
  },
  *evaluate(facts) {
    let count = 0;
    // A finished archive holds one flavor; its variables may be those of another.
    for (const flavors of facts.documents === undefined ? [] : byFile(facts).values()) {
      const [first] = flavors;
      if (first === undefined || flavors.some(outOfSight)) continue;
      const { variables = [], constants = [] } = first.definition;
      const declared = [
        ...variables.map(({ name }, index) => ({
          what: 'variable',
          placeholder: `VAR_${name}`,
          name,
          pointer: `/variables/${index}`,
        })),
        ...constants.map(({ name }, index) => ({
          what: 'constant',
          placeholder: `CONST_${name}`,
          name,
          pointer: `/constants/${index}`,
        })),
      ];
      for (const { what, placeholder, name, pointer } of declared) {
        count++;
        if (flavors.some((each) => uses(each, placeholder, name)) || exported(facts, first, name))
          continue;
        yield fail(definitionSubject(first, pointer), `the ${what} ${name} is used nowhere`);
      }
    }
    if (count === 0)
      yield notApplicable(wholeSubject(facts), 'nothing is declared that can be judged');
    else yield pass(wholeSubject(facts), `${count} variables and constants were looked for`);
  },
});

/** Flavors of one definition: what one does not use another may. */
function byFile({ packages }: DeployedRelease): ReadonlyMap<string, readonly DeployedPackage[]> {
  const files = new Map<string, DeployedPackage[]>();
  for (const each of packages) files.set(each.file, [...(files.get(each.file) ?? []), each]);
  return files;
}

/** Charts that are fetched, kustomizations, text files and scripts may use what is not seen here. */
function outOfSight({ definition, charts, unread }: DeployedPackage): boolean {
  if (unread.length > 0) return true;
  const local = new Set(charts.map(({ component, name }) => `${component}\n${name}`));
  return (
    definition.components.some(
      ({ name, files = [], manifests = [], charts: entries = [] }) =>
        files.length > 0 ||
        manifests.some(({ kustomizations = [] }) => kustomizations.length > 0) ||
        entries.some(
          (entry) => !local.has(`${name}\n${entry.name}`) && (entry.valuesFiles ?? []).length > 0,
        ),
    ) ||
    actionsOf(definition).some(
      ({ stage, action }) =>
        stage !== 'onCreate' &&
        /\.(?:sh|bash|py|ps1)\b|\b(?:make|just|task|tofu|terraform)\b|\.\//.test(
          textOf(action.cmd),
        ),
    )
  );
}

function uses({ texts, definition }: DeployedPackage, placeholder: string, name: string): boolean {
  const charts = definition.components.flatMap((component) => component.charts ?? []);
  if (charts.some((each) => each.variables?.some((variable) => variable.name === name)))
    return true;
  const word = new RegExp(`\\bZARF_${placeholder}\\b|\\.(?:Variables|Constants)\\.${name}\\b`);
  return (
    [...texts.values()].some((text) => word.test(text)) ||
    actionsOf(definition).some(({ action }) => mentions(JSON.stringify(action), name))
  );
}

/** Handed on to packages behind it. */
function exported(
  { bundles }: DeployedRelease,
  { definition }: DeployedPackage,
  name: string,
): boolean {
  return bundles.some(({ packages }) =>
    packages.some(
      ({ entry, package: found }) =>
        found?.definition.metadata.name === definition.metadata.name &&
        (entry.exports ?? []).some((each) => each.name.toUpperCase() === name),
    ),
  );
}
