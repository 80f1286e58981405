import type { Chart } from './chart.ts';
import { deepCopy, GoMap, type GoValue } from './go-value.ts';
import { TemplateFailure } from './template-fault.ts';

/**
 * The values a chart is rendered with: what was given wins over defaults, null takes a default away, and
 * `global` reaches every subchart.
 * @throws TemplateFailure when values of a subchart are no map
 */
export function coalesceValues(chart: Chart, given: GoMap): GoMap {
  return coalesce(chart, copyOf(given), false);
}

/** The defaults of a chart with those of its subcharts in their places; what is null stays, to take away later. */
export function defaultValues(chart: Chart): GoMap {
  return coalesce(chart, new GoMap(), true);
}

function coalesce(chart: Chart, values: GoMap, keepsNull: boolean): GoMap {
  const defaults = copyOf(chart.values);
  for (const [key, theirs] of defaults) {
    if (!values.has(key)) {
      values.set(key, theirs);
      continue;
    }
    const own = values.get(key) ?? null;
    if (own === null && !keepsNull) values.delete(key);
    else if (own instanceof GoMap && theirs instanceof GoMap)
      coalesceTables(own, theirs, keepsNull);
  }
  for (const sub of chart.subcharts) {
    const own = values.has(sub.name) ? (values.get(sub.name) ?? null) : new GoMap();
    if (!(own instanceof GoMap))
      throw new TemplateFailure(`the values of subchart ${sub.name} are no map`);
    coalesceGlobals(own, values, keepsNull);
    values.set(sub.name, coalesce(sub, own, keepsNull));
  }
  return values;
}

/** Fills a table with what it lacks; null takes the other's member away, and stays itself where it is kept. */
export function coalesceTables(own: GoMap, other: GoMap, keepsNull = false): void {
  for (const [key, theirs] of other) {
    if (!own.has(key)) {
      own.set(key, theirs);
      continue;
    }
    const mine = own.get(key) ?? null;
    if (mine === null && !keepsNull) own.delete(key);
    else if (mine instanceof GoMap && theirs instanceof GoMap)
      coalesceTables(mine, theirs, keepsNull);
  }
}

/** What is global above is global below, and wins there. */
function coalesceGlobals(below: GoMap, above: GoMap, keepsNull: boolean): void {
  const source = above.get('global') ?? null;
  const target = below.get('global') ?? new GoMap();
  if (!(target instanceof GoMap) || (source !== null && !(source instanceof GoMap))) return;
  for (const [key, theirs] of source ?? []) {
    const copy = deepCopy(theirs);
    const mine = target.get(key) ?? null;
    if (copy instanceof GoMap && mine instanceof GoMap) coalesceTables(copy, mine, keepsNull);
    target.set(key, copy);
  }
  below.set('global', target);
}

/** Merges values files and single settings as `-f` and `--set` do: later ones win, tables are merged. */
export function mergeValues(base: GoMap, over: GoMap): GoMap {
  const merged = copyOf(base);
  for (const [key, theirs] of over) {
    const mine = merged.get(key) ?? null;
    merged.set(
      key,
      mine instanceof GoMap && theirs instanceof GoMap
        ? mergeValues(mine, theirs)
        : deepCopy(theirs),
    );
  }
  return merged;
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(values: GoMap, path: string): GoValue | undefined {
  let value: GoValue | undefined = values;
  for (const key of path.split('.')) value = value instanceof GoMap ? value.get(key) : undefined;
  return value;
}

function copyOf(map: GoMap): GoMap {
  const copy = deepCopy(map);
  return copy instanceof GoMap ? copy : new GoMap();
}
