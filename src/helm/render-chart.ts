import { posix } from 'node:path';
import { type Capabilities, capabilitiesObject } from './capabilities.ts';
import { type Chart, textIn } from './chart.ts';
import { resolveDependencies } from './chart-dependencies.ts';
import { filesObject } from './chart-files.ts';
import { coalesceValues } from './chart-values.ts';
import { Effort } from './effort.ts';
import { executeTemplate, type VolatileCall } from './evaluate-template.ts';
import { GoMap, GoStruct, type GoValue, isList, nilList } from './go-value.ts';
import { parseTemplate } from './parse-template.ts';
import { matchesRange, parseVersion } from './semantic-version.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from './template-fault.ts';
import { templateFunctions } from './template-functions.ts';
import type { TemplateNode } from './template-syntax.ts';
import { schemaBreaks } from './values-schema.ts';

/** What a chart is rendered for. */
export interface RenderRequest {
  readonly releaseName: string;
  readonly namespace: string;
  /** Values that win over the chart's own. */
  readonly values: GoMap;
  readonly capabilities: Capabilities;
  /** Whether values are judged by `values.schema.json`. */
  readonly judgeValues: boolean;
}

/** One rendered file of a chart; `NOTES.txt` and files that begin with `_` give none. */
export interface RenderedFile {
  /** As Helm names it: `chart/templates/x.yaml`, `chart/charts/sub/templates/x.yaml`. */
  readonly path: string;
  /** The template it is made by, below the chart's folder; unlike the path it knows no alias. */
  readonly source: string;
  readonly text: string;
  /** The place that wrote what stands at an offset of the text: its file is named like `source`. */
  readonly writtenBy: (offset: number) => TemplatePlace | undefined;
  /** Calls whose result differs from run to run. */
  readonly volatile: readonly VolatileCall[];
}

export interface RenderedChart {
  readonly files: readonly RenderedFile[];
  /** Files below `crds/` of the chart and its subcharts, as they are, by path below the chart's folder. */
  readonly crds: ReadonlyMap<string, string>;
  /** Where Helm would stop: it then renders nothing at all. */
  readonly failures: readonly TemplateFailure[];
  /** Files this renderer cannot tell, by the path of their template. */
  readonly undecided: readonly { readonly path: string; readonly cause: TemplateUndecided }[];
}

interface Source {
  readonly path: string;
  readonly source: string;
  readonly text: string;
  readonly data: GoMap;
  readonly basePath: string;
  readonly runs: boolean;
}

/**
 * Renders a chart as `helm template` does, without a cluster. A file that cannot be told ends as undecided with
 * the function's name and place; the others are rendered.
 */
export function renderChart(chart: Chart, request: RenderRequest): RenderedChart {
  const resolved = resolveDependencies(chart, request.values);
  const values = coalesceValues(resolved, request.values);
  const shared = {
    Release: releaseObject(request),
    Capabilities: capabilitiesObject(request.capabilities),
  };
  const sources: Source[] = [];
  collect(resolved, values, resolved.name, true, shared, sources);
  // Deeper files first, so that a definition of the parent wins over one of the same name below.
  sources.sort((a, b) => depthOf(b.path) - depthOf(a.path) || (a.path < b.path ? 1 : -1));
  const failures: TemplateFailure[] = [];
  const undecided: { path: string; cause: TemplateUndecided }[] = [];
  const note = (error: unknown, path: string): void => {
    if (error instanceof TemplateFailure) failures.push(error);
    else if (error instanceof TemplateUndecided) undecided.push({ path, cause: error });
    else throw error;
  };
  const crds = new Map<string, string>();
  walkCharts(resolved, values, (each, own) => {
    for (const [path, text] of each.crds) crds.set(posix.join(each.folder, path), text);
    if (!request.judgeValues || each.schema === undefined) return;
    const file = posix.join(each.folder, 'values.schema.json');
    try {
      for (const message of schemaBreaks(each.schema, own))
        failures.push(new TemplateFailure(message, { file, line: 1, column: 1 }));
    } catch (error) {
      note(error, file);
    }
  });
  for (const each of absentDependencies(resolved)) undecided.push(each);
  const misfit = kubeMisfit(resolved, request.capabilities.kubeVersion);
  if (misfit !== undefined) undecided.push({ path: 'Chart.yaml', cause: misfit });
  const templates = new Map<string, readonly TemplateNode[]>();
  const isFunction = (name: string): boolean => Object.hasOwn(templateFunctions, name);
  for (const { path, source, text } of sources) {
    try {
      const parsed = parseTemplate(text, source, isFunction);
      for (const [name, body] of parsed.defines) templates.set(name, body);
      templates.set(path, parsed.body);
    } catch (error) {
      note(error, source);
    }
  }
  const files: RenderedFile[] = [];
  const effort = new Effort();
  for (const { path, source, data, basePath, runs } of sources) {
    if (!runs || !templates.has(path)) continue;
    const template = new GoMap([
      ['Name', path],
      ['BasePath', basePath],
    ]);
    const dot = new GoMap([...data, ['Template', template]], { typeName: data.typeName });
    try {
      files.push({
        path,
        source,
        ...executeTemplate(path, dot, templates, templateFunctions, { effort }),
      });
    } catch (error) {
      note(error, source);
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, crds, failures, undecided };
}

/** Files below `crds/` of a chart and of those subcharts that the values let in, by path below the chart's folder. */
export function chartCrds(chart: Chart, values: GoMap): ReadonlyMap<string, string> {
  const crds = new Map<string, string>();
  const visit = (each: Chart): void => {
    for (const [path, text] of each.crds) crds.set(posix.join(each.folder, path), text);
    for (const sub of each.subcharts) visit(sub);
  };
  visit(resolveDependencies(chart, values));
  return crds;
}

/** A chart and those below it, with the values each is given. */
function walkCharts(
  chart: Chart,
  values: GoMap,
  visit: (chart: Chart, values: GoMap) => void,
): void {
  visit(chart, values);
  for (const sub of chart.subcharts) {
    const own = values.get(sub.name);
    walkCharts(sub, own instanceof GoMap ? own : new GoMap(), visit);
  }
}

/** Helm stops for them; whoever builds the package may fetch them first. */
function absentDependencies(chart: Chart): readonly { path: string; cause: TemplateUndecided }[] {
  return [
    ...chart.absent.map(({ name, version }) => ({
      path: posix.join(chart.folder, 'Chart.yaml'),
      cause: new TemplateUndecided(
        'dependencies',
        `the chart depends on ${name}${version === '' ? '' : ` ${version}`}, which does not lie in charts/`,
      ),
    })),
    ...chart.subcharts.flatMap(absentDependencies),
  ];
}

function kubeMisfit({ metadata }: Chart, kubeVersion: string): TemplateUndecided | undefined {
  const range = textIn(metadata, 'kubeVersion') ?? '';
  const version = parseVersion(kubeVersion);
  if (range === '' || version === undefined || matchesRange(version, range) === true)
    return undefined;
  return new TemplateUndecided(
    'kubeVersion',
    `the chart is for Kubernetes ${range}, and was rendered for ${kubeVersion}`,
  );
}

function depthOf(path: string): number {
  return path.split('/').length;
}

function collect(
  chart: Chart,
  values: GoMap,
  path: string,
  isRoot: boolean,
  shared: Readonly<Record<string, GoValue>>,
  into: Source[],
): GoMap {
  const data = new GoMap(
    [
      ['Chart', chartObject(chart, isRoot)],
      ['Files', filesObject(chart.files)],
      ['Values', new GoMap(values, { typeName: 'chartutil.Values' })],
      ...Object.entries(shared),
    ],
    { typeName: 'chartutil.Values' },
  );
  const subcharts = new GoMap();
  data.set('Subcharts', subcharts);
  for (const sub of chart.subcharts) {
    const own = values.get(sub.name);
    const below = collect(
      sub,
      own instanceof GoMap ? own : new GoMap(),
      `${path}/charts/${sub.name}`,
      false,
      shared,
      into,
    );
    subcharts.set(sub.name, below);
  }
  for (const [file, text] of chart.templates) {
    const base = file.slice(file.lastIndexOf('/') + 1);
    if (chart.isLibrary && !base.startsWith('_')) continue;
    into.push({
      path: `${path}/${file}`,
      source: posix.join(chart.folder, file),
      text,
      data,
      basePath: `${path}/templates`,
      runs: !base.startsWith('_') && base !== 'NOTES.txt',
    });
  }
  return data;
}

function releaseObject({ releaseName, namespace }: RenderRequest): GoMap {
  return new GoMap([
    ['Name', releaseName],
    ['Namespace', namespace],
    ['IsUpgrade', false],
    ['IsInstall', true],
    ['Revision', 1n],
    ['Service', 'Helm'],
  ]);
}

function chartObject({ metadata }: Chart, isRoot: boolean): GoStruct {
  const text = (key: string): string => textIn(metadata, key) ?? '';
  const list = (key: string): GoValue => {
    const value = metadata.get(key) ?? null;
    return isList(value) ? value : nilList();
  };
  const annotations = metadata.get('annotations') ?? null;
  const maintainers = list('maintainers');
  return new GoStruct('struct { chart.Metadata; IsRoot bool }', {
    Name: text('name'),
    Home: text('home'),
    Sources: list('sources'),
    Version: text('version'),
    Description: text('description'),
    Keywords: list('keywords'),
    Maintainers:
      isList(maintainers) && maintainers.length > 0
        ? maintainers.map((each) =>
            each instanceof GoMap
              ? new GoStruct('*chart.Maintainer', {
                  Name: textIn(each, 'name') ?? '',
                  Email: textIn(each, 'email') ?? '',
                  URL: textIn(each, 'url') ?? '',
                })
              : each,
          )
        : nilList(),
    Icon: text('icon'),
    APIVersion: text('apiVersion'),
    Condition: text('condition'),
    Tags: text('tags'),
    AppVersion: text('appVersion'),
    Deprecated: metadata.get('deprecated') === true,
    Annotations: new GoMap(annotations instanceof GoMap ? annotations : [], {
      typeName: 'map[string]string',
    }),
    KubeVersion: text('kubeVersion'),
    Type: text('type'),
    IsRoot: isRoot,
  });
}
