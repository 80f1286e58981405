import type { Action, ActionSet, Component } from './definition.ts';
import { PackError, PackUsageError } from './pack-error.ts';

/** When an action of a package under construction runs. */
export type CreateStage = 'before' | 'after' | 'onSuccess' | 'onFailure';

export const createStages: readonly CreateStage[] = ['before', 'after', 'onSuccess', 'onFailure'];

/** One `onCreate` action with the defaults of its component filled in. */
export interface CreateAction {
  readonly component: string;
  readonly stage: CreateStage;
  readonly command: string;
  readonly description?: string;
  /** Relative to the folder of the package definition. */
  readonly dir: string;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly shell: string;
  /** Its output is not shown. */
  readonly mute: boolean;
  /** Of all tries together; undefined: it may take its time. */
  readonly maxTotalSeconds: number | undefined;
  /** Further tries after a failed one. */
  readonly maxRetries: number;
}

const defaultKeys = ['mute', 'maxTotalSeconds', 'maxRetries', 'dir', 'env', 'shell'];
const actionKeys = [...defaultKeys, 'cmd', 'description'];
const reasons: Readonly<Record<string, string>> = {
  wait: 'waiting for a cluster or a network address',
  template: 'templates, which Zarf has for deployment only',
  setVariable: 'setting variables, which Zarf has for deployment only',
  setVariables: 'setting variables, which Zarf has for deployment only',
  setValues: 'setting values, which Zarf has for deployment only',
};

/**
 * The `onCreate` actions of a component, as Zarf would run them on this kind of system.
 * @throws PackUsageError PACK_UNSUPPORTED: a field that is not acted on here is refused, never dropped
 * @throws PackError PACK_DEFINITION_INVALID: a field of the wrong type
 * @see shared reference of the Zarf package format, 3.2 and 3.3
 */
export function readCreateActions(
  component: Pick<Component, 'name' | 'actions'>,
  system: 'linux' | 'darwin',
): readonly CreateAction[] {
  const set = component.actions?.onCreate;
  if (set === undefined) return [];
  const where = `component '${component.name}', actions.onCreate`;
  refuseUnknown(set.defaults ?? {}, defaultKeys, `${where}.defaults`);
  return createStages.flatMap((stage) =>
    (set[stage] ?? []).map((action, index) =>
      readAction(action, set, {
        component: component.name,
        stage,
        system,
        where: `${where}.${stage}[${index}]`,
      }),
    ),
  );
}

interface Place {
  readonly component: string;
  readonly stage: CreateStage;
  readonly system: 'linux' | 'darwin';
  readonly where: string;
}

function readAction(action: Action, { defaults = {} }: ActionSet, place: Place): CreateAction {
  const { component, stage, system, where } = place;
  refuseUnknown(action, actionKeys, where);
  const own = (key: string): unknown => action[key] ?? defaults[key];
  const { cmd = '', description } = action;
  if (cmd === '') throw invalid(where, 'has no cmd');
  // Zarf puts its own path in the place of ./zarf; there is no zarf here to put there.
  if (/(^|[\s;&|(])\.\/zarf\s/.test(cmd))
    throw unsupported(
      where,
      'a command that calls zarf as ./zarf',
      'Call a program that is installed',
    );
  const seconds = numberOf(own('maxTotalSeconds'), where, 'maxTotalSeconds');
  return {
    component,
    stage,
    command: cmd,
    ...(description === undefined ? {} : { description }),
    dir: textOf(own('dir'), where, 'dir'),
    env: environmentOf(own('env'), where),
    shell: shellOf(own('shell'), system, where),
    mute: own('mute') === true,
    maxTotalSeconds: seconds > 0 ? seconds : undefined,
    maxRetries: numberOf(own('maxRetries'), where, 'maxRetries'),
  };
}

function refuseUnknown(
  fields: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): void {
  for (const [key, value] of Object.entries(fields)) {
    const empty = value === undefined || value === null || value === false || value === '';
    if (known.includes(key) || empty || (Array.isArray(value) && value.length === 0)) continue;
    throw unsupported(
      `${where}.${key}`,
      reasons[key] ?? 'a field this program does not know',
      `Take ${key} out`,
    );
  }
}

function shellOf(value: unknown, system: 'linux' | 'darwin', where: string): string {
  const chosen: unknown = Reflect.get(Object(value ?? {}), system);
  const shell = textOf(chosen, where, `shell.${system}`) || 'sh';
  if (/^(pwsh|powershell|cmd)(\.exe)?$/i.test(shell))
    throw unsupported(
      `${where}.shell.${system}`,
      `the shell ${shell}`,
      'Write the command for sh or bash',
    );
  return shell;
}

function environmentOf(value: unknown, where: string): readonly string[] {
  const list: unknown = value ?? [];
  if (!Array.isArray(list)) throw invalid(where, 'has an env that is no list');
  return list.map((entry: unknown) => {
    if (typeof entry === 'string' && /^[^=\0]+=[^\0]*$/.test(entry)) return entry;
    throw invalid(where, 'has an env entry that is not NAME=value');
  });
}

function textOf(value: unknown, where: string, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw invalid(where, `has a ${name} that is no text`);
}

function numberOf(value: unknown, where: string, name: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(where, `has a ${name} that is no whole number from 0`);
}

function unsupported(where: string, what: string, suggestion: string): PackUsageError {
  return new PackUsageError('PACK_UNSUPPORTED', `${where}: ${what} is not supported here`, {
    suggestions: [
      suggestion,
      'Or do the work beforehand and name its result under payloads in cowa-release.yaml',
    ],
  });
}

function invalid(where: string, what: string): PackError {
  return new PackError('PACK_DEFINITION_INVALID', `${where} ${what}`, {
    suggestions: ['schemas/zarf-package-v1alpha1.schema.json describes every field'],
  });
}
