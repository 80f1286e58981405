import { posix } from 'node:path';
import type { Place } from '../lint/deployed-package.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { componentInputs } from '../zarf/component-inputs.ts';
import { fillComponentName } from '../zarf/create-templates.ts';
import type { Component, PackageDefinition } from '../zarf/definition.ts';
import { PackError } from '../zarf/pack-error.ts';
import {
  type DefinitionFlaw,
  type KnownDefinitions,
  type LoadContext,
  type LoadedDefinition,
  loadDefinition,
} from './load-definition.ts';
import {
  judgeRules,
  refuseActions,
  refuseInit,
  refuseTwins,
  refuseUnusedPayloads,
} from './refuse-package.ts';
import { type ImportedParts, resolveImports } from './resolve-imports.ts';
import {
  type LocalInput,
  type OnCreateAction,
  type Payload,
  payloadFor,
  type ResolvedPackage,
} from './resolved-package.ts';

export type { Payload, ResolvedPackage } from './resolved-package.ts';

/** What a package is to be made from. */
export interface ResolveRequest {
  /** A folder with a `zarf.yaml`, or the file. */
  readonly definitionPath: string;
  readonly architecture: string;
  readonly zarfFlavor?: string;
  /** Values of create-time templates. */
  readonly set?: Readonly<Record<string, string>>;
  readonly registryOverrides?: Readonly<Record<string, string>>;
  readonly payloads: readonly Payload[];
  /** Whether the user allowed `onCreate` actions. */
  readonly allowActions: boolean;
  /** See `LoadContext`. */
  readonly known?: KnownDefinitions;
  /** The package is only looked at: what would be refused is told as a flaw, and the rest resolved. */
  readonly tellFlaws?: boolean;
}

/**
 * Reads a package definition and everything it imports, and says what building it takes. Reads
 * definitions only: no image, no payload.
 * @throws PackError PACK_DEFINITION_INVALID, PACK_INPUT_MISSING, PACK_IMPORT_INVALID, each with file:line:column
 * @throws PackUsageError PACK_UNSUPPORTED, PACK_ACTIONS_REFUSED, PACK_TEMPLATE_MISSING, PACK_TEMPLATE_VALUE, PACK_NOTHING_LEFT, PACK_PAYLOAD_UNUSED
 */
export async function resolvePackage(
  request: ResolveRequest,
  ports: { readonly workspace: Workspace },
  run: Run,
): Promise<ResolvedPackage> {
  run.signal.throwIfAborted();
  const file = await definitionFile(request.definitionPath, ports.workspace);
  const folder = posix.dirname(file);
  const flaws: DefinitionFlaw[] = [];
  const tell =
    request.tellFlaws === true ? (flaw: DefinitionFlaw): void => void flaws.push(flaw) : undefined;
  const context = {
    workspace: ports.workspace,
    architecture: request.architecture,
    flavor: request.zarfFlavor ?? '',
    set: request.set ?? {},
    payloadPaths: request.payloads.map(({ source }) => posix.join(folder, source, '.')),
    allowActions: request.allowActions,
    ...(request.known === undefined ? {} : { known: request.known }),
    ...(tell === undefined ? {} : { tell }),
  };
  const loaded = await loadDefinition(file, context);
  if (tell === undefined) refuseInit(loaded);
  const parts = await resolveImports(loaded, context);
  const components = parts.components.map(fillComponentName).map(migrateActions);
  refuseTwins(components, loaded);
  const onCreateActions = listActions(components, request.payloads);
  refuseActions(loaded.definition.metadata.name, onCreateActions, request.allowActions);
  refuseUnusedPayloads(components, request.payloads, tell, loaded);
  const packageInputs = await packageLevelInputs(loaded, parts, context);
  const inputs = components.flatMap(componentInputs).map(({ path, kind }): LocalInput => {
    const payload = payloadFor(path, request.payloads);
    return { path: payload?.path ?? posix.join(folder, path), kind };
  });
  const definition = builtDefinition(loaded.definition, parts, components, request);
  const at = (pointer: string): Place => placeIn(pointer, definition, parts, loaded);
  judgeRules(definition, at, tell, flaws);
  return {
    definition,
    definitionPath: file,
    folder,
    architecture: request.architecture,
    ...(request.zarfFlavor === undefined ? {} : { zarfFlavor: request.zarfFlavor }),
    ...(request.registryOverrides === undefined
      ? {}
      : { registryOverrides: request.registryOverrides }),
    images: [...new Set(components.flatMap(({ images }) => images ?? []))],
    onCreateActions,
    localInputs: [...inputs, ...packageInputs].sort((a, b) =>
      a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
    ),
    payloads: request.payloads,
    definitionFiles: parts.files,
    ...(tell === undefined ? {} : { flaws }),
    at,
  };
}

function placeIn(
  pointer: string,
  { variables = [], constants = [] }: PackageDefinition,
  { places }: ImportedParts,
  loaded: LoadedDefinition,
): Place {
  const [, field, index, rest = ''] =
    /^\/(components|variables|constants)\/([0-9]+)(\/.*)?$/s.exec(pointer) ?? [];
  const at = Number(index);
  const found =
    field === 'components'
      ? places.components[at]
      : field === 'variables'
        ? places.variables.get(variables[at]?.name ?? '')
        : field === 'constants'
          ? places.constants.get(constants[at]?.name ?? '')
          : undefined;
  if (found === undefined) return loaded.at(pointer);
  return found(
    rest
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}

async function definitionFile(path: string, workspace: Workspace): Promise<string> {
  const stat = await workspace.stat(path);
  return stat?.kind === 'directory' ? posix.join(path, 'zarf.yaml') : path;
}

function builtDefinition(
  authored: PackageDefinition,
  parts: ImportedParts,
  components: readonly Component[],
  request: ResolveRequest,
): PackageDefinition {
  const { build: _build, components: _components, apiVersion, values, ...rest } = authored;
  const { aggregateChecksum: _aggregate, ...metadata } = rest.metadata;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion: 'zarf.dev/v1alpha1' }),
    ...rest,
    metadata: { ...metadata, architecture: request.architecture },
    components,
    ...(parts.constants.length === 0 ? {} : { constants: parts.constants }),
    ...(parts.variables.length === 0 ? {} : { variables: parts.variables }),
    ...(values === undefined && parts.valuesFiles.length === 0
      ? {}
      : {
          values: {
            ...values,
            ...(parts.valuesFiles.length === 0 ? {} : { files: parts.valuesFiles }),
          },
        }),
  };
}

/** What Zarf's own migrations do on every load; the built definition says they are done. */
function migrateActions(component: Component): Component {
  const { actions } = component;
  if (actions === undefined) return component;
  const migrate = (
    action: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> => {
    const { setVariable, ...rest } = action;
    if (typeof setVariable !== 'string' || setVariable === '') return action;
    const listed = Array.isArray(rest['setVariables']) ? rest['setVariables'] : [];
    return { ...rest, setVariables: [...listed, { name: setVariable }] };
  };
  const stages = Object.fromEntries(
    Object.entries(actions).map(([stage, set]) => [
      stage,
      Object.fromEntries(
        Object.entries(set ?? {}).map(([name, list]) => [
          name,
          Array.isArray(list) ? list.map(migrate) : list,
        ]),
      ),
    ]),
  );
  return { ...component, actions: stages };
}

function listActions(
  components: readonly Component[],
  payloads: readonly Payload[],
): readonly OnCreateAction[] {
  return components.flatMap((component) => {
    const sources = [...(component.dataInjections ?? []), ...(component.files ?? [])].map(
      ({ source }) => source,
    );
    const payload = sources
      .map((source) => payloadFor(source, payloads))
      .find((found) => found !== undefined);
    const set = component.actions?.onCreate;
    return (['before', 'after', 'onSuccess', 'onFailure'] as const).flatMap((stage) =>
      (set?.[stage] ?? []).map(
        (action): OnCreateAction => ({
          component: component.name,
          stage,
          command: action.cmd ?? '',
          ...(action.description === undefined ? {} : { description: action.description }),
          ...(payload === undefined ? {} : { replacedBy: payload.source }),
        }),
      ),
    );
  });
}

async function packageLevelInputs(
  loaded: LoadedDefinition,
  parts: ImportedParts,
  { workspace, tell }: LoadContext,
): Promise<readonly LocalInput[]> {
  const folder = posix.dirname(loaded.file);
  const { documentation = {}, values } = loaded.definition;
  const named: {
    readonly path: string;
    readonly kind: LocalInput['kind'];
    readonly pointer: string;
  }[] = [
    ...Object.entries(documentation).map(([key, path]) => ({
      path,
      kind: 'documentation' as const,
      pointer: `/documentation/${key}`,
    })),
    ...parts.valuesFiles.map((path) => ({
      path,
      kind: 'package-values' as const,
      pointer: '/values/files',
    })),
    ...(values?.schema
      ? [{ path: values.schema, kind: 'schema' as const, pointer: '/values/schema' }]
      : []),
  ];
  for (const { path, pointer } of named) {
    if ((await workspace.stat(posix.join(folder, path))) === undefined) {
      const message = `the package names ${path}, which does not exist`;
      if (tell !== undefined) {
        tell({ kind: 'missing', component: '', field: '', message, place: loaded.at(pointer) });
        continue;
      }
      throw new PackError(
        'PACK_INPUT_MISSING',
        `${loaded.place(pointer)} names ${path}, which does not exist`,
      );
    }
  }
  return named.map(({ path, kind }) => ({ path: posix.join(folder, path), kind }));
}
