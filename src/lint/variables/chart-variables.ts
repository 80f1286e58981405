import { fail, notApplicable, pass } from '../../checks/results.ts';
import { definitionSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { meant, packageSubject } from '../lint-results.ts';
import { variableNames } from '../package-variables.ts';
import { pathKeys, valuesReads } from '../values-reads.ts';

export const chartVariables = definePackageCheck({
  id: 'variables/chart-variables',
  title: 'Every variable that a package hands to a chart is declared and reaches a value',
  severity: 'error',
  help: {
    why: 'charts.variables puts a variable into a value of the chart: with a name nobody declares or a path nothing reads, setting it does nothing.',
    fix: 'Correct name or path, or declare the variable.',
    source: 'Zarf, components.charts.variables; release model §3.8',
  },
  examples: {
    good: `# template: {{ .Values.replicas }}
variables: [{ name: REPLICAS, default: "1" }]
charts: [{ name: api, localPath: chart, variables: [{ name: REPLICAS, description: pods, path: replicas }] }]`,
    bad: `# nobody declares COUNT
charts: [{ name: api, localPath: chart, variables: [{ name: COUNT, description: pods, path: replicas }] }]`,
  },
  *evaluate(facts) {
    const known = variableNames(facts.definition);
    let count = 0;
    for (const [index, component] of facts.definition.components.entries())
      for (const [place, chart] of (component.charts ?? []).entries()) {
        const own = facts.charts.find(
          ({ component: name, name: called }) => name === component.name && called === chart.name,
        );
        const reads = own === undefined ? undefined : valuesReads(own).reads;
        for (const [at, { name, path }] of (chart.variables ?? []).entries()) {
          count++;
          const pointer = `/components/${index}/charts/${place}/variables/${at}`;
          if (!known.has(name))
            yield fail(
              definitionSubject(facts, `${pointer}/name`),
              `chart '${chart.name}' takes variable ${name}, which is declared nowhere${meant(name, known)}`,
              // It may be a knob that is left alone unless a bundle or --set turns it.
              meant(name, known) === '' ? { severity: 'warning' } : {},
            );
          if (reads?.(pathKeys(path)) === 'unread')
            yield fail(
              definitionSubject(facts, `${pointer}/path`),
              `no template of chart '${chart.name}' reads ${path}, where variable ${name} goes`,
            );
        }
      }
    const subject = packageSubject(facts);
    if (count === 0) yield notApplicable(subject, 'no chart takes variables by path');
    else yield pass(subject, `${count} variables of charts were looked at`);
  },
});
