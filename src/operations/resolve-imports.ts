import { posix } from 'node:path';
import { pointerSegment } from '../support/json-document.ts';
import { movePaths } from '../zarf/component-inputs.ts';
import type { Component, Constant, Variable } from '../zarf/definition.ts';
import { mergeByName, mergeImported } from '../zarf/imports.ts';
import { PackError, PackUsageError } from '../zarf/pack-error.ts';
import { mergedPlaces, type PlaceOf } from './component-places.ts';
import { type LoadContext, type LoadedDefinition, loadDefinition } from './load-definition.ts';

/** What a definition and all it imports come to. Paths are relative to the definition's folder. */
export interface ImportedParts {
  readonly components: readonly Component[];
  readonly variables: readonly Variable[];
  readonly constants: readonly Constant[];
  readonly valuesFiles: readonly string[];
  /** Definitions that were read, each once. */
  readonly files: readonly string[];
  readonly places: {
    /** In the order of the components. */
    readonly components: readonly PlaceOf[];
    /** By name. */
    readonly variables: ReadonlyMap<string, PlaceOf>;
    readonly constants: ReadonlyMap<string, PlaceOf>;
  };
}

/**
 * Follows `import.path` of every component, however deep.
 * @throws PackError PACK_IMPORT_INVALID for a cycle, a missing file or not exactly one component to import
 * @throws PackUsageError PACK_NOTHING_LEFT when no component fits architecture and flavor
 * @see shared reference of the Zarf package format, 3.6
 */
export async function resolveImports(
  loaded: LoadedDefinition,
  context: LoadContext,
  trail: readonly string[] = [],
): Promise<ImportedParts> {
  if (loaded.components.length === 0) {
    const flavor = context.flavor === '' ? 'no flavor' : `flavor '${context.flavor}'`;
    throw new PackUsageError(
      'PACK_NOTHING_LEFT',
      `${loaded.place('/components')} no component is for architecture '${context.architecture}' and ${flavor}`,
      {
        suggestions: [
          'Check zarfFlavor in cowa-release.yaml against only.flavor of the components',
        ],
      },
    );
  }
  const components: Component[] = [];
  let variables: readonly Variable[] = loaded.definition.variables ?? [];
  let constants: readonly Constant[] = loaded.definition.constants ?? [];
  const valuesFiles: string[] = [];
  const files = new Set([loaded.file]);
  const places: PlaceOf[] = [];
  const below =
    (pointer: string): PlaceOf =>
    (path) =>
      loaded.at([pointer, ...path.map(pointerSegment)].join('/'));
  const byName = (field: 'variables' | 'constants'): Map<string, PlaceOf> =>
    new Map(
      (loaded.definition[field] ?? []).map(({ name }, index) => [
        name,
        below(`/${field}/${index}`),
      ]),
    );
  const variablePlaces = byName('variables');
  const constantPlaces = byName('constants');
  for (const { component, pointer } of loaded.components) {
    const own = { component, at: below(pointer) };
    if (component.import?.path === undefined) {
      components.push(component);
      places.push(own.at);
      continue;
    }
    if (await leadsNowhere(component, pointer, loaded, context)) {
      components.push(component);
      places.push(own.at);
      continue;
    }
    const found = await importOne(
      component,
      `${pointer}/import`,
      component.import.path,
      loaded,
      context,
      trail,
    );
    const merged = mergeImported(component, found.component);
    components.push(merged);
    for (const file of found.parts.files) files.add(file);
    places.push(mergedPlaces(merged, own, { component: found.component, at: found.at }));
    for (const [name, at] of found.parts.places.variables)
      if (!variablePlaces.has(name)) variablePlaces.set(name, at);
    for (const [name, at] of found.parts.places.constants)
      if (!constantPlaces.has(name)) constantPlaces.set(name, at);
    variables = mergeByName(variables, found.parts.variables);
    constants = mergeByName(constants, found.parts.constants);
    valuesFiles.push(...found.parts.valuesFiles);
  }
  valuesFiles.push(...(loaded.definition.values?.files ?? []));
  return {
    components,
    variables,
    constants,
    valuesFiles: [...new Set(valuesFiles)],
    files: [...files],
    places: { components: places, variables: variablePlaces, constants: constantPlaces },
  };
}

/** Where the package is only looked at, an import of something that is not there is told, and the rest read. */
async function leadsNowhere(
  component: Component,
  pointer: string,
  { file, at }: LoadedDefinition,
  { tell, workspace }: LoadContext,
): Promise<boolean> {
  const path = component.import?.path;
  if (tell === undefined || path === undefined) return false;
  if ((await workspace.stat(posix.join(posix.dirname(file), path))) !== undefined) return false;
  tell({
    kind: 'missing',
    component: component.name,
    field: '/import/path',
    message: `component '${component.name}': there is nothing at ${path} to import`,
    place: at(`${pointer}/import/path`),
  });
  return true;
}

async function importOne(
  component: Component,
  pointer: string,
  path: string,
  importer: LoadedDefinition,
  context: LoadContext,
  trail: readonly string[],
): Promise<{
  readonly component: Component;
  readonly at: PlaceOf;
  readonly parts: ImportedParts;
}> {
  const refuse = (message: string, suggestions: readonly string[] = []): PackError =>
    new PackError(
      'PACK_IMPORT_INVALID',
      `${importer.place(pointer)} component '${component.name}': ${message}`,
      { suggestions },
    );
  const target = posix.join(posix.dirname(importer.file), path);
  const stat = await context.workspace.stat(target);
  if (stat === undefined) throw refuse(`there is nothing at ${path} to import`);
  const file = stat.kind === 'directory' ? posix.join(target, 'zarf.yaml') : target;
  const name = component.import?.name ?? component.name;
  const step = `${file}#${name}`;
  if (trail.includes(step) || file === importer.file)
    throw refuse(`the import of ${path} leads back to itself`);
  const loaded = await loadDefinition(file, context);
  const matching = loaded.components.filter((candidate) => candidate.component.name === name);
  const [only, second] = matching;
  if (only === undefined || second !== undefined) {
    const names = loaded.components.map((candidate) => candidate.component.name).join(', ');
    throw refuse(
      `${path} has ${matching.length} components '${name}' for this architecture and flavor, exactly one is needed`,
      [`Those that fit are: ${names || 'none'}`],
    );
  }
  if (loaded.definition.values?.schema) {
    const message = 'values.schema of an imported package: schemas are not merged here';
    const where = { component: component.name, field: '/values/schema' };
    if (context.tell !== undefined)
      context.tell({ kind: 'unsupported', ...where, message, place: loaded.at('/values/schema') });
    else
      throw new PackUsageError('PACK_UNSUPPORTED', `${loaded.place('/values/schema')} ${message}`, {
        suggestions: ['Name the schema in the importing package'],
      });
  }
  const parts = await resolveImports({ ...loaded, components: [only] }, context, [...trail, step]);
  const [resolved] = parts.components;
  const [at] = parts.places.components;
  if (resolved === undefined || at === undefined) throw refuse(`${path} gave no component`);
  const folder = posix.relative(posix.dirname(importer.file), posix.dirname(file)) || '.';
  return {
    component: movePaths(resolved, folder),
    at,
    parts: { ...parts, valuesFiles: parts.valuesFiles.map((value) => posix.join(folder, value)) },
  };
}
