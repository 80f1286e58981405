import type { Place } from '../lint/deployed-package.ts';
import type { Component } from '../zarf/definition.ts';

/** Where a member of a component was written, by keys below the component. */
export type PlaceOf = (path: readonly string[]) => Place;

/** A component of one file, or of several once its imports are merged. */
export interface PlacedComponent {
  readonly component: Component;
  readonly at: PlaceOf;
}

/** Lists that an import puts before those of the importer. */
const joinedLists = new Set([
  'files',
  'images',
  'imageArchives',
  'repos',
  'dataInjections',
  'healthChecks',
  'stateAccess',
]);
/** Entries that are one when they have one name. */
const namedLists = new Set(['charts', 'manifests']);

/**
 * Places in a component made of two: `mergeImported` says what comes from which.
 * @param merged what they became together
 */
export function mergedPlaces(
  merged: Component,
  own: PlacedComponent,
  base: PlacedComponent,
): PlaceOf {
  return (path) => {
    const [field = '', index = '', ...rest] = path;
    if (joinedLists.has(field)) return joinedPlace(path, 0, own, base);
    if (field === 'actions') return joinedPlace(path, 2, own, base);
    if (!namedLists.has(field) || index === '')
      return memberOf(own.component, [field]) === undefined ? base.at(path) : own.at(path);
    const name = memberOf(merged, [field, index, 'name']);
    const mine = indexOfName(own.component, field, name);
    const theirs = indexOfName(base.component, field, name);
    if (theirs === undefined) return own.at([field, `${mine ?? index}`, ...rest]);
    const below = [field, `${theirs}`, ...rest];
    if (mine === undefined) return base.at(below);
    // Both have it: its lists are joined, of everything else the importer's wins.
    const both = [field, `${mine}`, ...rest];
    const [member = ''] = rest;
    const length = lengthOf(base.component, [field, `${theirs}`, member]);
    if (length === undefined) return memberOf(own.component, both) ? own.at(both) : base.at(below);
    const at = Number(rest[1] ?? '0');
    return at < length
      ? base.at(below)
      : own.at([field, `${mine}`, member, `${at - length}`, ...rest.slice(2)]);
  };
}

/** `path[depth]` is a list whose first entries come from the import; `path[depth + 1]` an index into it. */
function joinedPlace(
  path: readonly string[],
  depth: number,
  own: PlacedComponent,
  base: PlacedComponent,
): Place {
  const list = path.slice(0, depth + 1);
  const length = lengthOf(base.component, list) ?? 0;
  const [index = '', ...rest] = path.slice(depth + 1);
  if (index === '') return length > 0 ? base.at(path) : own.at(path);
  const at = Number(index);
  return at < length ? base.at(path) : own.at([...list, `${at - length}`, ...rest]);
}

function indexOfName(component: Component, field: string, name: unknown): number | undefined {
  const list = memberOf(component, [field]);
  if (!Array.isArray(list)) return undefined;
  const found = list.findIndex((entry) => memberOf(entry, ['name']) === name);
  return found < 0 ? undefined : found;
}

function lengthOf(component: Component, path: readonly string[]): number | undefined {
  const list = memberOf(component, path);
  return Array.isArray(list) ? list.length : undefined;
}

function memberOf(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
