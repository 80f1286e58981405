import { posix } from 'node:path';
import type { Workspace } from '../ports/workspace.ts';
import { componentInputs, unsupportedFields } from '../zarf/component-inputs.ts';
import { createStages } from '../zarf/create-actions.ts';
import { fillCreateTemplates } from '../zarf/create-templates.ts';
import type { Component, PackageDefinition } from '../zarf/definition.ts';
import { isCompatible } from '../zarf/imports.ts';
import { PackError, PackUsageError } from '../zarf/pack-error.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
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
}

/** An authored definition whose templates are filled, with its compatible components. */
export interface LoadedDefinition {
  readonly file: string;
  readonly definition: PackageDefinition;
  readonly components: readonly { readonly component: Component; readonly pointer: string }[];
  /** `file:line:column` of a JSON pointer. */
  place(pointer: string): string;
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
  const filled = fillCreateTemplates(text, context.set, context.architecture, file);
  const parsed = parsePackageDefinition(Buffer.from(filled), 'authored');
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
  const place = (pointer: string): string => {
    const { line, column } = parsed.locate(pointer);
    return `${file}:${line}:${column}`;
  };
  const components = definition.components
    .map((component, index) => ({ component, pointer: `/components/${index}` }))
    .filter(({ component }) => isCompatible(component, context));
  const loaded: LoadedDefinition = { file, definition, components, place };
  refuseUnsupported(loaded);
  await refuseMissing(loaded, context);
  return loaded;
}

function refuseUnsupported({ components, place, definition }: LoadedDefinition): void {
  const found = components.flatMap(({ component, pointer }) =>
    unsupportedFields(component).map((field) => ({
      message: `${place(`${pointer}${field.pointer}`)} component '${component.name}', ${field.pointer.slice(1).replaceAll('/', '.')}: ${field.what}`,
      suggestion: field.suggestion,
    })),
  );
  if (definition.metadata.yolo === true) {
    found.push({
      message: `${place('/metadata/yolo')} metadata.yolo: packages for connected clusters`,
      suggestion: 'Take it out: a release is for networks without internet',
    });
  }
  if (found.length > 0) {
    throw new PackUsageError(
      'PACK_UNSUPPORTED',
      `this is not built here:\n${found.map(({ message }) => message).join('\n')}`,
      {
        suggestions: [...new Set(found.map(({ suggestion }) => suggestion))],
      },
    );
  }
}

async function refuseMissing(
  { file, components, place }: LoadedDefinition,
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
    if (!replaced && createStages.some((stage) => component.actions?.onCreate?.[stage]?.length))
      continue;
    for (const input of inputs) {
      const path = input.full;
      if (isPayload(path, context)) continue;
      if ((await context.workspace.stat(path)) === undefined) {
        missing.push(
          `${place(`${pointer}${input.pointer}`)} component '${component.name}' names ${input.path}, which does not exist`,
        );
      }
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
