import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedChart, DeployedPackage, PlacedDocument } from '../lint/deployed-package.ts';
import { readWithPlaceholders } from '../lint/placeholder-document.ts';
import type { TargetProfile } from '../lint/target-profile.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { TextLines } from '../support/text-lines.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ChartEntry, Component } from '../zarf/definition.ts';
import {
  type DeployedObject,
  type ObjectOrigin,
  type ObjectPlace,
  readObjects,
} from '../zarf/deployed-object.ts';
import { chartLimits } from '../zarf/helm-package.ts';
import { PackError } from '../zarf/pack-error.ts';
import { fillPlaceholders, offsetBefore } from '../zarf/placeholders.ts';
import { renderPackagedChart, type UnreadFile } from '../zarf/rendered-chart.ts';
import { chartTree } from './chart-tree.ts';
import { followLinks } from './collect-tree.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';

const maxFileBytes = 2 ** 22;
const missing: ReadonlySet<string> = new Set(['WORKSPACE_MISSING', 'PACK_INPUT_MISSING']);

/** What of a component says which objects there are. */
const objectFields = /^\/(?:charts|manifests|import|scripts)(?:\/|$)/;

/**
 * Renders what a package would deploy with nothing but its defaults, from the files of the user. A
 * file that cannot be read, a chart that cannot be packed either, stands among the unread.
 */
export async function gatherDeployment(
  resolved: ResolvedPackage,
  workspace: Workspace,
  run: Run,
  target: TargetProfile,
): Promise<DeployedPackage> {
  const { definition, definitionPath } = resolved;
  const objects: DeployedObject[] = [];
  const charts: DeployedChart[] = [];
  const unread: (UnreadFile & { component: string })[] = [];
  const texts = new Map<string, string>();
  for (const { kind, component, field, message, place } of resolved.flaws ?? []) {
    if (!objectFields.test(field)) continue;
    const { file: path, line, column } = place;
    unread.push({ path, line, column, component, reason: message, fails: kind === 'missing' });
  }
  for (const file of resolved.definitionFiles)
    texts.set(file, Buffer.from(await workspace.read(file, maxFileBytes)).toString('utf8'));
  const text = texts.get(definitionPath) ?? '';
  const fill = fillPlaceholders(definition);
  for (const [index, component] of definition.components.entries()) {
    for (const [place, chart] of (component.charts ?? []).entries()) {
      if (!chart.localPath) continue;
      const folder = inputPath(resolved, chart.localPath);
      const files = await readOr(component, folder, () => chartFiles(folder, workspace, run));
      if (files === undefined) continue;
      for (const [path, bytes] of files) texts.set(path, Buffer.from(bytes).toString('utf8'));
      const valuesFiles: { path: string; bytes: Uint8Array }[] = [];
      for (const path of valuesPaths(chart, resolved)) {
        const bytes = await readText(component, path);
        if (bytes !== undefined) valuesFiles.push({ path, bytes });
      }
      charts.push({
        component: component.name,
        pointer: `/components/${index}/charts/${place}`,
        name: chart.name,
        releaseName: chart.releaseName || chart.name,
        namespace: chart.namespace ?? 'default',
        folder,
        chartFile: placedDocument(texts, posix.join(folder, 'Chart.yaml')),
        values: placedDocument(texts, posix.join(folder, 'values.yaml')),
        valuesFiles: valuesFiles.flatMap(
          ({ path }) => readWithPlaceholders(texts.get(path) ?? '', path)?.slice(0, 1) ?? [],
        ),
        templates: templatesIn(folder, files),
      });
      const rendered = renderPackagedChart({
        files: new Map(
          [...files].map(([path, bytes]) => [`chart/${posix.relative(folder, path)}`, bytes]),
        ),
        valuesFiles: valuesFiles.map(({ bytes }) => bytes),
        settings: [],
        releaseName: chart.releaseName || chart.name,
        namespace: chart.namespace ?? 'default',
        fill,
      });
      for (const file of rendered.unread)
        unread.push({ ...file, path: posix.join(folder, file.path), component: component.name });
      for (const { text: made, path, written } of rendered.files)
        take(made, component, {
          source: posix.join(folder, path),
          namespace: chart.namespace ?? 'default',
          written: (at) => placeBelow(folder, path, written?.(at)),
        });
    }
    for (const { files = [], namespace = 'default' } of component.manifests ?? []) {
      for (const each of files) {
        const path = inputPath(resolved, each);
        const bytes = await readText(component, path);
        if (bytes === undefined) continue;
        const authored = Buffer.from(bytes).toString('utf8');
        const filled = fill(authored);
        const [before, now] = [new TextLines(authored), new TextLines(filled.text)];
        take(filled.text, component, {
          source: path,
          namespace,
          written: (at) => before.placeAt(offsetBefore(filled, now.offsetOf(at))),
        });
      }
    }
  }
  return {
    label: definition.metadata.name,
    file: definitionPath,
    flavor: resolved.zarfFlavor ?? '',
    architecture: resolved.architecture,
    definition,
    target,
    charts,
    objects,
    unread,
    texts,
    at: resolved.at,
    find: (wanted) => placeOf(text, wanted),
  };

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
        unread.push({ path, component: name, reason: error.message, fails: true });
      return undefined;
    }
  }

  async function readText(component: Component, path: string): Promise<Uint8Array | undefined> {
    const bytes = await readOr(component, path, () => workspace.read(path, maxFileBytes));
    if (bytes !== undefined) texts.set(path, Buffer.from(bytes).toString('utf8'));
    return bytes;
  }

  function take(
    rendered: string,
    { name }: Component,
    from: Omit<ObjectOrigin, 'component'>,
  ): void {
    const read = readObjects(rendered, { component: name, ...from });
    if (read !== undefined) objects.push(...read);
    else
      unread.push({
        path: from.source,
        component: name,
        reason: 'what it renders to is no YAML',
        fails: true,
      });
  }
}

/** A place in a chart for the workspace; its file is told where it is not the template at hand. */
function placeBelow(
  folder: string,
  path: string,
  { file, line, column } = { file: path, line: 1, column: 1 },
): ObjectPlace {
  return { ...(file === path ? {} : { file: posix.join(folder, file) }), line, column };
}

/** Files of a chart as packing takes them, by path for the workspace. */
async function chartFiles(
  folder: string,
  workspace: Workspace,
  run: Run,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { path: root, stat } = await followLinks(folder, workspace);
  const files = new Map<string, Uint8Array>();
  if (stat.kind !== 'directory')
    throw new PackError('PACK_INPUT_KIND', `${folder} is no folder: a packed chart is not opened`);
  for (const { path } of await chartTree(root, workspace, run))
    files.set(
      posix.join(folder, path),
      await workspace.read(posix.join(root, path), chartLimits.maxFileBytes),
    );
  return files;
}

function valuesPaths(
  { valuesFiles = [], templatedValuesFiles = [] }: ChartEntry,
  resolved: ResolvedPackage,
): readonly string[] {
  return [...valuesFiles, ...templatedValuesFiles].map((file) => inputPath(resolved, file));
}

/** A document among texts; undefined where it is absent, empty or no YAML. */
function placedDocument(
  texts: ReadonlyMap<string, string>,
  file: string,
): PlacedDocument | undefined {
  const text = texts.get(file);
  if (text === undefined) return undefined;
  const { document } = parseYamlDocument(Buffer.from(text));
  if (document === undefined) return undefined;
  return {
    file,
    value: document.value,
    at: (pointer) => ({ file, ...document.locateKey(pointer) }),
  };
}

function templatesIn(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, string> {
  return new Map(
    [...files].flatMap(([path, bytes]) => {
      const below = posix.relative(folder, path);
      return /(?:^|\/)templates\//.test(below)
        ? [[below, Buffer.from(bytes).toString('utf8')] as const]
        : [];
    }),
  );
}

function placeOf(text: string, wanted: string): { line: number; column: number } | undefined {
  const at = text.indexOf(wanted);
  if (at < 0) return undefined;
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
