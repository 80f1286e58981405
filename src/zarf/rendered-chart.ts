import { builtInApiVersions, type Capabilities, servedKinds } from '../helm/capabilities.ts';
import { type Chart, readChart } from '../helm/chart.ts';
import { mergeValues } from '../helm/chart-values.ts';
import { fromPlain, GoMap, type GoValue, isList } from '../helm/go-value.ts';
import { toJsonText } from '../helm/json-text.ts';
import { readYaml } from '../helm/read-yaml.ts';
import { chartCrds, type RenderedFile, renderChart } from '../helm/render-chart.ts';
import { setValue, typedText } from '../helm/set-values.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from '../helm/template-fault.ts';
import { TextLines } from '../support/text-lines.ts';
import { definedApiVersions } from './defined-kinds.ts';
import { readObjects } from './deployed-object.ts';
import { type Fill, offsetBefore } from './placeholders.ts';
import type { MappedValue } from './zarf-values.ts';

/** A chart as it is packed, and what it is deployed with. */
export interface ChartInput {
  /** Files of the packed chart by path; the first folder is the chart's own. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Values files in their order, a later one winning. */
  readonly valuesFiles: readonly Uint8Array[];
  /** What the package's variables and values put in over the files, kept as it is. */
  readonly mapped?: readonly MappedValue[];
  /** What a bundle sets over all of it: text and numbers are read as `--set` reads them. */
  readonly settings: readonly MappedValue[];
  readonly releaseName: string;
  readonly namespace: string;
  /** The cluster before the chart; the one that is assumed without. */
  readonly cluster?: Capabilities;
  /** Fills the placeholders that a deployment fills. */
  readonly fill: Fill;
  /** Whether values are judged by the chart's schema; they are unless it says no. */
  readonly judgeValues?: boolean;
}

/** A chart with its values put in. */
export interface RenderedTemplates {
  readonly files: readonly RenderedTemplate[];
  readonly unread: readonly UnreadFile[];
  /** Functions that were called and give something else every time, sorted. */
  readonly volatile: readonly string[];
}

export interface RenderedTemplate {
  /** The template, below the chart's folder. */
  readonly path: string;
  /** Placeholders filled. */
  readonly text: string;
  /** From a place in the text to the place, below the chart's folder, that wrote it. */
  readonly written?: (place: { line: number; column: number }) => TemplatePlace;
}

/** A template or values file that could not be read. */
export interface UnreadFile {
  readonly path: string;
  /** Which of the values files it is, where it is one. */
  readonly valuesFile?: number;
  readonly reason: string;
  /** 1-based, of a template. */
  readonly line?: number;
  readonly column?: number;
  /** Helm would stop here; otherwise this program cannot tell. */
  readonly fails: boolean;
}

/** Taken where nobody says which cluster it will be. */
export const assumedCluster: Capabilities = {
  kubeVersion: 'v1.31.5',
  apiVersions: [...builtInApiVersions, ...servedKinds],
  helmVersion: 'v3.19',
};

/** Renders a chart with its subcharts as a deployment by Zarf would. */
export function renderPackagedChart(input: ChartInput): RenderedTemplates {
  const unread: UnreadFile[] = [];
  const rendered = readOr('Chart.yaml', unread, () => {
    const chart = chartOf(input);
    const { releaseName, namespace, judgeValues = true } = input;
    const values = valuesOver(input, unread);
    // With a part of its values it would be another chart.
    if (unread.length > 0) return undefined;
    const capabilities = withOwnKinds(input, chart, values);
    return renderChart(chart, { releaseName, namespace, values, capabilities, judgeValues });
  });
  for (const failure of rendered?.failures ?? [])
    unread.push(unreadFile(failure.place?.file ?? 'Chart.yaml', failure));
  for (const { path, cause } of rendered?.undecided ?? []) unread.push(unreadFile(path, cause));
  const files = (rendered?.files ?? []).map((file) => filledTemplate(file, input.fill));
  unread.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const volatile = (rendered?.files ?? []).flatMap((file) => file.volatile.map(({ name }) => name));
  return {
    // What lies in crds/ is installed before anything is filled.
    files: [...[...(rendered?.crds ?? [])].map(([path, text]) => ({ path, text })), ...files],
    unread,
    volatile: [...new Set(volatile)].sort(),
  };
}

/**
 * The cluster as the chart's templates see it: what lies in `crds/` is installed before they are rendered. Of a
 * chart that cannot be read, the cluster before it.
 */
export function clusterSeenBy(input: ChartInput): Capabilities {
  const seen = readOr('', [], () => withOwnKinds(input, chartOf(input), valuesOver(input, [])));
  return seen ?? input.cluster ?? assumedCluster;
}

function chartOf({ files }: ChartInput): Chart {
  const [first = ''] = files.keys();
  const root = first.slice(0, first.indexOf('/') + 1);
  const below = [...files].filter(([path]) => path.startsWith(root));
  return readChart(new Map(below.map(([path, bytes]) => [path.slice(root.length), bytes])));
}

function withOwnKinds(
  { cluster = assumedCluster, files }: ChartInput,
  chart: Chart,
  values: GoMap,
): Capabilities {
  const paths = [...files.keys()];
  // Definitions are long: they are read only for templates that might ask.
  const asks = [...files.values()].some((bytes) => Buffer.from(bytes).includes('APIVersions'));
  if (!asks || !paths.some((path) => path.includes('/crds/'))) return cluster;
  const origin = { component: '', source: '', namespace: '' };
  const defined = [...chartCrds(chart, values).values()]
    .flatMap((text) => readObjects(text, origin) ?? [])
    .flatMap(definedApiVersions);
  return { ...cluster, apiVersions: [...new Set([...cluster.apiVersions, ...defined])] };
}

function unreadFile(path: string, cause: TemplateFailure | TemplateUndecided): UnreadFile {
  const { place, message } = cause;
  return {
    path,
    reason: message,
    fails: cause instanceof TemplateFailure,
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
  };
}

function filledTemplate({ source, text, writtenBy }: RenderedFile, fill: Fill): RenderedTemplate {
  const filled = fill(text);
  const lines = new TextLines(filled.text);
  return {
    path: source,
    text: filled.text,
    written: (place) =>
      writtenBy(offsetBefore(filled, lines.offsetOf(place))) ?? {
        file: source,
        line: 1,
        column: 1,
      },
  };
}

/** Everything that is put over the chart's own values, as one values file. */
export function valuesText(input: Omit<ChartInput, 'files'>, unread: UnreadFile[]): string {
  return toJsonText(valuesOver(input, unread), { raw: true });
}

/** Everything that is put over the chart's own values, in the order that counts. */
function valuesOver(
  { valuesFiles, mapped = [], settings, fill }: Omit<ChartInput, 'files'>,
  unread: UnreadFile[],
): GoMap {
  let values = new GoMap();
  valuesFiles.forEach((bytes, index) => {
    const text = Buffer.from(bytes).toString('utf8');
    const faults: UnreadFile[] = [];
    const read = readOr(`values file ${index}`, faults, () => mappingOf(fill(text).text));
    unread.push(...faults.map((fault) => ({ ...fault, valuesFile: index })));
    if (read instanceof GoMap) values = mergeValues(values, read);
  });
  const over = new GoMap();
  for (const { path, value } of mapped)
    readOr('values', unread, () => {
      const given = fromPlain(value);
      if (path !== '') setValue(over, path, given);
      else if (given instanceof GoMap) for (const [key, item] of given) over.set(key, item);
    });
  const set = new GoMap();
  const given = settings.map(({ path, value }) => ({ path, value: fromPlain(value) }));
  const isWhole = (value: GoValue): boolean => isList(value) || value instanceof GoMap;
  // As Helm does, lists and maps first, whatever their order.
  for (const { path, value } of given.filter((each) => isWhole(each.value)))
    readOr('values', unread, () => setValue(set, path, value));
  for (const { path, value } of given.filter((each) => !isWhole(each.value)))
    readOr('values', unread, () => setValue(set, path, typedText(value)));
  return mergeValues(mergeValues(values, over), set);
}

function mappingOf(text: string): GoMap {
  const value = readYaml(text);
  if (value instanceof GoMap) return value;
  if (value === null) return new GoMap();
  throw new TemplateFailure('a values file holds a mapping of names to values');
}

function readOr<T>(path: string, unread: UnreadFile[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // The engine's own ends, at what is nested without end.
    const cause =
      error instanceof RangeError
        ? new TemplateUndecided('nesting', 'it is nested deeper, or longer, than is looked at')
        : error;
    if (!(cause instanceof TemplateFailure || cause instanceof TemplateUndecided)) throw error;
    unread.push({ ...unreadFile(path, cause), path });
    return undefined;
  }
}
