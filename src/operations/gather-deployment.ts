import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedChart, DeployedPackage } from '../lint/deployed-package.ts';
import { targetCluster } from '../lint/target-cluster.ts';
import type { TargetProfile } from '../lint/target-profile.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { findPlace } from '../support/text-lines.ts';
import type { ChartEntry, Component, ManifestEntry } from '../zarf/definition.ts';
import type { DeployedWith } from '../zarf/deployed-with.ts';
import { chartLimits } from '../zarf/helm-package.ts';
import { mergedValues } from '../zarf/merge-values.ts';
import { PackError } from '../zarf/pack-error.ts';
import { chartTree } from './chart-tree.ts';
import { followLinks } from './collect-tree.ts';
import { textOf, toDeployedChart } from './deployed-chart.ts';
import { hostFiles } from './host-files.ts';
import { type NamedFile, RenderedDeployment, type UnreadOf } from './render-deployment.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';
import { unpackChart, withSubcharts } from './unpack-chart.ts';

const maxFileBytes = 2 ** 22;
const missing: ReadonlySet<string> = new Set(['WORKSPACE_MISSING', 'PACK_INPUT_MISSING']);

/** What of a component says which objects there are. */
const objectFields = /^\/(?:charts|manifests|import|scripts)(?:\/|$)/;

/** How a package is deployed and rendered, where it is not by its defaults and in this program. */
export interface DeploymentOptions {
  readonly deployed?: DeployedWith;
  readonly renderer?: ChartRenderer;
  /** Builds kustomizations; without it nobody can tell what they hold. */
  readonly kustomizer?: Kustomizer;
  /** API versions that packages before it define. */
  readonly definedBefore?: readonly string[];
}

/**
 * Renders what a package would deploy, from the files of the user: with nothing but its defaults, or as a bundle
 * deploys it. A file that cannot be read, a chart that cannot be packed either, stands among the unread.
 */
export async function gatherDeployment(
  resolved: ResolvedPackage,
  workspace: Workspace,
  run: Run,
  target: TargetProfile,
  { deployed, renderer, kustomizer, definedBefore }: DeploymentOptions = {},
): Promise<DeployedPackage> {
  const { definition, definitionPath } = resolved;
  const charts: DeployedChart[] = [];
  const texts = new Map<string, string>();
  for (const file of resolved.definitionFiles)
    texts.set(file, textOf(await workspace.read(file, maxFileBytes)));
  const text = texts.get(definitionPath) ?? '';
  const early: UnreadOf[] = [];
  const zarfValues = await readZarfValues();
  const rendering = new RenderedDeployment({
    definition,
    zarfValues,
    cluster: targetCluster(target),
    ...(deployed === undefined ? {} : { deployed }),
    ...(renderer === undefined ? {} : { renderer }),
    ...(definedBefore === undefined ? {} : { definedBefore }),
  });
  for (const { kind, component, field, message, place } of resolved.flaws ?? []) {
    if (!objectFields.test(field)) continue;
    // Told below, with what was asked for.
    if (/^(?:unsupported|remote)$/.test(kind) && /^\/charts\/\d+$|\/kustomizations$/.test(field))
      continue;
    const { file: path, line, column } = place;
    early.push({ path, line, column, component, reason: message, fails: kind === 'missing' });
  }
  for (const unread of early) rendering.note(unread);
  for (const [index, component] of definition.components.entries()) {
    for (const [place, chart] of (component.charts ?? []).entries())
      await takeChart(component, chart, `/components/${index}/charts/${place}`);
    for (const [place, manifest] of (component.manifests ?? []).entries()) {
      for (const file of await readAll(component, manifest.files))
        rendering.takeManifest(component.name, manifest, file);
      const pointer = `/components/${index}/manifests/${place}/kustomizations`;
      for (const [at, folder] of (manifest.kustomizations ?? []).entries())
        await takeKustomization(component, manifest, folder, `${pointer}/${at}`);
    }
  }
  const onHosts = await hostFiles(resolved, workspace, run);
  return {
    label: definition.metadata.name,
    file: definitionPath,
    flavor: resolved.zarfFlavor ?? '',
    architecture: resolved.architecture,
    definition,
    target,
    charts,
    namespaces: definition.components.flatMap((component) =>
      [...(component.charts ?? []), ...(component.manifests ?? [])].map((each) =>
        rendering.namespaceOf(component.name, each),
      ),
    ),
    objects: rendering.objects,
    unread: rendering.unread,
    texts,
    hostFiles: onHosts.found,
    ...(onHosts.left.length === 0 ? {} : { hostFilesLeft: onHosts.left }),
    at: resolved.at,
    find: (wanted) => findPlace(text, wanted),
  };

  async function takeChart(
    component: Component,
    chart: ChartEntry,
    pointer: string,
  ): Promise<void> {
    if (!chart.localPath) {
      untold(component, pointer, `chart '${chart.name}' comes from ${chart.url ?? 'elsewhere'}`);
      return;
    }
    const folder = inputPath(resolved, chart.localPath);
    const files = await readOr(component, folder, () => chartFiles(folder, workspace, run));
    if (files === undefined) return;
    const valuesFiles = await readAll(component, chart.valuesFiles);
    const templatedValuesFiles = await readAll(component, chart.templatedValuesFiles);
    const read = { component: component.name, chart, folder, files };
    charts.push(
      toDeployedChart(
        {
          ...read,
          pointer,
          namespace: rendering.namespaceOf(component.name, chart),
          valuesFiles: [...valuesFiles, ...templatedValuesFiles],
        },
        texts,
      ),
    );
    // With a part of its values it would be another chart.
    const named = [...(chart.valuesFiles ?? []), ...(chart.templatedValuesFiles ?? [])].length;
    if (valuesFiles.length + templatedValuesFiles.length < named) return;
    await rendering.takeChart({ ...read, valuesFiles, templatedValuesFiles }, run);
  }

  async function takeKustomization(
    component: Component,
    manifest: ManifestEntry,
    folder: string,
    pointer: string,
  ): Promise<void> {
    if (kustomizer === undefined) {
      untold(
        component,
        pointer,
        `the kustomization ${folder} is built by a kustomize, and none was named`,
      );
      return;
    }
    const path = inputPath(resolved, folder);
    const anyFolder = manifest.kustomizeAllowAnyDirectory === true;
    const built = await kustomizer.build(path, { anyFolder }, run);
    if ('refused' in built) {
      rendering.note({
        path,
        component: component.name,
        reason: built.refused,
        fails: built.elsewhere !== true,
      });
      return;
    }
    texts.set(path, built.text);
    const bytes = Buffer.from(built.text);
    rendering.takeManifest(component.name, manifest, { path, bytes });
  }

  async function readZarfValues(): Promise<Readonly<Record<string, unknown>> | 'unread'> {
    try {
      const files: NamedFile[] = [];
      for (const file of definition.values?.files ?? []) {
        const path = inputPath(resolved, file);
        files.push({ path, bytes: await workspace.read(path, maxFileBytes) });
      }
      return mergedValues(files);
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
      const { file: path, line, column } = resolved.at('/values/files');
      early.push({ path, line, column, component: '', reason: error.message, fails: true });
      return 'unread';
    }
  }

  async function readAll(
    component: Component,
    named: readonly string[] = [],
  ): Promise<readonly NamedFile[]> {
    const files: NamedFile[] = [];
    for (const each of named) {
      // A flaw has told it.
      if (/^[a-z][a-z0-9+.-]*:\/\//i.test(each)) continue;
      const path = inputPath(resolved, each);
      const bytes = await readText(component, path);
      if (bytes !== undefined) files.push({ path, bytes });
    }
    return files;
  }

  /** What cannot be told from here is told by name and place. */
  function untold({ name }: Component, pointer: string, reason: string): void {
    const { file: path, line, column } = resolved.at(pointer);
    rendering.note({ path, line, column, component: name, reason, fails: false });
  }

  /** What a flaw has told is not told again. */
  async function readOr<T>(
    { name }: Component,
    path: string,
    read: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
      const told = (resolved.flaws ?? []).some(
        ({ kind, component }) => component === name && (kind === 'missing' || kind === 'made'),
      );
      if (!told || !missing.has(error.code))
        rendering.note({ ...faultIn(path, error.message), component: name, fails: true });
      return undefined;
    }
  }

  async function readText(component: Component, path: string): Promise<Uint8Array | undefined> {
    const bytes = await readOr(component, path, () => workspace.read(path, maxFileBytes));
    if (bytes !== undefined) texts.set(path, textOf(bytes));
    return bytes;
  }
}

/** Of a folder the file in it that is meant, where the message begins with it. */
function faultIn(
  path: string,
  message: string,
): { readonly path: string; readonly reason: string } {
  const file = message.startsWith(`${path}/`) ? /^\S+?(?=:? )/.exec(message)?.[0] : undefined;
  if (file === undefined) return { path, reason: message };
  const rest = message.slice(file.length).replace(/^: /, '').trim();
  return { path: file, reason: /^(?:is|has) /.test(rest) ? `it ${rest}` : rest };
}

/** Files of a chart as packing takes them, by path below its folder. */
async function chartFiles(
  folder: string,
  workspace: Workspace,
  run: Run,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { path: root, stat } = await followLinks(folder, workspace);
  if (stat.kind === 'file') {
    const files = await unpackChart(await workspace.read(root, chartLimits.maxChartBytes));
    if (files !== undefined) return files;
    throw new PackError('PACK_CHART_INVALID', `${folder} is a file but no packed chart (.tgz)`);
  }
  const files = new Map<string, Uint8Array>();
  for (const { path } of await chartTree(root, workspace, run))
    files.set(path, await workspace.read(posix.join(root, path), chartLimits.maxFileBytes));
  return withSubcharts(files);
}
