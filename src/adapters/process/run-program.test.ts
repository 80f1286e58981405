import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hearLines } from './program-lines.ts';
import { type ProgramCall, runProgram } from './run-program.ts';

const signal = new AbortController().signal;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-program-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const runScript = (script: string, call: Partial<ProgramCall> = {}) =>
  runProgram(
    { program: '/bin/sh', args: ['-c', script], env: { PATH: '/usr/bin:/bin' }, ...call },
    { signal },
  );

/** Ended, whether or not somebody has taken note of it yet. */
async function isGone(pid: number, looks = 400): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '(gone) Z');
    if (/\) [ZX]/.test(state)) return true;
    await wait(50);
  }
  return false;
}

async function pidIn(path: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    if (pid > 0) return pid;
    await wait(50);
  }
  throw new Error(`nothing wrote ${path}`);
}

describe('a program that is run', () => {
  it('tells how it ended, the start of what it printed and the end of what it complained', async () => {
    const script = 'echo first; echo second; echo bad >&2; echo worse >&2; exit 3';
    const end = await runScript(script, {
      output: { maxBytes: 6, more: 'cut' },
      keptErrorBytes: 6,
    });
    expect(end).toMatchObject({ kind: 'ended', code: 3, signal: null, stderr: 'worse\n' });
    expect(end.kind === 'ended' && end.stdout.toString()).toBe('first\n');
    expect(await runScript('kill -9 $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('is ended where it says more than it may, or takes longer', async () => {
    const output = { maxBytes: 10, more: 'end' } as const;
    expect(await runScript('yes', { output })).toEqual({ kind: 'too-much' });
    const begun = performance.now();
    expect(await runScript('sleep 30 & wait', { timeoutMs: 100, graceMs: 100 })).toEqual({
      kind: 'late',
    });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('that is not there is told apart from one that fails', async () => {
    expect(await runScript('', { program: join(folder, 'none') })).toMatchObject({
      kind: 'not-started',
    });
  });

  it('does not wait for what it left in the background, where no time is given to that', async () => {
    const script = `sleep 30 & echo $! > ${join(folder, 'pid')}`;
    expect(await runScript(script, { lingerMs: 50 })).toMatchObject({ kind: 'ended', code: 0 });
    expect(await isGone(await pidIn(join(folder, 'pid')))).toBe(true);
  });

  it('reads its input, and may leave it', async () => {
    const input = [Buffer.from('abc'), Buffer.from('def')];
    const output = { maxBytes: 100, more: 'end' } as const;
    const end = await runScript('cat', { input, output });
    expect(end.kind === 'ended' && end.stdout.toString()).toBe('abcdef');
    expect(await runScript('exec 0<&-; exit 0', { input })).toMatchObject({ code: 0 });
    const cut = (async function* () {
      yield Buffer.from('abc');
      throw new Error('the input is cut');
    })();
    await expect(runScript('cat', { input: cut })).rejects.toThrow('the input is cut');
  });

  it('ends, with all it started, when this process is killed', async () => {
    const script = 'sleep 60 & echo $!; wait';
    const code = `import { runProgram } from ${JSON.stringify(join(import.meta.dirname, 'run-program.ts'))};
      await runProgram({ program: '/bin/sh', args: ['-c', ${JSON.stringify(script)}], env: { PATH: '/usr/bin:/bin' },
        onLine: (line) => process.stdout.write(line) }, { signal: new AbortController().signal });`;
    const self = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Once it hears its program, it has said whose group is to end with it.
    const pid = await new Promise<number>((resolve) =>
      self.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk))),
    );
    expect(await isGone(pid, 1)).toBe(false);
    self.kill('SIGKILL');
    expect(await isGone(pid)).toBe(true);
  });
});

describe('the lines of a stream', () => {
  const heard = async (chunks: readonly Buffer[], maxChars?: number): Promise<string[]> => {
    const stream = new PassThrough();
    const lines: string[] = [];
    hearLines(stream, (line) => lines.push(line), maxChars);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    await new Promise((resolve) => stream.on('end', resolve));
    return lines;
  };

  it.each([
    { name: 'three kinds of end', text: 'a\nb\r\nc\rd', lines: ['a', 'b', 'c', 'd'] },
    { name: 'an empty one', text: 'a\n\nb\n', lines: ['a', '', 'b'] },
    { name: 'letters of several bytes', text: 'é\nü', lines: ['é', 'ü'] },
    { name: 'nothing', text: '', lines: [] },
  ])('$name, wherever it is cut', async ({ text, lines }) => {
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++)
      expect(await heard([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(lines);
  });

  it('keeps the end of one that is too long', async () => {
    expect(await heard([Buffer.from('abc'), Buffer.from('def\nxyz')], 4)).toEqual(['cdef', 'xyz']);
  });
});
