import { posix } from 'node:path';
import type { ActionSet, Component } from './definition.ts';
import { parseGitAddress } from './git-address.ts';
import { chartAddress, isGitChart, isRemote } from './remote-inputs.ts';

/** A local file or folder that a component names. */
export interface ComponentInput {
  /** As the component spells it. */
  readonly path: string;
  readonly kind: 'manifest' | 'kustomization' | 'chart' | 'values' | 'file' | 'data';
  /** JSON pointer below the component. */
  readonly pointer: string;
}

/** Something a component asks for that this program does not build. */
export interface UnsupportedField {
  /** JSON pointer below the component. */
  readonly pointer: string;
  readonly what: string;
  readonly suggestion: string;
}

/** Every local path a component names, in the order of its fields. For what is fetched see `remoteInputs`. */
export function componentInputs(component: Component): readonly ComponentInput[] {
  const inputs: ComponentInput[] = [];
  const add = (kind: ComponentInput['kind'], path: string, pointer: string): void => {
    if (path !== '' && !isRemote(path)) inputs.push({ path, kind, pointer });
  };
  component.manifests?.forEach((manifest, at) => {
    for (const [index, path] of (manifest.files ?? []).entries())
      add('manifest', path, `/manifests/${at}/files/${index}`);
    for (const [index, path] of (manifest.kustomizations ?? []).entries())
      add('kustomization', path, `/manifests/${at}/kustomizations/${index}`);
  });
  component.charts?.forEach((chart, at) => {
    add('chart', chart.localPath ?? '', `/charts/${at}/localPath`);
    for (const [index, path] of (chart.valuesFiles ?? []).entries())
      add('values', path, `/charts/${at}/valuesFiles/${index}`);
    for (const [index, path] of (chart.templatedValuesFiles ?? []).entries())
      add('values', path, `/charts/${at}/templatedValuesFiles/${index}`);
  });
  for (const [at, file] of (component.files ?? []).entries())
    add('file', file.source, `/files/${at}/source`);
  for (const [at, data] of (component.dataInjections ?? []).entries())
    add('data', data.source, `/dataInjections/${at}/source`);
  return inputs;
}

/** What a component has that would have to be dropped: it is named and refused instead. */
export function unsupportedFields(component: Component): readonly UnsupportedField[] {
  const found: UnsupportedField[] = [];
  const add = (pointer: string, what: string, suggestion: string): void =>
    void found.push({ pointer, what, suggestion });
  if (component.import?.url)
    add(
      '/import/url',
      'a component imported from a registry',
      'Import by path from a folder of your repository',
    );
  if (component.scripts !== undefined)
    add('/scripts', 'scripts, which Zarf replaced by actions', 'Write them as actions.onDeploy');
  if (component.imageArchives?.length)
    add(
      '/imageArchives',
      'image archives',
      'List the images under images and the archive under imageSources of cowa-release.yaml',
    );
  component.manifests?.forEach((manifest, at) => {
    for (const [index, place] of (manifest.kustomizations ?? []).entries())
      if (isRemote(place) || /[?@]|^[\w.-]+\.[a-z]{2,}[/:]/.test(place))
        add(
          `/manifests/${at}/kustomizations/${index}`,
          'a kustomization from elsewhere',
          'Keep a copy of it beside the definition, and name its folder',
        );
    if (manifest.kustomizations?.length && manifest.enableKustomizePlugins === true)
      add(
        `/manifests/${at}/enableKustomizePlugins`,
        'kustomizations that run programs of their own',
        'Render them with `kustomize build` and name the result under files',
      );
  });
  const refuseGit = (pointer: string, address: string): void => {
    if (parseGitAddress(address)?.url.match(/^https?:/)) return;
    add(
      pointer,
      'a Git repository that is not fetched by HTTPS, or a revision git would not have',
      'Write https://<host>/<path>.git@<tag>, @refs/heads/<branch> or @<commit>',
    );
  };
  for (const [at, repository] of (component.repos ?? []).entries())
    refuseGit(`/repos/${at}`, repository);
  component.charts?.forEach((chart, at) => {
    if (isGitChart(chart.url ?? ''))
      refuseGit(`/charts/${at}`, chartAddress(chart).split('#')[0] ?? '');
  });
  return found;
}

/** The component with every local path moved below a folder, for one that was imported from there. */
export function movePaths(component: Component, folder: string): Component {
  const move = (path: string): string =>
    path === '' || isRemote(path) || path.startsWith('/') ? path : posix.join(folder, path);
  const moveAll = (paths: readonly string[] | undefined): readonly string[] =>
    (paths ?? []).map(move);
  return {
    ...component,
    ...(component.manifests && {
      manifests: component.manifests.map((entry) => ({
        ...entry,
        ...(entry.files ? { files: moveAll(entry.files) } : {}),
        ...(entry.kustomizations ? { kustomizations: moveAll(entry.kustomizations) } : {}),
      })),
    }),
    ...(component.charts && {
      charts: component.charts.map((entry) => ({
        ...entry,
        ...(entry.localPath ? { localPath: move(entry.localPath) } : {}),
        ...(entry.valuesFiles ? { valuesFiles: moveAll(entry.valuesFiles) } : {}),
        ...(entry.templatedValuesFiles
          ? { templatedValuesFiles: moveAll(entry.templatedValuesFiles) }
          : {}),
      })),
    }),
    ...(component.files && {
      files: component.files.map((entry) => ({ ...entry, source: move(entry.source) })),
    }),
    ...(component.dataInjections && {
      dataInjections: component.dataInjections.map((entry) => ({
        ...entry,
        source: move(entry.source),
      })),
    }),
    ...(component.actions?.onCreate && {
      actions: { ...component.actions, onCreate: moveActions(component.actions.onCreate, move) },
    }),
  };
}

/** Actions of an imported component run where it was imported from; each says so, as defaults may be replaced. */
function moveActions(set: ActionSet, move: (path: string) => string): ActionSet {
  const moved: { -readonly [key in keyof ActionSet]: ActionSet[key] } = { ...set };
  for (const stage of ['before', 'after', 'onSuccess', 'onFailure'] as const) {
    const actions = set[stage];
    if (actions === undefined) continue;
    moved[stage] = actions.map((action) => {
      const dir: unknown = action['dir'] ?? set.defaults?.['dir'] ?? '.';
      return typeof dir === 'string' ? { ...action, dir: move(dir === '' ? '.' : dir) } : action;
    });
  }
  return moved;
}
