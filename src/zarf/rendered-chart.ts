import { builtInApiVersions } from '../helm/capabilities.ts';
import { readChart } from '../helm/chart.ts';
import { mergeValues } from '../helm/chart-values.ts';
import { fromPlain, GoMap, type GoValue } from '../helm/go-value.ts';
import { readYaml } from '../helm/read-yaml.ts';
import { type RenderedFile, renderChart } from '../helm/render-chart.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from '../helm/template-fault.ts';
import { TextLines } from '../support/text-lines.ts';
import { type Fill, offsetBefore } from './placeholders.ts';

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
  readonly fill: Fill;
}

/** A chart with its values put in. */
export interface RenderedTemplates {
  readonly files: readonly RenderedTemplate[];
  readonly unread: readonly UnreadFile[];
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
  readonly reason: string;
  /** 1-based, of a template. */
  readonly line?: number;
  readonly column?: number;
  /** Helm would stop here; otherwise this program cannot tell. */
  readonly fails: boolean;
}

/** Taken where nobody says which cluster it will be. */
const capabilities = {
  kubeVersion: 'v1.31.5',
  apiVersions: builtInApiVersions,
  helmVersion: 'v3.19',
};

/** Renders a chart with its subcharts as a deployment by Zarf would. */
export function renderPackagedChart(input: ChartInput): RenderedTemplates {
  const unread: UnreadFile[] = [];
  const [first = ''] = input.files.keys();
  const root = first.slice(0, first.indexOf('/') + 1);
  const rendered = readOr('Chart.yaml', unread, () => {
    const files = [...input.files].filter(([path]) => path.startsWith(root));
    const chart = readChart(
      new Map(files.map(([path, bytes]) => [path.slice(root.length), bytes])),
    );
    const { releaseName, namespace } = input;
    const values = valuesOf(input, unread);
    return renderChart(chart, { releaseName, namespace, values, capabilities });
  });
  for (const failure of rendered?.failures ?? [])
    unread.push(unreadFile(failure.place?.file ?? 'Chart.yaml', failure));
  for (const { path, cause } of rendered?.undecided ?? []) unread.push(unreadFile(path, cause));
  const files = (rendered?.files ?? []).map((file) => filledTemplate(file, input.fill));
  unread.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, unread };
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

function valuesOf({ valuesFiles, settings, fill }: ChartInput, unread: UnreadFile[]): GoMap {
  let values = new GoMap();
  valuesFiles.forEach((bytes, index) => {
    const text = Buffer.from(bytes).toString('utf8');
    const read = readOr(`values file ${index}`, unread, () => readYaml(fill(text).text));
    if (read instanceof GoMap) values = mergeValues(values, read);
  });
  return settings.reduce(
    (all, { path, value }) => mergeValues(all, nested(path, fromPlain(value))),
    values,
  );
}

function readOr<T>(path: string, unread: UnreadFile[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TemplateFailure || error instanceof TemplateUndecided)) throw error;
    unread.push({ ...unreadFile(path, error), path });
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
