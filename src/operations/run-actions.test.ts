import { describe, expect, it } from 'vitest';
import type { ActionCommand, ActionEnd, ActionRunner } from '../ports/action-runner.ts';
import type { Action, ActionSet } from '../zarf/definition.ts';
import type { OnCreateAction } from './resolved-package.ts';
import { withActions } from './run-actions.ts';

interface Scene {
  readonly onCreate?: ActionSet;
  /** How commands end, in order; success when there are no more. */
  readonly ends?: readonly ActionEnd[];
  readonly work?: () => Promise<string>;
  readonly replaced?: readonly OnCreateAction[];
  readonly stepMs?: number;
  readonly aborted?: boolean;
}

async function play(scene: Scene) {
  const ran: ActionCommand[] = [];
  const notes: string[] = [];
  const ends = [...(scene.ends ?? [])];
  let clock = 0;
  const runner: ActionRunner = {
    runCommand: async (command, onLine) => {
      ran.push(command);
      onLine(`output of ${command.command}\u001b[31m`);
      clock += scene.stepMs ?? 0;
      return ends.shift() ?? { kind: 'exited', code: 0 };
    },
  };
  const abort = new AbortController();
  const component = { name: 'c', actions: { onCreate: scene.onCreate ?? {} } };
  const resolved = {
    definition: { kind: 'ZarfPackageConfig', metadata: { name: 'p' }, components: [component] },
    folder: 'packages/p',
    onCreateActions: scene.replaced ?? [],
  };
  const run = {
    signal: abort.signal,
    onProgress: (event: { kind: string; message?: string }) => {
      if (event.kind === 'note') notes.push(event.message ?? '');
    },
  };
  const work = async (): Promise<string> => {
    ran.push({ command: '(work)', shell: '', folder: '', env: [], timeoutMs: undefined });
    if (scene.aborted === true) abort.abort();
    return (await scene.work?.()) ?? 'packed';
  };
  const result = await withActions(
    resolved,
    { runner, system: 'linux', now: () => clock },
    run,
    work,
  ).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  return { ...result, ran, notes, commands: ran.map(({ command }) => command) };
}

const all: ActionSet = {
  before: [{ cmd: 'b1' }, { cmd: 'b2' }],
  after: [{ cmd: 'a' }],
  onSuccess: [{ cmd: 's' }],
  onFailure: [{ cmd: 'f' }],
};
const failed: ActionEnd = { kind: 'exited', code: 3 };

describe('withActions', () => {
  it('runs before, the work, after and onSuccess', async () => {
    const { value, commands } = await play({ onCreate: all });
    expect(value).toBe('packed');
    expect(commands).toEqual(['b1', 'b2', '(work)', 'a', 's']);
  });

  it('runs onFailure when the work fails, and the failure stays', async () => {
    const fail = async (): Promise<string> => Promise.reject(new Error('no image'));
    const { error, commands } = await play({ onCreate: all, work: fail });
    expect(error).toMatchObject({ message: 'no image' });
    expect(commands).toEqual(['b1', 'b2', '(work)', 'f']);
  });

  it('stops at a failing command and says which, also when onFailure fails', async () => {
    const { error, commands, notes } = await play({ onCreate: all, ends: [failed, failed] });
    expect(error).toMatchObject({ code: 'ACTION_FAILED', message: expect.stringContaining('b1') });
    expect(commands).toEqual(['b1', 'f']);
    expect(notes.at(-1)).toContain('an onFailure action failed too');
  });

  it('runs nothing more after an interruption', async () => {
    const fail = async (): Promise<string> => Promise.reject(new Error('aborted'));
    const { commands } = await play({ onCreate: all, work: fail, aborted: true });
    expect(commands).toEqual(['b1', 'b2', '(work)']);
  });

  it('fills in defaults, which the action overrides', async () => {
    const onCreate: ActionSet = {
      defaults: { dir: 'd', env: ['A=1'], maxTotalSeconds: 5, shell: { linux: 'bash' } },
      before: [{ cmd: 'x' }, { cmd: 'y', dir: '../e', env: ['B=2'], shell: { darwin: 'zsh' } }],
    };
    const { ran } = await play({ onCreate });
    expect(ran[0]).toEqual({
      command: 'x',
      shell: 'bash',
      folder: 'packages/p/d',
      env: ['A=1'],
      timeoutMs: 5000,
    });
    expect(ran[1]).toMatchObject({ folder: 'packages/e', env: ['B=2'], shell: 'sh' });
  });

  it('shows a command before it runs, and its output without control characters', async () => {
    const before = [{ cmd: 'make it', description: 'weights', env: ['TOKEN=secret'] }];
    const { notes } = await play({ onCreate: { before } });
    expect(notes).toEqual([
      'c, before (weights): runs with sh in packages/p, with TOKEN:\nmake it',
      'c: output of make it\\x1b[31m',
    ]);
  });

  it('keeps the output of a muted command to itself', async () => {
    const { notes } = await play({ onCreate: { before: [{ cmd: 'x', mute: true }] } });
    expect(notes).toHaveLength(1);
  });

  it('tries again as often as allowed', async () => {
    const onCreate = { before: [{ cmd: 'x', maxRetries: 2 }] };
    expect((await play({ onCreate, ends: [failed, failed] })).value).toBe('packed');
    expect((await play({ onCreate, ends: [failed, failed, failed] })).error).toMatchObject({
      code: 'ACTION_FAILED',
    });
  });

  it('gives all tries together one time', async () => {
    const onCreate = { before: [{ cmd: 'x', maxRetries: 9, maxTotalSeconds: 3 }] };
    const ends: ActionEnd[] = [failed, failed, { kind: 'timeout' }];
    const { error, ran } = await play({ onCreate, ends, stepMs: 1000 });
    expect(ran.map(({ timeoutMs }) => timeoutMs)).toEqual([3000, 2000, 1000]);
    expect(error).toMatchObject({ code: 'ACTION_TIMEOUT' });
  });

  it('does not run what a payload stands in for', async () => {
    const replaced: OnCreateAction[] = [
      { component: 'c', stage: 'before', command: 'b1', replacedBy: 'model' },
    ];
    expect((await play({ onCreate: all, replaced })).commands).toEqual(['(work)']);
  });

  it.each<[string, string, Action, Readonly<Record<string, unknown>>?]>([
    ['setVariable', 'PACK_UNSUPPORTED', { cmd: 'x', setVariable: 'V' }],
    ['setVariables', 'PACK_UNSUPPORTED', { cmd: 'x', setVariables: [{ name: 'V' }] }],
    ['setValues', 'PACK_UNSUPPORTED', { cmd: 'x', setValues: [{ key: '.a' }] }],
    ['template', 'PACK_UNSUPPORTED', { cmd: 'x', template: true }],
    ['wait', 'PACK_UNSUPPORTED', { wait: { cluster: { kind: 'Pod', name: 'p' } } }],
    ['an unknown field', 'PACK_UNSUPPORTED', { cmd: 'x', novelty: 1 }],
    ['an unknown default', 'PACK_UNSUPPORTED', { cmd: 'x' }, { novelty: 1 }],
    ['a call of ./zarf', 'PACK_UNSUPPORTED', { cmd: 'true; ./zarf tools yq' }],
    ['powershell', 'PACK_UNSUPPORTED', { cmd: 'x', shell: { linux: 'pwsh' } }],
    ['no command', 'PACK_DEFINITION_INVALID', {}],
    ['a dir that is no text', 'PACK_DEFINITION_INVALID', { cmd: 'x', dir: 1 }],
    ['env that is no list', 'PACK_DEFINITION_INVALID', { cmd: 'x', env: 'A=1' }],
    ['env without value', 'PACK_DEFINITION_INVALID', { cmd: 'x', env: ['A'] }],
    ['half a retry', 'PACK_DEFINITION_INVALID', { cmd: 'x', maxRetries: 0.5 }],
    ['negative time', 'PACK_DEFINITION_INVALID', { cmd: 'x', maxTotalSeconds: -1 }],
  ])('refuses %s before anything runs: %s', async (_name, code, action, defaults) => {
    const onCreate = {
      ...(defaults === undefined ? {} : { defaults }),
      before: [{ cmd: 'first' }],
      onFailure: [action],
    };
    const { error, commands } = await play({ onCreate });
    expect(error).toMatchObject({ code });
    expect(commands).toEqual([]);
  });

  it('lets fields be that say nothing', async () => {
    const action = { cmd: 'x', template: false, setVariables: [], setVariable: '' };
    expect((await play({ onCreate: { before: [action] } })).value).toBe('packed');
  });
});
