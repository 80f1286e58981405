import type { NestedFiles } from '../archive/nested-files.ts';
import type { TargetCluster } from '../lint/target-cluster.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Run } from '../support/run.ts';
import { deployedWith } from '../uds/deployed-with.ts';
import type { ChartEntry, Component } from '../zarf/definition.ts';
import { parseValues } from '../zarf/merge-values.ts';
import { PackError } from '../zarf/pack-error.ts';
import type { DescribedPackage } from './describe-archive.ts';
import { type NamedFile, RenderedDeployment } from './render-deployment.ts';
import { unpackChart } from './unpack-chart.ts';

/** How charts are rendered. */
export interface RenderedHow {
  /** The embedded one without. */
  readonly renderer?: ChartRenderer;
  /** What it is rendered for; the cluster of the default profile without. */
  readonly cluster?: TargetCluster;
}

/** A package of an archive, and what it deploys. */
export interface RenderedPackage {
  readonly package: DescribedPackage;
  readonly deployment: RenderedDeployment;
  /** Charts by `component/name`, those that could be opened. */
  readonly charts: ReadonlyMap<string, OpenedChart>;
  /** Manifests, as the component names them. */
  readonly manifests: readonly NamedFile[];
}

/** What was read of a package, by path in it. */
export interface CarriedFiles {
  /** What a tar holds. */
  tar(path: string): NestedFiles | undefined;
  /** A small file. */
  file(path: string): Uint8Array | undefined;
  /** Whether there is a `values.yaml`, and nobody could look into it. */
  readonly valuesLost?: boolean;
}

export interface OpenedChart {
  /** Below the chart's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly valuesFiles: readonly NamedFile[];
}

/** Components that are deployed and say which objects there are. */
export function deployedComponents({ facts, selected }: DescribedPackage): readonly Component[] {
  return (facts.definition?.definition?.components ?? []).filter(
    ({ name, charts = [], manifests = [] }) =>
      selected.has(name) && charts.length + manifests.length > 0,
  );
}

/** What packages before it in a bundle give. */
export interface CarriedBefore {
  /** Names of variables, in capitals. */
  readonly exported: ReadonlySet<string>;
  /** API versions of kinds that are defined. */
  readonly defined: ReadonlySet<string>;
}

/**
 * Renders what a package of an archive deploys, of what was read of it.
 * @param exported variables that packages before it hand on
 * @param notRead gets what nobody could look into
 */
export async function renderCarriedPackage(
  each: DescribedPackage,
  { tar, file, valuesLost = false }: CarriedFiles,
  { exported, defined }: CarriedBefore,
  { renderer, cluster }: RenderedHow,
  notRead: { what: string; reason: string }[],
  run: Run,
): Promise<RenderedPackage> {
  const definition = each.facts.definition?.definition ?? emptyDefinition;
  const bytes = file('values.yaml');
  const skip = (what: string, reason: string): void =>
    void notRead.push({ what: `${each.facts.label}: ${what}`, reason });
  const deployment = new RenderedDeployment({
    definition,
    zarfValues: valuesLost ? 'unread' : readValues(bytes, (reason) => skip('values.yaml', reason)),
    ...(each.entry === undefined
      ? {}
      : { deployed: deployedWith(each.entry, undefined, exported) }),
    ...(renderer === undefined ? {} : { renderer }),
    ...(cluster === undefined ? {} : { cluster }),
    definedBefore: [...defined],
  });
  const charts = new Map<string, OpenedChart>();
  const manifests: NamedFile[] = [];
  for (const component of deployedComponents(each)) {
    const found = tar(`components/${component.name}.tar`);
    if (found === undefined) {
      skip(component.name, 'its component tar is not in the archive, or could not be read');
      continue;
    }
    if (found.fault !== undefined) skip(component.name, found.fault);
    for (const path of found.tooLarge)
      skip(`${component.name}/${path}`, 'it is too large to be looked into');
    const fileIn = (path: string): Uint8Array | undefined =>
      found.files.get(`${component.name}/${path}`);
    for (const chart of component.charts ?? []) {
      const opened = await takeChart(component, chart, fileIn, deployment, run);
      if (opened !== undefined) charts.set(`${component.name}/${chart.name}`, opened);
    }
    for (const manifest of component.manifests ?? [])
      for (const path of manifestPaths(component.name, manifest.name, found.files)) {
        const content = fileIn(path);
        if (content === undefined) continue;
        deployment.takeManifest(component.name, manifest, { path, bytes: content });
        manifests.push({ path, bytes: content });
      }
  }
  return { package: each, deployment, charts, manifests };
}

const emptyDefinition = { kind: '', metadata: { name: '' }, components: [] };

function readValues(
  bytes: Uint8Array | undefined,
  refuse: (reason: string) => void,
): Readonly<Record<string, unknown>> | 'unread' {
  if (bytes === undefined) return {};
  try {
    return parseValues({ path: 'values.yaml', bytes });
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    refuse(error.message);
    return 'unread';
  }
}

async function takeChart(
  component: Component,
  chart: ChartEntry,
  file: (path: string) => Uint8Array | undefined,
  deployment: RenderedDeployment,
  run: Run,
): Promise<OpenedChart | undefined> {
  const { name, version = '', valuesFiles = [], templatedValuesFiles = [] } = chart;
  const stem = version === '' ? name : `${name}-${version}`;
  const unread = (path: string, reason: string): void =>
    deployment.note({ path, component: component.name, reason, fails: false });
  const packed = file(`charts/${stem}.tgz`);
  if (packed === undefined) {
    unread(`charts/${stem}.tgz`, 'it is not in the component');
    return undefined;
  }
  const files = await unpackChart(packed);
  if (files === undefined) {
    unread(`charts/${stem}.tgz`, 'it is no packed chart that can be read');
    return undefined;
  }
  const count = valuesFiles.length + templatedValuesFiles.length;
  const values = Array.from({ length: count }, (_, index) => `values/${stem}-${index}`).map(
    (path) => ({ path, bytes: file(path) }),
  );
  const lost = values.filter(({ bytes }) => bytes === undefined).length;
  if (lost > 0) unread(`values/${stem}`, `${lost} of its values files are not in the component`);
  const named = (from: number, to: number): readonly NamedFile[] =>
    values
      .slice(from, to)
      .flatMap(({ path, bytes }) => (bytes === undefined ? [] : [{ path, bytes }]));
  // With a part of its values it would be another chart.
  if (lost === 0)
    await deployment.takeChart(
      {
        component: component.name,
        chart,
        folder: name,
        files,
        valuesFiles: named(0, valuesFiles.length),
        templatedValuesFiles: named(valuesFiles.length, count),
      },
      run,
    );
  return { files, valuesFiles: named(0, count) };
}

/** Manifests and built kustomizations of an entry, as the component names them. */
function manifestPaths(
  component: string,
  name: string,
  files: ReadonlyMap<string, Uint8Array>,
): readonly string[] {
  const start = `${component}/manifests/`;
  return [...files.keys()]
    .filter((path) => path.startsWith(start))
    .map((path) => path.slice(component.length + 1))
    .filter((path) => {
      const base = path.slice('manifests/'.length);
      const stem = base.startsWith('kustomization-') ? base.slice('kustomization-'.length) : base;
      return [base, stem].some(
        (each) => each.startsWith(`${name}-`) && /^[0-9]+\.yaml$/.test(each.slice(name.length + 1)),
      );
    })
    .sort();
}
