import { fail, notApplicable, pass } from '../../checks/results.ts';
import { pointerSegment } from '../../support/json-document.ts';
import { boxOf, inside, textOf } from '../../zarf/deployed-object.ts';
import { matchGoPattern } from '../../zarf/go-pattern.ts';
import { type PlacedDocument, placeSubject } from '../deployed-package.ts';
import type { BundledPackage, DeployedBundle } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';
import { variableNames } from '../package-variables.ts';

export const config = defineReleaseCheck({
  id: 'variables/config',
  title: 'Every variable in a uds-config.yaml is one of a package in the bundle, and fits it',
  severity: 'error',
  help: {
    why: 'A setting for a package or a variable that is not there is taken without a word and does nothing; a value that does not fit its pattern stops the deployment.',
    fix: 'Correct the name of the package or the variable, or the value.',
    source: 'UDS bundle format §1.3, variables and shared; release model §4',
  },
  examples: {
    good: `# packages/backend/zarf.yaml: variables: [{ name: GPU_LIMIT, pattern: '^[0-9]+$' }]
variables: { backend: { gpu_limit: 1 } }`,
    bad: `# packages/backend/zarf.yaml: variables: [{ name: GPU_LIMIT, pattern: '^[0-9]+$' }]
variables: { backend: { gpu_limits: one } }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const bundle of facts.bundles) {
      const { config: document } = bundle;
      if (document === undefined) continue;
      count++;
      const byPackage = Object.entries(boxOf(inside(document.value, 'variables')) ?? {});
      for (const [name, variables] of byPackage)
        yield* judgePackage(bundle, document, name, Object.entries(boxOf(variables) ?? {}));
      yield* judgeShared(bundle, document);
    }
    if (count === 0)
      yield notApplicable(wholeSubject(facts), 'no bundle has a uds-config.yaml beside it');
    else
      yield pass(wholeSubject(facts), `${count} configurations were compared with their bundles`);
  },
});

function* judgePackage(
  { packages }: DeployedBundle,
  document: PlacedDocument,
  name: string,
  variables: readonly (readonly [string, unknown])[],
): Generator<LintResult> {
  const pointer = `/variables/${pointerSegment(name)}`;
  const each = packages.find(({ entry }) => entry.name === name);
  if (each === undefined) {
    const known = packages.map(({ entry }) => entry.name);
    yield fail(
      placeSubject(document.at(pointer)),
      `the bundle has no package '${name}'; it has ${listed(known)}${meant(name, known)}`,
    );
    return;
  }
  const known = namesOf(each);
  if (known === undefined) return;
  for (const [spelt, value] of variables) {
    const at = placeSubject(document.at(`${pointer}/${pointerSegment(spelt)}`));
    const variable = spelt.toUpperCase();
    if (!known.has(variable)) {
      yield fail(
        at,
        `package '${name}' has no variable ${variable}, nor has the bundle one for it${meant(variable, known)}`,
      );
      continue;
    }
    const own = each.package?.definition.variables?.find((one) => one.name === variable);
    const text = typeof value === 'boolean' ? String(value) : textOf(value);
    if (own?.sensitive === true) {
      if (text !== '')
        yield fail(at, `the value of the sensitive variable ${variable} stands in this file`, {
          severity: 'warning',
        });
      continue;
    }
    const fits =
      own?.pattern === undefined ||
      own.type === 'file' ||
      matchGoPattern(own.pattern, text) !== 'differs';
    if (!fits)
      yield fail(at, `'${text}' does not fit the pattern ${own?.pattern} of variable ${variable}`);
  }
}

/** Names a package takes in a bundle; undefined where its definition is not known. */
function namesOf({ entry, package: found }: BundledPackage): ReadonlySet<string> | undefined {
  if (found === undefined) return undefined;
  const charts = Object.values(entry.overrides ?? {}).flatMap((each) => Object.values(each));
  const overridden = charts.flatMap(({ variables = [] }) => variables.map(({ name }) => name));
  // Values of overrides take variables as ${name}.
  const written = JSON.stringify(entry.overrides ?? {}).matchAll(/\$\{([A-Za-z0-9_-]+)\}/g);
  const taken = [...written].map(([, name = '']) => name);
  return new Set(
    [...variableNames(found.definition), ...overridden, ...taken].map((name) => name.toUpperCase()),
  );
}

function* judgeShared(
  { packages }: DeployedBundle,
  document: PlacedDocument,
): Generator<LintResult> {
  const names = packages.map(namesOf);
  if (names.includes(undefined)) return;
  const known = new Set(names.flatMap((each) => [...(each ?? [])]));
  for (const spelt of Object.keys(boxOf(inside(document.value, 'shared')) ?? {}))
    if (!known.has(spelt.toUpperCase()))
      yield fail(
        placeSubject(document.at(`/shared/${pointerSegment(spelt)}`)),
        `no package of the bundle has a variable ${spelt.toUpperCase()}${meant(spelt.toUpperCase(), known)}`,
        { severity: 'warning' },
      );
}
