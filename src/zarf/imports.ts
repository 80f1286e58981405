import type {
  ActionSet,
  ChartEntry,
  Component,
  ComponentActions,
  ManifestEntry,
} from './definition.ts';
import { PackError } from './pack-error.ts';

/** True when a component belongs into a package of this architecture and flavor; an empty condition fits all. */
export function isCompatible(
  component: Component,
  target: { readonly architecture: string; readonly flavor: string },
): boolean {
  const architecture = component.only?.cluster?.architecture ?? '';
  const flavor = component.only?.flavor ?? '';
  return (
    (architecture === '' || architecture === target.architecture) &&
    (flavor === '' || flavor === target.flavor)
  );
}

/**
 * What an importing component and the imported one become together. Paths of the imported one must
 * already be relative to the importer.
 * @throws PackError PACK_IMPORT_INVALID when both name an operating system and differ
 * @see shared reference of the Zarf package format, 3.6
 */
export function mergeImported(importer: Component, imported: Component): Component {
  const { import: _done, ...own } = importer;
  const { import: _resolved, ...base } = imported;
  const localOS = mergeLocalOs(own, base);
  const only = {
    ...base.only,
    ...(own.only?.flavor === undefined ? {} : { flavor: own.only.flavor }),
    ...(localOS === undefined ? {} : { localOS }),
  };
  const { default: _default, required: _required, group: _group, only: _only, ...rest } = base;
  const actions = mergeActions(base.actions, own.actions);
  return {
    ...rest,
    name: own.name,
    ...(own.default === undefined ? {} : { default: own.default }),
    ...(own.required === undefined ? {} : { required: own.required }),
    ...(own.group === undefined ? {} : { group: own.group }),
    ...(own.description ? { description: own.description } : {}),
    ...(Object.keys(only).length === 0 ? {} : { only }),
    ...joined('files', base.files, own.files),
    ...joined('images', base.images, own.images),
    ...joined('imageArchives', base.imageArchives, own.imageArchives),
    ...joined('repos', base.repos, own.repos),
    ...joined('dataInjections', base.dataInjections, own.dataInjections),
    ...joined('healthChecks', base.healthChecks, own.healthChecks),
    ...joined('stateAccess', base.stateAccess, own.stateAccess),
    ...joined('charts', mergeNamed(base.charts, own.charts, mergeChart), undefined),
    ...joined('manifests', mergeNamed(base.manifests, own.manifests, mergeManifest), undefined),
    ...(actions === undefined ? {} : { actions }),
  };
}

/** Package-level lists merged by name; the importer's entry wins and keeps its place. */
export function mergeByName<T extends { readonly name: string }>(
  own: readonly T[] = [],
  imported: readonly T[] = [],
): readonly T[] {
  const names = new Set(own.map((entry) => entry.name));
  return [...own, ...imported.filter((entry) => !names.has(entry.name))];
}

function mergeLocalOs(own: Component, base: Component): string | undefined {
  const mine = own.only?.localOS;
  const theirs = base.only?.localOS;
  if (mine && theirs && mine !== theirs) {
    throw new PackError(
      'PACK_IMPORT_INVALID',
      `component '${own.name}' is for ${mine}, the one it imports is for ${theirs}`,
      {
        suggestions: ['Give only.localOS in one of the two places, or the same in both'],
      },
    );
  }
  return mine ?? theirs;
}

function joined<Name extends string, T>(
  name: Name,
  first: readonly T[] | undefined,
  second: readonly T[] | undefined,
): { readonly [key in Name]?: readonly T[] } {
  const items = [...(first ?? []), ...(second ?? [])];
  const result: { [key in Name]?: readonly T[] } = {};
  if (items.length > 0) result[name] = items;
  return result;
}

function mergeNamed<T extends { readonly name: string }>(
  base: readonly T[] = [],
  own: readonly T[] = [],
  merge: (base: T, own: T) => T,
): readonly T[] {
  const overrides = new Map(own.map((entry) => [entry.name, entry]));
  const merged = base.map((entry) => {
    const override = overrides.get(entry.name);
    overrides.delete(entry.name);
    return override === undefined ? entry : merge(entry, override);
  });
  return [...merged, ...own.filter((entry) => overrides.has(entry.name))];
}

function mergeChart(base: ChartEntry, own: ChartEntry): ChartEntry {
  return {
    ...base,
    ...(own.namespace ? { namespace: own.namespace } : {}),
    ...(own.releaseName ? { releaseName: own.releaseName } : {}),
    ...(own.version ? { version: own.version } : {}),
    ...(own.url ? { url: own.url } : {}),
    ...joined('valuesFiles', base.valuesFiles, own.valuesFiles),
    ...joined('templatedValuesFiles', base.templatedValuesFiles, own.templatedValuesFiles),
    ...joined('variables', base.variables, own.variables),
    ...joined('values', base.values, own.values),
  };
}

function mergeManifest(base: ManifestEntry, own: ManifestEntry): ManifestEntry {
  return {
    ...base,
    ...(own.namespace ? { namespace: own.namespace } : {}),
    ...joined('files', base.files, own.files),
    ...joined('kustomizations', base.kustomizations, own.kustomizations),
  };
}

/** Lists joined, defaults only those of the importer: what the imported file set for all its actions does not apply, in Zarf either. */
function mergeActions(
  base?: ComponentActions,
  own?: ComponentActions,
): ComponentActions | undefined {
  if (base === undefined) return own;
  const merged: { -readonly [key in keyof ComponentActions]: ActionSet } = {};
  for (const stage of ['onCreate', 'onDeploy', 'onRemove'] as const) {
    const first = base[stage];
    const second = own?.[stage];
    const defaults = second?.defaults;
    const set = {
      ...(defaults === undefined ? {} : { defaults }),
      ...joined('before', first?.before, second?.before),
      ...joined('after', first?.after, second?.after),
      ...joined('onSuccess', first?.onSuccess, second?.onSuccess),
      ...joined('onFailure', first?.onFailure, second?.onFailure),
    };
    if (Object.keys(set).length > 0) merged[stage] = set;
  }
  return merged;
}
