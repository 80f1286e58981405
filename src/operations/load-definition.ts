import { posix } from 'node:path';
import type { Place } from '../lint/deployed-package.ts';
import type { Workspace } from '../ports/workspace.ts';
import { componentInputs, unsupportedFields } from '../zarf/component-inputs.ts';
import { createStages } from '../zarf/create-actions.ts';
import { fillCreateTemplates } from '../zarf/create-templates.ts';
import type { Component, PackageDefinition, ParsedPackageDefinition } from '../zarf/definition.ts';
import { isCompatible } from '../zarf/imports.ts';
import { PackError, PackUsageError } from '../zarf/pack-error.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { remoteInputs } from '../zarf/remote-inputs.ts';
import { describeProblems } from './describe-problems.ts';

const maxDefinitionBytes = 2 ** 22;

/** What every definition of one package is read with. */
export interface LoadContext {
  readonly workspace: Workspace;
  readonly architecture: string;
  readonly flavor: string;
  readonly set: Readonly<Record<string, string>>;
  /** Sources that a payload stands in for, joined to the package folder. */
  readonly payloadPaths: readonly string[];
  readonly allowActions: boolean;
  /** Definitions that were read before, by file and text with its templates filled: each is parsed once. */
  readonly known?: KnownDefinitions;
  /** Told what cannot be built, in place of a refusal: the rest is resolved all the same. */
  readonly tell?: (flaw: DefinitionFlaw) => void;
}

export type KnownDefinitions = Map<string, ParsedPackageDefinition>;

/** Something of a definition that keeps it from being built, and leaves the rest of it readable. */
export interface DefinitionFlaw {
  /** `unsupported`: sound, and not built by this program. `remote`: fetched when it is built. `missing`: a file it names is not there. `made`: the file may be made by an action. */
  readonly kind: 'unsupported' | 'remote' | 'missing' | 'made' | 'payload-unused' | 'rule';
  /** Empty for the package as a whole. */
  readonly component: string;
  /** JSON pointer below the component. */
  readonly field: string;
  readonly message: string;
  readonly place: Place;
}

/** An authored definition whose templates are filled, with its compatible components. */
export interface LoadedDefinition {
  readonly file: string;
  readonly definition: PackageDefinition;
  readonly components: readonly { readonly component: Component; readonly pointer: string }[];
  /** `file:line:column` of a JSON pointer. */
  place(pointer: string): string;
  at(pointer: string): Place;
}

/**
 * Reads a definition with its templates filled; what was read before is not parsed again.
 * @throws PackUsageError PACK_TEMPLATE_MISSING, PACK_TEMPLATE_VALUE
 */
export function parseAuthored(
  file: string,
  text: string,
  { set, architecture, known }: Pick<LoadContext, 'set' | 'architecture' | 'known'>,
): ParsedPackageDefinition {
  const filled = fillCreateTemplates(text, set, architecture, file);
  const key = `${file}\0${filled}`;
  const parsed = known?.get(key) ?? parsePackageDefinition(Buffer.from(filled), 'authored');
  known?.set(key, parsed);
  return parsed;
}

/**
 * Reads one `zarf.yaml` of the user. What it asks for and we do not build is refused here, where
 * file and line are known; so is a file it names that is not there.
 * @throws PackError PACK_DEFINITION_INVALID, PACK_INPUT_MISSING
 * @throws PackUsageError PACK_UNSUPPORTED, PACK_TEMPLATE_MISSING, PACK_TEMPLATE_VALUE
 */
export async function loadDefinition(
  file: string,
  context: LoadContext,
): Promise<LoadedDefinition> {
  if ((await context.workspace.stat(file)) === undefined) {
    throw new PackError('PACK_INPUT_MISSING', `the package definition ${file} does not exist`);
  }
  const text = Buffer.from(await context.workspace.read(file, maxDefinitionBytes)).toString('utf8');
  const parsed = parseAuthored(file, text, context);
  const errors = parsed.problems.filter(({ severity }) => severity === 'error');
  if (parsed.definition === undefined || errors.length > 0) {
    throw new PackError(
      'PACK_DEFINITION_INVALID',
      describeProblems(file, errors) || `${file} holds no package definition`,
      {
        suggestions: [
          'Mend the places named above; schemas/zarf-package-v1alpha1.schema.json describes every field',
        ],
      },
    );
  }
  const { definition } = parsed;
  const at = (pointer: string): Place => ({ file, ...parsed.locate(pointer) });
  const place = (pointer: string): string => {
    const { line, column } = at(pointer);
    return `${file}:${line}:${column}`;
  };
  const components = definition.components
    .map((component, index) => ({ component, pointer: `/components/${index}` }))
    .filter(({ component }) => isCompatible(component, context));
  const loaded: LoadedDefinition = { file, definition, components, place, at };
  refuseUnsupported(loaded, context);
  tellRemote(loaded, context);
  await refuseMissing(loaded, context);
  return loaded;
}

function refuseUnsupported(
  { components, place, at, definition }: LoadedDefinition,
  { tell }: LoadContext,
): void {
  const found = components.flatMap(({ component, pointer }) =>
    unsupportedFields(component).map((field) => ({
      pointer: `${pointer}${field.pointer}`,
      component: component.name,
      field: field.pointer,
      what: `component '${component.name}', ${field.pointer.slice(1).replaceAll('/', '.')}: ${field.what}`,
      suggestion: field.suggestion,
    })),
  );
  if (definition.metadata.yolo === true) {
    found.push({
      pointer: '/metadata/yolo',
      component: '',
      field: '',
      what: 'metadata.yolo: packages for connected clusters',
      suggestion: 'Take it out: a release is for networks without internet',
    });
  }
  if (tell !== undefined) {
    for (const { pointer, component, field, what } of found)
      tell({
        kind: 'unsupported',
        component,
        field,
        message: `${what} (not looked into here)`,
        place: at(pointer),
      });
  } else if (found.length > 0) {
    throw new PackUsageError(
      'PACK_UNSUPPORTED',
      `this is not built here:\n${found.map(({ pointer, what }) => `${place(pointer)} ${what}`).join('\n')}`,
      {
        suggestions: [...new Set(found.map(({ suggestion }) => suggestion))],
      },
    );
  }
}

/** Who only looks at a package fetches nothing: what comes from elsewhere is told. */
function tellRemote({ components, at }: LoadedDefinition, { tell }: LoadContext): void {
  if (tell === undefined) return;
  for (const { component, pointer } of components)
    for (const { address, pointer: field } of remoteInputs(component))
      tell({
        kind: 'remote',
        component: component.name,
        field,
        message: `component '${component.name}', ${field.slice(1).replaceAll('/', '.')}: ${address} is fetched when it is built (not looked into here)`,
        place: at(`${pointer}${field}`),
      });
}

async function refuseMissing(
  { file, components, place, at }: LoadedDefinition,
  context: LoadContext,
): Promise<void> {
  const folder = posix.dirname(file);
  const missing: string[] = [];
  for (const { component, pointer } of components) {
    const inputs = componentInputs(component).map((input) => ({
      ...input,
      full: posix.join(folder, input.path),
    }));
    const replaced = inputs.some(({ full }) => isPayload(full, context));
    // An action may make the file: it is going to run, or it is what has to be refused, by name.
    const made =
      !replaced && createStages.some((stage) => component.actions?.onCreate?.[stage]?.length);
    if (made && context.tell === undefined) continue;
    for (const input of inputs) {
      const path = input.full;
      if (isPayload(path, context)) continue;
      if ((await context.workspace.stat(path)) !== undefined) continue;
      const message = `component '${component.name}' names ${input.path}, which does not exist`;
      const where = `${pointer}${input.pointer}`;
      if (context.tell === undefined) missing.push(`${place(where)} ${message}`);
      else
        context.tell({
          kind: made ? 'made' : 'missing',
          component: component.name,
          field: input.pointer,
          message: made ? `${message} until an action makes it` : message,
          place: at(where),
        });
    }
  }
  if (missing.length > 0) {
    throw new PackError('PACK_INPUT_MISSING', missing.join('\n'), {
      suggestions: [
        'Paths are relative to the definition',
        'What an action would fetch can be named under payloads in cowa-release.yaml',
      ],
    });
  }
}

function isPayload(path: string, { payloadPaths }: LoadContext): boolean {
  return payloadPaths.includes(posix.join(path, '.'));
}
