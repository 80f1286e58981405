import { fail, notApplicable, pass } from '../../checks/results.ts';
import { companiesOf } from '../company.ts';
import {
  type DeployedChart,
  type DeployedPackage,
  definitionSubject,
} from '../deployed-package.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';

export const releaseNames = defineReleaseCheck({
  id: 'release/release-names',
  title: 'No two charts of what is deployed together make one Helm release',
  severity: 'error',
  help: {
    why: 'A second release of a name replaces the first one: what the first chart deployed is taken away.',
    fix: 'Give one of the charts another releaseName, or another namespace.',
    source: 'Helm, release names; release model §3.2 and §3.4, names',
  },
  examples: {
    good: `charts:
  - { name: api, releaseName: api, namespace: ai, localPath: api }
  - { name: ui, releaseName: ui, namespace: ai, localPath: ui }`,
    bad: `charts:
  - { name: api, releaseName: ai, namespace: ai, localPath: api }
  - { name: ui, releaseName: ai, namespace: ai, localPath: ui } # replaces the release above`,
  },
  *evaluate(facts) {
    const told = new Set<string>();
    const companies = companiesOf(facts);
    for (const { packages } of companies)
      for (const result of releases(packages)) {
        const key = `${result.subject.name}:${result.subject.line} ${result.message}`;
        if (told.has(key)) continue;
        told.add(key);
        yield result;
      }
    if (companies.length === 0) yield notApplicable(wholeSubject(facts), 'nothing is deployed');
    else yield pass(wholeSubject(facts), `names in ${companies.length} deployments were compared`);
  },
});

/** Of two that are not both deployed for sure, one may stand for the other. */
function isSure(facts: DeployedPackage, component: string): boolean {
  return facts.definition.components.find(({ name }) => name === component)?.required === true;
}

function* releases(packages: readonly DeployedPackage[]): Generator<LintResult> {
  const seen = new Map<string, { facts: DeployedPackage; chart: DeployedChart }>();
  for (const facts of packages)
    for (const chart of facts.charts) {
      const { releaseName, namespace, component } = chart;
      if (`${releaseName}${namespace}`.includes('###')) continue;
      const key = `${namespace}\n${releaseName}`;
      const first = seen.get(key);
      const together =
        first !== undefined &&
        ((first.facts === facts && first.chart.component === component) ||
          (isSure(facts, component) && isSure(first.facts, first.chart.component)));
      if (first === undefined) seen.set(key, { facts, chart });
      else if (together)
        yield fail(
          definitionSubject(facts, chart.pointer),
          `chart '${chart.name}' makes release ${releaseName} in ${namespace}, as chart '${first.chart.name}' of package '${first.facts.label}' does`,
        );
    }
}
