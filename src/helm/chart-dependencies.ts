import type { Chart, Dependency } from './chart.ts';
import { textIn } from './chart.ts';
import { coalesceTables, coalesceValues, defaultValues, valueAt } from './chart-values.ts';
import { deepCopy, GoMap, type GoValue } from './go-value.ts';
import { matchesRange, parseVersion } from './semantic-version.ts';
import { TemplateUndecided } from './template-fault.ts';

/**
 * The chart with the subcharts that take part: renamed by alias, switched by condition and tags, and with the
 * values they export imported.
 * @see https://helm.sh/docs/topics/charts/#chart-dependencies
 */
export function resolveDependencies(chart: Chart, given: GoMap): Chart {
  const named = renamed(chart).map(({ chart: sub }) => sub);
  const values = coalesceValues({ ...chart, subcharts: named }, given);
  return importValues(enabledOnly(chart, values, '', { charts: maxCharts, bytes: maxBytes }));
}

/** A chart may stand under many aliases, and those in it too: each is a chart of its own from then on. */
const maxCharts = 500;
const maxBytes = 256 * 2 ** 20;

interface Budget {
  charts: number;
  bytes: number;
}

function spend(budget: Budget, { files, templates }: Chart): void {
  budget.charts -= 1;
  for (const { length } of [...files.values(), ...templates.values()]) budget.bytes -= length;
  if (budget.charts < 0 || budget.bytes < 0)
    throw new TemplateUndecided(
      'dependencies',
      `more subcharts than are looked at: ${maxCharts}, or ${maxBytes} bytes`,
    );
}

/** As in Helm, a chart that declares no dependency keeps all of its tree as it lies there. */
function enabledOnly(chart: Chart, values: GoMap, path: string, budget: Budget): Chart {
  spend(budget, chart);
  if (chart.dependencies.length === 0) return chart;
  const kept = renamed(chart).filter(
    ({ dependency }) => dependency === undefined || isEnabled(dependency, values, path),
  );
  const subcharts = kept.map(({ chart: sub }) =>
    enabledOnly(sub, values, `${path}${sub.name}.`, budget),
  );
  return { ...chart, subcharts };
}

interface Named {
  readonly chart: Chart;
  readonly dependency: Dependency | undefined;
}

/** Subcharts in the order they are declared, one for each declaration; undeclared ones as they lie there. */
function renamed({ subcharts, dependencies }: Chart): readonly Named[] {
  const declared = dependencies.flatMap((dependency): Named[] => {
    const found = subcharts.find((sub) => fits(sub, dependency));
    if (found === undefined) return [];
    const chart =
      dependency.alias === undefined || dependency.alias === ''
        ? found
        : aliased(found, dependency.alias);
    return [{ chart, dependency }];
  });
  const undeclared = subcharts
    .filter((sub) => !dependencies.some((dependency) => fits(sub, dependency)))
    .map((chart) => ({ chart, dependency: undefined }));
  return [...undeclared, ...declared];
}

function fits(sub: Chart, { name, version }: Dependency): boolean {
  if (sub.name !== name) return false;
  const own = parseVersion(textIn(sub.metadata, 'version') ?? '');
  return version === '' || own === undefined || matchesRange(own, version) !== false;
}

function aliased(chart: Chart, alias: string): Chart {
  const metadata = deepCopy(chart.metadata);
  if (metadata instanceof GoMap) metadata.set('name', alias);
  return { ...chart, name: alias, metadata: metadata instanceof GoMap ? metadata : chart.metadata };
}

/** The first path of the condition that holds true or false decides; without one, tags: any that is true. */
function isEnabled({ condition, tags }: Dependency, values: GoMap, path: string): boolean {
  for (const each of (condition ?? '').split(',')) {
    if (each.trim() === '') continue;
    const value = valueAt(values, path + each.trim());
    if (typeof value === 'boolean') return value;
  }
  const settings = tags
    .map((tag) => valueAt(values, `tags.${tag}`))
    .filter((value) => typeof value === 'boolean');
  return settings.length === 0 || settings.includes(true);
}

/** As in Helm, a chart that declares dependencies has their defaults among its own from here on. */
function importValues(chart: Chart): Chart {
  const subcharts = chart.subcharts.map(importValues);
  const current = { ...chart, subcharts };
  if (chart.dependencies.length === 0) return current;
  const values = defaultValues(current);
  const imported = new GoMap();
  for (const { name, alias, importValues: imports } of chart.dependencies) {
    for (const item of imports) {
      const [child, parent] = routeOf(item);
      const found = valueAt(values, `${alias ?? name}.${child}`);
      if (found instanceof GoMap) coalesceTables(imported, nested(parent, found), true);
    }
  }
  coalesceTables(values, imported, true);
  return { ...current, values };
}

/** `- key` stands for `exports.key` into the parent's root. */
function routeOf(item: GoValue): readonly [string, string] {
  if (typeof item === 'string') return [`exports.${item}`, ''];
  if (!(item instanceof GoMap)) return ['', ''];
  const parent = textIn(item, 'parent') ?? '';
  return [textIn(item, 'child') ?? '', parent === '.' ? '' : parent];
}

function nested(path: string, value: GoMap): GoMap {
  const copy = deepCopy(value);
  const start = copy instanceof GoMap ? copy : new GoMap();
  if (path === '') return start;
  return path.split('.').reduceRight<GoMap>((inner, key) => new GoMap([[key, inner]]), start);
}
