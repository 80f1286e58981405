import { fail, notApplicable, pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { type DeployedPackage, definitionSubject } from '../deployed-package.ts';
import { defineReleaseCheck, type LintResult, withFix } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { actionsOf } from '../package-variables.ts';
import { flavorPackages } from '../release-packages.ts';
import { replaceLiteral } from '../replace-literal.ts';

export const namespaces = defineReleaseCheck({
  id: 'release/namespaces',
  title: 'Charts, manifests, payloads and waits of the release go to its one namespace',
  severity: 'error',
  help: {
    why: 'Secrets, services and payloads are found within a namespace: one that differs in one place is found by nobody.',
    fix: 'Write the namespace of the release, platform.namespace in cowa-release.yaml. lint --fix writes it where it stands as plain text.',
    source: 'Release model §3.1, one namespace; requirement R9; past failures P10 and P12',
  },
  examples: {
    good: `# cowa-release.yaml: platform: { namespace: ai }
charts: [{ name: api, namespace: ai, localPath: chart }]
dataInjections: [{ source: .model/, target: { namespace: ai, selector: app=api, container: loader, path: /data } }]`,
    bad: `# cowa-release.yaml: platform: { namespace: ai }
charts: [{ name: api, namespace: ai, localPath: chart }]
dataInjections: [{ source: .model/, target: { namespace: ais, selector: app=api, container: loader, path: /data } }]`,
  },
  *evaluate(facts) {
    const due = facts.definition?.platform?.namespace;
    if (due === undefined) {
      yield notApplicable(wholeSubject(facts), 'no release definition says platform.namespace');
      return;
    }
    const ours = new Set(
      flavorPackages(facts).flatMap(({ packages }) =>
        packages.flatMap((each) => each.package?.file ?? []),
      ),
    );
    let count = 0;
    for (const each of facts.packages) {
      if (!ours.has(each.file)) continue;
      for (const place of named(each)) {
        count++;
        if (place.namespace !== due && !place.namespace.includes('###'))
          yield told(each, place, due);
      }
    }
    yield pass(wholeSubject(facts), `${count} namespaces were compared with ${due}`);
  },
});

interface Named {
  readonly pointer: string;
  readonly namespace: string;
  readonly what: string;
}

function told(
  facts: DeployedPackage,
  { pointer, namespace, what }: Named,
  due: string,
): LintResult {
  const place = facts.at(pointer);
  return withFix(
    fail(
      definitionSubject(facts, pointer),
      `${what} goes to namespace ${namespace}, the release to ${due}`,
    ),
    replaceLiteral(facts.texts.get(place.file), place, namespace, due),
  );
}

function* named({ definition }: DeployedPackage): Generator<Named> {
  for (const [index, component] of definition.components.entries()) {
    const { charts = [], manifests = [], dataInjections = [] } = component;
    const at = `/components/${index}`;
    for (const [place, { name, namespace }] of charts.entries())
      if (namespace !== undefined)
        yield { pointer: `${at}/charts/${place}/namespace`, namespace, what: `chart '${name}'` };
    for (const [place, { name, namespace }] of manifests.entries())
      if (namespace !== undefined)
        yield {
          pointer: `${at}/manifests/${place}/namespace`,
          namespace,
          what: `manifest '${name}'`,
        };
    for (const [place, { source, target }] of dataInjections.entries())
      yield {
        pointer: `${at}/dataInjections/${place}/target/namespace`,
        namespace: target.namespace,
        what: `payload ${source}`,
      };
  }
  for (const { pointer, action } of actionsOf(definition)) {
    const namespace = textOf(inside(action, 'wait', 'cluster', 'namespace'));
    if (namespace === '') continue;
    const name = textOf(inside(action, 'wait', 'cluster', 'name'));
    yield { pointer: `${pointer}/wait/cluster/namespace`, namespace, what: `the wait for ${name}` };
  }
}
