import { fail, notApplicable, pass } from '../../checks/results.ts';
import { pointerSegment } from '../../support/json-document.ts';
import type { ChartOverride } from '../../uds/bundle.ts';
import { type DeployedPackage, notAllRead, placeSubject } from '../deployed-package.ts';
import type { BundledPackage, DeployedBundle } from '../deployed-release.ts';
import { defineReleaseCheck, hanging, type LintResult } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';
import { leavesOf, pathKeys, valuesReads } from '../values-reads.ts';

export const overrides = defineReleaseCheck({
  id: 'variables/overrides',
  title: 'Every override of a bundle speaks of a component, a chart and a value that are there',
  severity: 'error',
  help: {
    why: 'An override of something that is not there changes nothing at deployment, and nobody says so.',
    fix: 'Correct the name of the component, the name of the chart entry, or the path of the value.',
    source: 'UDS bundle format §1.2, overrides; release model §4',
  },
  examples: {
    good: `# template: {{ .Values.gpu.runtimeClassName }}
overrides: { backend: { backend: { values: [{ path: gpu.runtimeClassName, value: nvidia }] } } }`,
    bad: `# template: {{ .Values.gpu.runtimeClassName }}
overrides: { backend: { backend: { values: [{ path: runtimeClassName, value: nvidia }] } } }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const bundle of facts.bundles)
      for (const each of bundle.packages) {
        const { entry, pointer, package: found } = each;
        const moved = entry.namespace !== undefined;
        if (Object.keys(entry.overrides ?? {}).length === 0 && !moved) continue;
        // Published elsewhere, or packed already.
        if (found === undefined) continue;
        count++;
        if (moved && found.definition.metadata.allowNamespaceOverride === false)
          yield fail(
            placeSubject(bundle.at(`${pointer}/namespace`)),
            `the bundle moves package '${entry.name}' to another namespace, which it does not allow`,
          );
        yield* judge(bundle, each, found);
      }
    if (count === 0)
      yield notApplicable(wholeSubject(facts), 'no bundle overrides a package that lies here');
    else yield pass(wholeSubject(facts), `overrides of ${count} packages were looked at`);
  },
});

function* judge(
  bundle: DeployedBundle,
  { entry, pointer }: BundledPackage,
  found: DeployedPackage,
): Generator<LintResult> {
  const { components } = found.definition;
  for (const [name, charts] of Object.entries(entry.overrides ?? {})) {
    const component = components.find((each) => each.name === name);
    const place = `${pointer}/overrides/${pointerSegment(name)}`;
    if (component === undefined) {
      const known = components.map((each) => each.name);
      yield fail(
        placeSubject(bundle.at(place)),
        `package '${entry.name}' has no component '${name}'; it has ${listed(known)}${meant(name, known)}`,
      );
      continue;
    }
    for (const [chart, override] of Object.entries(charts)) {
      const known = (component.charts ?? []).map((each) => each.name);
      const below = `${place}/${pointerSegment(chart)}`;
      if (!known.includes(chart))
        yield fail(
          placeSubject(bundle.at(below)),
          `component '${name}' of package '${entry.name}' has no chart '${chart}'; it has ${listed(known)}${meant(chart, known)}`,
        );
      else yield* judgePaths(bundle, below, override, found, name, chart);
    }
  }
}

function* judgePaths(
  bundle: DeployedBundle,
  pointer: string,
  override: ChartOverride,
  found: DeployedPackage,
  component: string,
  name: string,
): Generator<LintResult> {
  const chart = found.charts.find((each) => each.component === component && each.name === name);
  const variables = override.variables ?? [];
  for (const [index, variable] of variables.entries()) {
    const own = found.definition.variables?.find(
      (each) => each.name === variable.name.toUpperCase(),
    );
    if (own?.sensitive === true && variable.sensitive !== true)
      yield fail(
        placeSubject(bundle.at(`${pointer}/variables/${index}`)),
        `variable ${variable.name} is sensitive in package '${found.label}' and not here, so its value is shown`,
        { severity: 'warning' },
      );
  }
  const paths = [...(override.values ?? []), ...variables];
  if (chart === undefined) {
    const message = `which values chart '${name}' of package '${found.label}' reads is not known`;
    const because = notAllRead(found) ?? message;
    if (paths.length > 0)
      yield hanging(placeSubject(bundle.at(pointer)), `${message}; ${because}`, because);
    return;
  }
  const { reads } = valuesReads(chart);
  const known = [...leavesOf(chart.values?.value)].map((path) => path.join('.'));
  for (const kind of ['values', 'variables'] as const)
    for (const [index, { path }] of (override[kind] ?? []).entries()) {
      if (reads(pathKeys(path)) !== 'unread') continue;
      yield fail(
        placeSubject(bundle.at(`${pointer}/${kind}/${index}/path`)),
        `no template of chart '${name}' in package '${found.label}' reads ${path}${meant(path, known)}`,
      );
    }
}
