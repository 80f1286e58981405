import { posix } from 'node:path';
import type { ActionEnd, ActionRunner } from '../ports/action-runner.ts';
import type { Run } from '../support/run.ts';
import { type CreateAction, type CreateStage, readCreateActions } from '../zarf/create-actions.ts';
import { ActionError } from './action-error.ts';
import type { ResolvedPackage } from './resolved-package.ts';

export interface ActionPorts {
  readonly runner: ActionRunner;
  readonly system: 'linux' | 'darwin';
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/**
 * Does the packing of a package between its `onCreate` actions: `before`, the work, `after`,
 * `onSuccess`; where any of it fails, `onFailure`, and the failure stays. Actions of components for
 * which a payload stands in are not run. Every field is looked at before the first command runs, and
 * each command is told of as a note before it runs.
 *
 * Zarf packs one component after another between its actions; here all components are packed after
 * all `before` actions, so that an action may make files for a later component, never for an earlier.
 * @throws PackUsageError PACK_UNSUPPORTED, PackError PACK_DEFINITION_INVALID: before anything ran
 * @throws ActionError ACTION_FAILED, ACTION_TIMEOUT; ActionRunnerError
 */
export async function withActions<T>(
  resolved: Pick<ResolvedPackage, 'definition' | 'folder' | 'onCreateActions'>,
  ports: ActionPorts,
  run: Run,
  work: () => Promise<T>,
): Promise<T> {
  const actions = chosenActions(resolved, ports.system);
  const stage = async (name: CreateStage): Promise<void> => {
    for (const action of actions)
      if (action.stage === name) await runAction(action, resolved.folder, ports, run);
  };
  try {
    await stage('before');
    const result = await work();
    await stage('after');
    await stage('onSuccess');
    return result;
  } catch (error) {
    if (!run.signal.aborted) await stage('onFailure').catch((cause: unknown) => note(run, cause));
    throw error;
  }
}

function chosenActions(
  { definition, onCreateActions }: Pick<ResolvedPackage, 'definition' | 'onCreateActions'>,
  system: ActionPorts['system'],
): readonly CreateAction[] {
  const replaced = new Set(
    onCreateActions.flatMap(({ component, replacedBy }) =>
      replacedBy === undefined ? [] : [component],
    ),
  );
  return definition.components
    .filter(({ name }) => !replaced.has(name))
    .flatMap((component) => readCreateActions(component, system));
}

async function runAction(
  action: CreateAction,
  folder: string,
  { runner, now }: ActionPorts,
  run: Run,
): Promise<void> {
  const { command, component, stage, dir, env, shell, mute, maxTotalSeconds, maxRetries } = action;
  const at = posix.join(folder, dir);
  const names = env.map((entry) => entry.split('=', 1)[0]).join(', ');
  const title = action.description === undefined ? '' : ` (${action.description})`;
  const surroundings = `in ${at}${names === '' ? '' : `, with ${names}`}`;
  tell(run, `${component}, ${stage}${title}: runs with ${shell} ${surroundings}:\n${command}`);
  const deadline = maxTotalSeconds === undefined ? undefined : now() + maxTotalSeconds * 1000;
  const onLine = (line: string): void => {
    if (!mute) tell(run, `${component}: ${line}`);
  };
  let end: ActionEnd = { kind: 'timeout' };
  for (let tries = 0; tries <= maxRetries; tries += 1) {
    const timeoutMs = deadline === undefined ? undefined : deadline - now();
    if (timeoutMs !== undefined && timeoutMs <= 0) break;
    end = await runner.runCommand({ command, shell, folder: at, env, timeoutMs }, onLine, run);
    if (end.kind === 'exited' && end.code === 0) return;
    if (tries < maxRetries) tell(run, `${component}: ${wordsOf(end)}, tries again`);
  }
  const limit = maxTotalSeconds === undefined ? '' : ` of ${maxTotalSeconds} s`;
  const what = end.kind === 'timeout' ? `did not end within its time${limit}` : wordsOf(end);
  throw new ActionError(
    end.kind === 'timeout' ? 'ACTION_TIMEOUT' : 'ACTION_FAILED',
    `the ${stage} action of component '${component}' ${what}: ${printable(command)}`,
    {
      suggestions: [
        `Run it by hand in ${at} to see why`,
        'Or name what it makes under payloads in cowa-release.yaml: then it is not run',
      ],
    },
  );
}

function wordsOf(end: ActionEnd): string {
  if (end.kind === 'exited') return `ended with exit code ${end.code}`;
  return end.kind === 'killed' ? `was ended by ${end.by}` : 'did not end within its time';
}

function note(run: Run, cause: unknown): void {
  tell(
    run,
    `an onFailure action failed too: ${cause instanceof Error ? cause.message : 'unknown'}`,
  );
}

function tell(run: Run, message: string): void {
  run.onProgress?.({ kind: 'note', message: printable(message) });
}

/** Output of strangers on a terminal: no escape sequences, no endless lines. */
function printable(text: string): string {
  const shown = text.replace(
    /[^\P{Cc}\n\t]/gu,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return shown.length > 4000 ? `${shown.slice(0, 4000)}…` : shown;
}
