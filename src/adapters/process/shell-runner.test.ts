import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionCommand } from '../../ports/action-runner.ts';
import { ShellRunner } from './shell-runner.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cowa-action-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function runs(command: string, change: Partial<ActionCommand> = {}, signal?: AbortSignal) {
  const secrets = {
    COWA_KEY_PASSWORD: 'secret',
    COSIGN_PASSWORD: 'secret',
    COWA_IDENTITY_TOKEN: 'secret',
    SIGSTORE_ID_TOKEN: 'secret',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-key=secret',
  };
  const env = { PATH: process.env['PATH'], KEPT: 'kept', ...secrets };
  const lines: string[] = [];
  const end = await new ShellRunner({ root, env }).runCommand(
    { command, shell: 'sh', folder: '.', env: [], timeoutMs: undefined, ...change },
    (line) => lines.push(line),
    { signal: signal ?? new AbortController().signal },
  );
  return { end, lines: lines.toSorted() };
}

describe('ShellRunner', () => {
  it('gives both streams line by line, and the exit code', async () => {
    expect(await runs('echo one; echo two >&2; exit 3')).toEqual({
      end: { kind: 'exited', code: 3 },
      lines: ['one', 'two'],
    });
  });

  it('stops at the first command that fails', async () => {
    expect(await runs('false; echo never')).toEqual({
      end: { kind: 'exited', code: 1 },
      lines: [],
    });
  });

  it('runs in the folder, with its variables, without our secrets', async () => {
    const { lines } = await runs('mkdir -p sub');
    expect(lines).toEqual([]);
    const { lines: said } = await runs('pwd; echo "$A $KEPT [$(env | grep secret)]"', {
      folder: 'sub',
      env: ['A=b=c'],
    });
    expect(said.join('\n')).toContain('/sub');
    expect(said).toContain('b=c kept []');
  });

  it('ends a command with its children when its time is over', async () => {
    const { end } = await runs('sleep 30 & echo $! > child; wait', { timeoutMs: 300 });
    expect(end).toEqual({ kind: 'timeout' });
    const child = Number(await readFile(join(root, 'child'), 'utf8'));
    await expect.poll(() => isThere(child)).toBe(false);
  });

  it('ends a command that ignores being asked', async () => {
    const { end } = await runs("trap '' TERM; while true; do sleep 0.1; done", { timeoutMs: 200 });
    expect(end).toEqual({ kind: 'timeout' });
  });

  it('ends a command on an abort, with the reason', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(runs('sleep 30', {}, abort.signal)).rejects.toThrow('enough');
  });

  it('tells of a command that was killed', async () => {
    expect((await runs('kill -9 $$')).end).toEqual({ kind: 'killed', by: 'SIGKILL' });
  });

  it.each<[string, Partial<ActionCommand>]>([
    ['ACTION_SHELL_MISSING', { shell: 'no-such-shell' }],
    ['ACTION_FOLDER_MISSING', { folder: 'nowhere' }],
  ])('refuses with %s', async (code, change) => {
    await expect(runs('true', change)).rejects.toMatchObject({ code });
  });
});

/** Zombies count as gone: nobody else reaps them in a container. */
async function isThere(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text !== '' && !/\) Z /.test(text);
}
