import { builtInApiVersions } from '../helm/capabilities.ts';
import { readChart } from '../helm/chart.ts';
import { mergeValues } from '../helm/chart-values.ts';
import { fromPlain, GoMap, type GoValue } from '../helm/go-value.ts';
import { readYaml } from '../helm/read-yaml.ts';
import { renderChart } from '../helm/render-chart.ts';
import { TemplateFailure, TemplateUndecided } from '../helm/template-fault.ts';
import { type WorkloadNeeds, workloadNeeds } from './workload-needs.ts';

/** A chart as it is packed, and what it is deployed with. */
export interface ChartInput {
  /** Files of the packed chart by path; the first folder is the chart's own. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Values files in their order, a later one winning. */
  readonly valuesFiles: readonly Uint8Array[];
  /** Single values that win over all files, by dotted path. */
  readonly settings: readonly { readonly path: string; readonly value: unknown }[];
  readonly releaseName: string;
  readonly namespace: string;
  /** Fills the placeholders that a deployment fills. */
  readonly substitute: (text: string) => string;
}

/** What one template of a chart asks for. */
export interface TemplateNeeds {
  /** Below the chart's folder. */
  readonly path: string;
  readonly needs: WorkloadNeeds;
}

export interface ChartNeeds {
  readonly templates: readonly TemplateNeeds[];
  /** Templates and values that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** Taken where nobody says which cluster it will be. */
const capabilities = {
  kubeVersion: 'v1.31.5',
  apiVersions: builtInApiVersions,
  helmVersion: 'v3.19',
};

/** Renders a chart with its subcharts as a deployment would, and reads what it asks of a cluster. */
export function chartNeeds(input: ChartInput): ChartNeeds {
  const unread: { path: string; reason: string }[] = [];
  const templates: TemplateNeeds[] = [];
  const [first = ''] = input.files.keys();
  const root = first.slice(0, first.indexOf('/') + 1);
  const rendered = readOr('Chart.yaml', unread, () => {
    const files = [...input.files].filter(([path]) => path.startsWith(root));
    const chart = readChart(
      new Map(files.map(([path, bytes]) => [path.slice(root.length), bytes])),
    );
    const { releaseName, namespace } = input;
    return renderChart(chart, {
      releaseName,
      namespace,
      values: valuesOf(input, unread),
      capabilities,
    });
  });
  for (const { path, text } of rendered?.files ?? []) {
    const shown = path.slice(path.indexOf('/') + 1);
    if (!/\.ya?ml$/.test(shown)) continue;
    const needs = workloadNeeds(input.substitute(text));
    if (needs === undefined) unread.push({ path: shown, reason: 'what it renders to is no YAML' });
    else templates.push({ path: shown, needs });
  }
  for (const { place, message } of rendered?.failures ?? [])
    unread.push({ path: shownPath(place?.file ?? 'Chart.yaml'), reason: message });
  for (const { path, cause } of rendered?.undecided ?? [])
    unread.push({ path: shownPath(path), reason: cause.message });
  unread.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { templates, unread };
}

function shownPath(path: string): string {
  return path.includes('/') ? path.slice(path.indexOf('/') + 1) : path;
}

function valuesOf({ valuesFiles, settings, substitute }: ChartInput, unread: Unread): GoMap {
  let values = new GoMap();
  valuesFiles.forEach((bytes, index) => {
    const read = readOr(`values file ${index}`, unread, () => readYaml(substitute(textOf(bytes))));
    if (read instanceof GoMap) values = mergeValues(values, read);
  });
  return settings.reduce(
    (all, { path, value }) => mergeValues(all, nested(path, fromPlain(value))),
    values,
  );
}

type Unread = { path: string; reason: string }[];

function readOr<T>(path: string, unread: Unread, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TemplateFailure || error instanceof TemplateUndecided)) throw error;
    unread.push({ path, reason: error.message });
    return undefined;
  }
}

/** `a.b` as a map in a map; a path with a list in it names nothing here. */
function nested(path: string, value: GoValue): GoMap {
  if (path === '' || path.includes('[')) return new GoMap();
  const [first = '', ...rest] = path.split('.');
  const inner = rest.reduceRight<GoValue>((below, key) => new GoMap([[key, below]]), value);
  return new GoMap([[first, inner]]);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** True for what only a deployment settles: it is shown as such, never as a name. */
export function isUnresolved(value: string): boolean {
  return value.includes('###');
}
