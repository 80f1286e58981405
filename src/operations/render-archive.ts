import { ArchiveError } from '../archive/archive-error.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import type { NestedFiles } from '../archive/nested-files.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readNestedFiles } from '../archive/read-nested-files.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import type { TargetCluster } from '../lint/target-cluster.ts';
import { hexOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Run } from '../support/run.ts';
import { deployedWith } from '../uds/deployed-with.ts';
import type { ChartEntry, Component } from '../zarf/definition.ts';
import { parseValues } from '../zarf/merge-values.ts';
import { PackError } from '../zarf/pack-error.ts';
import type { DescribedPackage } from './describe-archive.ts';
import { type NamedFile, RenderedDeployment } from './render-deployment.ts';
import { unpackChart } from './unpack-chart.ts';

export interface RenderArchivePorts {
  readonly compute: Compute;
  readonly openCompute: () => Promise<Compute>;
  /** The embedded one without. */
  readonly renderer?: ChartRenderer;
  /** What it is rendered for; the cluster of the default profile without. */
  readonly cluster?: TargetCluster;
}

type RenderedHow = Pick<RenderArchivePorts, 'renderer' | 'cluster'>;

/** A package of an archive, and what it deploys. */
export interface RenderedPackage {
  readonly package: DescribedPackage;
  readonly deployment: RenderedDeployment;
  /** Charts by `component/name`, those that could be opened. */
  readonly charts: ReadonlyMap<string, OpenedChart>;
  /** Manifests, as the component names them. */
  readonly manifests: readonly NamedFile[];
}

export interface OpenedChart {
  /** Below the chart's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly valuesFiles: readonly NamedFile[];
}

export interface RenderedArchive {
  /** In the order of the archive. */
  readonly rendered: readonly RenderedPackage[];
  /** What could not be read at all, so that nothing could be rendered of it. */
  readonly notRead: readonly { readonly what: string; readonly reason: string }[];
}

/**
 * Renders what the packages of an archive deploy, from what it carries: charts with their values files, manifests,
 * the defaults of variables, and what the bundle sets. Only components that are deployed are looked at.
 */
export async function renderArchive(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  archive: OpenArchive,
  ports: RenderArchivePorts,
  run: Run,
): Promise<RenderedArchive> {
  return renderAll(
    facts,
    packages,
    (tars, values, notRead) => readEntries(facts, tars, values, archive, ports, notRead, run),
    ports,
    run,
  );
}

/** The same of what one pass over the archive kept: nothing is read again. */
export async function renderKept(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  run: Run,
): Promise<RenderedArchive> {
  return renderAll(facts, packages, () => Promise.resolve(new Map()), {}, run);
}

async function renderAll(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  readOthers: (
    tars: ReadonlySet<string>,
    values: ReadonlySet<string>,
    notRead: { what: string; reason: string }[],
  ) => Promise<ReadonlyMap<string, NestedFiles> | undefined>,
  how: RenderedHow,
  run: Run,
): Promise<RenderedArchive> {
  const notRead: { what: string; reason: string }[] = [];
  const wanted = new Set<string>();
  const values = new Set<string>();
  for (const each of packages) {
    for (const component of deployedComponents(each)) {
      const tar = entryOf(facts, each, `components/${component.name}.tar`);
      if (tar !== undefined) wanted.add(tar);
    }
    const file = entryOf(facts, each, 'values.yaml');
    if (file !== undefined) values.add(file);
  }
  const kept = keptFiles(facts, wanted, values);
  const open = (paths: ReadonlySet<string>) =>
    new Set([...paths].filter((path) => !kept.has(path)));
  const others = await readOthers(open(wanted), open(values), notRead);
  if (others === undefined && kept.size === 0) return { rendered: [], notRead };
  const nested = new Map([...kept, ...(others ?? [])]);
  const rendered: RenderedPackage[] = [];
  const exported = new Set<string>();
  for (const each of packages) {
    rendered.push(await renderPackage(facts, each, nested, exported, how, notRead, run));
    for (const { name } of each.entry?.exports ?? []) exported.add(name.toUpperCase());
  }
  return { rendered, notRead };
}

/** What the pass over the archive kept of the paths that are asked for. */
function keptFiles(
  { entries }: ArchiveFacts,
  tars: ReadonlySet<string>,
  values: ReadonlySet<string>,
): ReadonlyMap<string, NestedFiles> {
  const kept = new Map<string, NestedFiles>();
  for (const { path, nested, content } of entries) {
    if (nested !== undefined && tars.has(path)) kept.set(path, nested);
    // A file as a tar of which it is the only one.
    else if (content !== undefined && values.has(path))
      kept.set(path, { files: new Map([[path, content]]), tooLarge: [], fault: undefined });
  }
  return kept;
}

function deployedComponents({ facts, selected }: DescribedPackage): readonly Component[] {
  return (facts.definition?.definition?.components ?? []).filter(
    ({ name, charts = [], manifests = [] }) =>
      selected.has(name) && charts.length + manifests.length > 0,
  );
}

/** Path in the archive of a package's file. */
function entryOf(
  { bundle }: ArchiveFacts,
  { facts }: DescribedPackage,
  path: string,
): string | undefined {
  const file = facts.files.get(path);
  if (bundle === undefined) return file === undefined ? undefined : path;
  if (file?.digest === undefined) return undefined;
  return `${bundle.format === 'next' ? 'oci/' : ''}blobs/sha256/${hexOf(file.digest)}`;
}

async function readEntries(
  facts: ArchiveFacts,
  tars: ReadonlySet<string>,
  values: ReadonlySet<string>,
  archive: OpenArchive,
  { compute, openCompute }: RenderArchivePorts,
  notRead: { what: string; reason: string }[],
  run: Run,
): Promise<ReadonlyMap<string, NestedFiles> | undefined> {
  const what = 'charts and manifests';
  if (tars.size === 0) return new Map();
  if (archive.ranges === undefined) {
    const reason = 'standard input can be read only once; give the archive as a file';
    notRead.push({ what, reason });
    return undefined;
  }
  const worker = facts.container.unproven === true ? compute : await openCompute();
  const wants = (path: string): boolean => /^[^/]+\/(?:charts|values|manifests)\/[^/]+$/.test(path);
  const filter = {
    isTar: (path: string) => tars.has(path),
    isFile: (path: string) => values.has(path),
    wants,
  };
  try {
    return await readNestedFiles(archive, filter, defaultReadLimits, worker, run);
  } catch (error) {
    if (!(error instanceof ArchiveError || error instanceof ContainerFault)) throw error;
    notRead.push({ what, reason: error.message });
    return new Map();
  }
}

async function renderPackage(
  facts: ArchiveFacts,
  each: DescribedPackage,
  nested: ReadonlyMap<string, NestedFiles>,
  exported: ReadonlySet<string>,
  { renderer, cluster }: RenderedHow,
  notRead: { what: string; reason: string }[],
  run: Run,
): Promise<RenderedPackage> {
  const definition = each.facts.definition?.definition ?? emptyDefinition;
  const valuesPath = entryOf(facts, each, 'values.yaml');
  const valuesFile = valuesPath === undefined ? undefined : nested.get(valuesPath);
  const bytes = valuesFile?.files.get(valuesPath ?? '');
  const skip = (what: string, reason: string): void =>
    void notRead.push({ what: `${each.facts.label}: ${what}`, reason });
  const deployment = new RenderedDeployment({
    definition,
    zarfValues: readValues(bytes, (reason) => skip('values.yaml', reason)),
    ...(each.entry === undefined
      ? {}
      : { deployed: deployedWith(each.entry, undefined, exported) }),
    ...(renderer === undefined ? {} : { renderer }),
    ...(cluster === undefined ? {} : { cluster }),
  });
  const charts = new Map<string, OpenedChart>();
  const manifests: NamedFile[] = [];
  for (const component of deployedComponents(each)) {
    const tar = entryOf(facts, each, `components/${component.name}.tar`);
    const found = tar === undefined ? undefined : nested.get(tar);
    if (found === undefined) {
      skip(component.name, 'its component tar is not in the archive, or could not be read');
      continue;
    }
    if (found.fault !== undefined) skip(component.name, found.fault);
    for (const path of found.tooLarge)
      skip(`${component.name}/${path}`, 'it is too large to be looked into');
    const file = (path: string): Uint8Array | undefined =>
      found.files.get(`${component.name}/${path}`);
    for (const chart of component.charts ?? []) {
      const opened = await takeChart(component, chart, file, deployment, run);
      if (opened !== undefined) charts.set(`${component.name}/${chart.name}`, opened);
    }
    for (const manifest of component.manifests ?? [])
      for (const path of manifestPaths(component.name, manifest.name, found.files)) {
        const content = file(path);
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
): Readonly<Record<string, unknown>> {
  if (bytes === undefined) return {};
  try {
    return parseValues({ path: 'values.yaml', bytes });
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    refuse(error.message);
    return {};
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
