import { posix } from 'node:path';
import type { DeployedChart, DeployedPackage, PlacedDocument } from '../lint/deployed-package.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ChartEntry, Component, PackageDefinition } from '../zarf/definition.ts';
import { type DeployedObject, readObjects } from '../zarf/deployed-object.ts';
import { chartLimits } from '../zarf/helm-package.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { fillPlaceholders } from '../zarf/placeholders.ts';
import { renderPackagedChart, type UnreadFile } from '../zarf/rendered-chart.ts';
import { chartTree } from './chart-tree.ts';
import { followLinks } from './collect-tree.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';

const maxFileBytes = 2 ** 22;

/**
 * Renders what a package would deploy with nothing but its defaults, from the files of the user.
 * @throws PackError for a chart that cannot be packed either
 */
export async function gatherDeployment(
  resolved: ResolvedPackage,
  workspace: Workspace,
  run: Run,
): Promise<DeployedPackage> {
  const { definition, definitionPath } = resolved;
  const objects: DeployedObject[] = [];
  const charts: DeployedChart[] = [];
  const unread: (UnreadFile & { component: string })[] = [];
  const texts = new Map<string, string>();
  const text = Buffer.from(await workspace.read(definitionPath, maxFileBytes)).toString('utf8');
  texts.set(definitionPath, text);
  const fill = fillPlaceholders(definition);
  for (const [index, component] of definition.components.entries()) {
    for (const [place, chart] of (component.charts ?? []).entries()) {
      if (!chart.localPath) continue;
      const folder = inputPath(resolved, chart.localPath);
      const files = await chartFiles(folder, workspace, run);
      for (const [path, bytes] of files) texts.set(path, Buffer.from(bytes).toString('utf8'));
      const valuesFiles = await valuesOf(chart, resolved, workspace, texts);
      charts.push({
        component: component.name,
        pointer: `/components/${index}/charts/${place}`,
        name: chart.name,
        releaseName: chart.releaseName || chart.name,
        namespace: chart.namespace ?? 'default',
        folder,
        chartFile: placedDocument(texts, posix.join(folder, 'Chart.yaml')),
        values: placedDocument(texts, posix.join(folder, 'values.yaml')),
        valuesFiles: valuesFiles.flatMap(({ path }) => placedDocument(texts, path) ?? []),
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
      for (const file of rendered.files)
        take(file.text, posix.join(folder, file.path), component, chart.namespace ?? 'default');
    }
    for (const { files = [], namespace = 'default' } of component.manifests ?? []) {
      for (const each of files) {
        const path = inputPath(resolved, each);
        const bytes = await workspace.read(path, maxFileBytes);
        texts.set(path, Buffer.from(bytes).toString('utf8'));
        take(fill(Buffer.from(bytes).toString('utf8')).text, path, component, namespace);
      }
    }
  }
  return {
    label: definition.metadata.name,
    file: definitionPath,
    flavor: resolved.zarfFlavor ?? '',
    architecture: resolved.architecture,
    definition,
    charts,
    objects,
    unread,
    texts,
    at: placesOf(text, definition, definitionPath),
    find: (wanted) => placeOf(text, wanted),
  };

  function take(rendered: string, source: string, { name }: Component, namespace: string): void {
    const read = readObjects(rendered, { component: name, source, namespace });
    if (read !== undefined) objects.push(...read);
    else
      unread.push({
        path: source,
        component: name,
        reason: 'what it renders to is no YAML',
        fails: true,
      });
  }
}

/** Files of a chart as packing takes them, by path for the workspace. */
async function chartFiles(
  folder: string,
  workspace: Workspace,
  run: Run,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { path: root, stat } = await followLinks(folder, workspace);
  const files = new Map<string, Uint8Array>();
  if (stat.kind !== 'directory') return files;
  for (const { path } of await chartTree(root, workspace, run))
    files.set(
      posix.join(folder, path),
      await workspace.read(posix.join(root, path), chartLimits.maxFileBytes),
    );
  return files;
}

async function valuesOf(
  { valuesFiles = [], templatedValuesFiles = [] }: ChartEntry,
  resolved: ResolvedPackage,
  workspace: Workspace,
  texts: Map<string, string>,
): Promise<readonly { readonly path: string; readonly bytes: Uint8Array }[]> {
  const read: { path: string; bytes: Uint8Array }[] = [];
  for (const file of [...valuesFiles, ...templatedValuesFiles]) {
    const path = inputPath(resolved, file);
    const bytes = await workspace.read(path, maxFileBytes);
    texts.set(path, Buffer.from(bytes).toString('utf8'));
    read.push({ path, bytes });
  }
  return read;
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

/** Components of other flavors were left out, so they are found by name and flavor. */
function placesOf(
  text: string,
  definition: PackageDefinition,
  file: string,
): DeployedPackage['at'] {
  const authored = parsePackageDefinition(Buffer.from(text), 'authored');
  return (pointer) => {
    const [, index, rest = ''] = /^\/components\/([0-9]+)(\/.*)?$/s.exec(pointer) ?? [];
    if (index === undefined) return { file, ...authored.locate(pointer) };
    const wanted = definition.components[Number(index)];
    const found = (authored.definition?.components ?? []).findIndex(
      ({ name, only }) => name === wanted?.name && only?.flavor === wanted.only?.flavor,
    );
    return { file, ...authored.locate(found < 0 ? '/components' : `/components/${found}${rest}`) };
  };
}

function placeOf(text: string, wanted: string): { line: number; column: number } | undefined {
  const at = text.indexOf(wanted);
  if (at < 0) return undefined;
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
